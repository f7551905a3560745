"""How often a verdict that is watched for, and believed as soon as it is final, is wrong: on blocks of known truth."""

import math
from random import Random

import pytest
from chances import most

from wfperf.stats.sequential import Analysis, control_interval, side_by_side
from wfperf.stats.verdict import LEVEL, MINIMUM_BLOCKS, ClaimRule, Verdict

CLAIM = ClaimRule(0.3, 0.5)
MEASUREMENTS, BLOCKS = 200, 60
RIGHT = {
    0.0: {Verdict.NO_EFFECT},
    0.29: {Verdict.BELOW},
    0.31: {Verdict.CONFIRMED},
    0.49: {Verdict.CONFIRMED},
    0.51: {Verdict.EXCEEDED},
}


def first_final_verdict(effect, seed):
    draw = Random(f"{effect} {seed}")
    ratios, controls = ([] for _ in range(2))
    for _ in range(BLOCKS):
        ratios.append(draw.gauss(math.log1p(effect), 0.02))
        controls.append(draw.gauss(0, 0.02))
        if len(ratios) >= MINIMUM_BLOCKS:
            evidence = side_by_side(ratios, level=LEVEL, control=control_interval(controls))
            analysis = Analysis(evidence, CLAIM)
            if analysis.is_decided():
                return analysis.decision
    return Verdict.INCONCLUSIVE


@pytest.mark.parametrize("effect", RIGHT)
def test_a_final_verdict_is_wrong_in_1_of_20_at_most(effect):
    verdicts = [first_final_verdict(effect, seed) for seed in range(MEASUREMENTS)]
    wrong = [each for each in verdicts if each not in {*RIGHT[effect], Verdict.INCONCLUSIVE}]
    assert len(wrong) <= most(1 - LEVEL, MEASUREMENTS)

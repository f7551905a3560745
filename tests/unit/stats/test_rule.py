"""The decisions on single effects, of which a rule makes that on an interval."""

import math

import pytest

from wfperf.stats.rule import decisions_within
from wfperf.stats.verdict import ClaimRule, NoClaim, Verdict

SLOWER, NO_EFFECT, BELOW, CONFIRMED, EXCEEDED = (
    Verdict.SLOWER, Verdict.NO_EFFECT, Verdict.BELOW, Verdict.CONFIRMED, Verdict.EXCEEDED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "decisions"),
    [
        (-1.0, 1.0, (SLOWER, NO_EFFECT, BELOW, CONFIRMED, EXCEEDED)),
        (-math.inf, math.inf, (SLOWER, NO_EFFECT, BELOW, CONFIRMED, EXCEEDED)),
        (0.35, math.inf, (CONFIRMED, EXCEEDED)),
        (0.3, 0.5, (CONFIRMED,)),
        (0.5, 0.5, (CONFIRMED,)),
        (0.1, 0.3, (BELOW,)),
    ],
)
def test_every_effect_between_the_ends_is_decided_from_the_smallest_to_the_largest(low, high, decisions):
    assert decisions_within(ClaimRule(0.3, 0.5), low, high) == decisions


def test_without_a_claim_there_is_one_decision_which_is_none():
    assert decisions_within(NoClaim(), -math.inf, math.inf) == (None,)

"""Verdicts from blocks whose truth is known."""

import json
from random import Random

import pytest

from wfperf.measure.benchmarks import compared_benchmarks, variants_of
from wfperf.measure.contrasts import Design, everything, named_contrasts
from wfperf.measure.judgement import Judgement
from wfperf.plan import load_plan
from wfperf.results.blocks import Block
from wfperf.stats.verdict import Verdict

PLAN = load_plan()


def measured(benchmark, costs, digests, blocks, dispersion):
    """Blocks as they would be measured, with a little scatter, from costs by side."""
    return [
        Block(
            number,
            {
                variant: (costs(variant) * (1 + dispersion * Random(f"{number} {variant}").gauss()),)
                for variant in benchmark.variants
            },
            {variant: digests(variant) for variant in benchmark.variants},
            outcomes={variant: json.dumps({"digest": digests(variant)}) for variant in benchmark.variants},
        )
        for number in range(blocks)
    ]


class Judged:
    """What is found in blocks of these costs."""

    def __init__(self, name, costs, digests=lambda _: "same", blocks=20, *, ranks=(), dispersion=0.001, precision=0.02):
        contrasts = named_contrasts(PLAN, name)
        self.design = Design(PLAN.baseline, contrasts, ranks)
        self.benchmarks = compared_benchmarks(self.design, variants_of(PLAN))
        self.judgement = Judgement(self.design, precision=precision)
        self.blocks = {
            benchmark.name: measured(benchmark, costs, digests, blocks, dispersion) for benchmark in self.benchmarks
        }
        self.findings = self.judgement.findings(self.blocks, duration_s=20.0)
        self.controls = self.judgement.controls(self.blocks)
        self.ranks = self.judgement.ranks(self.blocks)

    @property
    def is_decided(self):
        return [self.judgement.is_decided(benchmark, self.blocks[benchmark.name]) for benchmark in self.benchmarks]


def only(name, cost):
    return lambda variant: cost if variant == name else 1.0


@pytest.mark.parametrize(
    ("cost", "verdict"),
    [
        (1 / 1.40, Verdict.CONFIRMED),
        (1 / 1.90, Verdict.EXCEEDED),
        (1 / 1.10, Verdict.BELOW),
        (1.0, Verdict.NO_EFFECT),
        (2.0, Verdict.SLOWER),
    ],
)
def test_a_claim_is_judged_by_what_was_measured(cost, verdict):
    result = Judged("dispatch", only("dispatch", cost))
    (finding,) = result.findings
    assert finding.verdict is verdict
    assert finding.effect.estimate == pytest.approx(1 / cost - 1, abs=0.01)
    assert finding.time_saved.estimate == pytest.approx(1 - cost, abs=0.01)


def test_where_results_differ_there_is_no_speedup_and_no_verdict_but_the_difference():
    result = Judged("dispatch", lambda _: 1.0, lambda variant: "other" if variant == "dispatch" else "same", blocks=1)
    (finding,) = result.findings
    assert (finding.equal, finding.effect, finding.time_saved, finding.verdict) == (False, None, None, None)
    assert finding.difference == "outcome, digest: 'same' in original, 'other' in dispatch"
    assert result.is_decided == [True], "no more blocks would help"


def test_where_the_control_is_off_nothing_is_judged():
    result = Judged("dispatch", only("control", 0.9))
    (finding,) = result.findings
    assert result.controls[0].off
    assert finding.verdict is None
    assert finding.effect is not None


def test_below_eight_blocks_every_verdict_is_inconclusive():
    result = Judged("dispatch", only("dispatch", 0.7), blocks=7)
    assert result.findings[0].verdict is Verdict.INCONCLUSIVE


def test_a_phase_is_held_against_the_phase_it_adds_to():
    costs = {"original": 1.0, "control": 1.0, "phase-1": 0.5, "phase-2": 0.4}
    result = Judged("phase-2", costs.__getitem__)
    effects = {finding.baseline: finding.effect.estimate for finding in result.findings}
    assert effects == pytest.approx({"phase-1": 0.25, "original": 1.5}, abs=0.01)
    assert [finding.verdict for finding in result.findings] == [Verdict.CONFIRMED, Verdict.EXCEEDED]
    assert all(finding.changes_results == ("substitution", "loading", "buffer") for finding in result.findings)


@pytest.mark.parametrize(("best", "verdict"), [("dispatch", Verdict.CONFIRMED), ("buffer", Verdict.BELOW)])
def test_the_rank_claim_holds_when_nothing_gains_more(best, verdict):
    result = Judged("dispatch", lambda variant: 0.5 if variant == best else 0.9, ranks=everything(PLAN).ranks)
    (rank,) = result.ranks
    assert rank.verdict is verdict
    assert rank.runner_up != "dispatch"


@pytest.mark.parametrize(
    ("cost", "blocks", "is_decided"),
    [(0.95, 7, False), (0.95, 13, False), (0.95, 14, True), (0.7, 7, False), (0.7, 8, True)],
    ids=[
        *("too few for a verdict", "too few for the control", "enough for both"),
        *("obvious, too few for a verdict", "obvious"),
    ],
)
def test_a_question_is_settled_when_its_verdict_and_its_control_are_known_or_it_is_obvious(cost, blocks, is_decided):
    assert Judged("dispatch", only("dispatch", cost), blocks=blocks).is_decided == [is_decided]


@pytest.mark.parametrize(
    ("effect", "verdict"),
    [(0.495, Verdict.CONFIRMED), (0.02, Verdict.BELOW)],
    ids=["perhaps exceeded", "perhaps no effect"],
)
def test_it_is_not_settled_while_its_verdict_could_turn_into_another(effect, verdict):
    near = Judged("dispatch", only("dispatch", 1 / (1 + effect)), dispersion=0.02)
    assert near.findings[0].verdict is verdict
    assert near.findings[0].remaining_s > 0
    assert near.is_decided == [False]
    clear = Judged("dispatch", only("dispatch", 1 / (1 + effect)), dispersion=0.0005)
    assert clear.findings[0].verdict is verdict
    assert clear.findings[0].remaining_s == 0
    assert clear.is_decided == [True]


def test_it_is_not_settled_while_the_interval_is_wider_than_asked():
    assert Judged("dispatch", only("dispatch", 0.7), dispersion=0.02, precision=0.05).is_decided == [True]
    assert Judged("dispatch", only("dispatch", 0.7), dispersion=0.02, precision=0.0001).is_decided == [False]


def test_the_more_is_asked_at_once_the_wider_is_every_interval():
    alone = Judged("dispatch", only("dispatch", 0.7), dispersion=0.02)
    beside = Judged("dispatch", only("dispatch", 0.7), dispersion=0.02, ranks=everything(PLAN).ranks)
    (one,), (other,) = alone.findings, beside.findings
    assert beside.design.intervals == 1 + 9
    assert other.effect.level > one.effect.level == pytest.approx(0.95)
    assert (other.effect.high - other.effect.low) > (one.effect.high - one.effect.low)


def test_what_is_inconclusive_says_how_much_longer_it_would_take():
    near = Judged("dispatch", only("dispatch", 1 / 1.31), dispersion=0.02).findings[0]
    nearer = Judged("dispatch", only("dispatch", 1 / 1.301), dispersion=0.02).findings[0]
    assert near.verdict is nearer.verdict is Verdict.INCONCLUSIVE
    assert 1 <= near.remaining_s < nearer.remaining_s


def test_the_fixed_interval_stands_beside_the_sequence_and_is_narrower():
    (finding,) = Judged("dispatch", only("dispatch", 0.7), dispersion=0.02, blocks=21).findings
    assert finding.effect.low <= finding.fixed_interval.low < finding.fixed_interval.high <= finding.effect.high
    assert finding.fixed_interval.level == finding.effect.level


def test_memory_is_judged_as_memory_saved():
    (finding,) = Judged("slots", only("slots", 0.6)).findings
    assert finding.effect.estimate == pytest.approx(0.4, abs=0.01)
    assert finding.verdict is Verdict.CONFIRMED

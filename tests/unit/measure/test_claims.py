import pytest

from wfperf.errors import NothingMeasuredError
from wfperf.measure.blocks import Block
from wfperf.measure.claims import compare, conclude, trials_for
from wfperf.measure.questions import named_questions
from wfperf.plan import load_plan
from wfperf.stats.verdict import Verdict

PLAN = load_plan()


def measured(trials, costs, digests, blocks):
    """Blocks as they would be measured, with a little scatter, from costs by side."""
    return [
        Block(
            number,
            {
                trial.name: {
                    side: tuple(costs(side) * (1 + 0.001 * ((number * 7 + at) % 5)) for at in range(3))
                    for side in trial.subjects
                }
                for trial in trials
            },
            {trial.name: {side: digests(side) for side in trial.subjects} for trial in trials},
        )
        for number in range(blocks)
    ]


def judged(questions, costs, digests=lambda _: "same", blocks=20, ranks=()):
    """Judge samples whose truth is known."""
    trials = trials_for(PLAN, questions, ranks, "sqlite://")
    return conclude(PLAN, questions, ranks, measured(trials, costs, digests, blocks), seed=1)


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
    result = judged(named_questions(PLAN, "dispatch"), lambda side: cost if side == "dispatch" else 1.0)
    (finding,) = result.findings
    assert finding.verdict is verdict
    assert finding.gain.estimate == pytest.approx(1 / cost - 1, abs=0.01)
    assert finding.saved.estimate == pytest.approx(1 - cost, abs=0.01)


def test_where_results_differ_there_is_no_speedup_and_no_verdict():
    questions = named_questions(PLAN, "dispatch")
    result = judged(questions, lambda _: 1.0, lambda side: "other" if side == "dispatch" else "same")
    (finding,) = result.findings
    assert (finding.equal, finding.gain, finding.saved, finding.verdict) == (False, None, None, None)


def test_where_the_control_is_off_nothing_is_judged():
    result = judged(named_questions(PLAN, "dispatch"), lambda side: 0.9 if side == "control" else 1.0)
    (finding,) = result.findings
    assert result.controls[0].off
    assert finding.verdict is None
    assert finding.gain is not None


def test_below_ten_blocks_every_verdict_is_inconclusive():
    result = judged(named_questions(PLAN, "dispatch"), lambda side: 0.7 if side == "dispatch" else 1.0, blocks=9)
    assert result.findings[0].verdict is Verdict.INCONCLUSIVE


def test_a_phase_is_held_against_the_phase_it_adds_to():
    costs = {"original": 1.0, "control": 1.0, "phase-1": 0.5, "phase-2": 0.4}
    result = judged(named_questions(PLAN, "phase-2"), costs.__getitem__)
    gains = {finding.base: finding.gain.estimate for finding in result.findings}
    assert gains == pytest.approx({"phase-1": 0.25, "original": 1.5}, abs=0.01)
    assert [finding.verdict for finding in result.findings] == [Verdict.CONFIRMED, Verdict.EXCEEDED]
    assert all(finding.changes_results == ("substitution", "loading", "buffer") for finding in result.findings)


@pytest.mark.parametrize(("best", "verdict"), [("dispatch", Verdict.CONFIRMED), ("buffer", Verdict.BELOW)])
def test_the_rank_claim_holds_when_nothing_gains_more(best, verdict):
    result = judged(
        named_questions(PLAN, "dispatch"), lambda side: 0.5 if side == best else 0.9, ranks=PLAN.rank_claims
    )
    (rank,) = result.ranks
    assert rank.verdict is verdict
    assert rank.runner_up != "dispatch"


def test_one_block_is_not_a_result(seeded_url):
    with pytest.raises(NothingMeasuredError, match="give --max-time more"):
        compare(PLAN, named_questions(PLAN, "upper"), (), seeded_url, blocks=1, max_time_s=1, seed=1)

"""From questions to a comparison, on simulated workers whose truth is known."""

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.measure.benchmarks import compared_benchmarks
from wfperf.measure.blocks import CONTROL, Schedule
from wfperf.measure.claims import compare
from wfperf.measure.contrasts import Contrast, Design
from wfperf.measure.own import BENCHMARK
from wfperf.measure.variant import Variant
from wfperf.plan.models import Claim
from wfperf.stats.verdict import Verdict

A, B = "a", "b"
CLAIM = Claim(variant=B, text="30-50 %", low=0.3, high=0.5, benchmark=BENCHMARK)
ASKED = Design(A, [Contrast(B, "faster", None, BENCHMARK, A, claim=CLAIM)])


def of(_benchmark, name):
    return Variant(f"m:{name}")


def compared(executor, **given):
    return compare(ASKED, compared_benchmarks(ASKED, of), Schedule(600, **given), executor=executor)


def simulated(effect, **given):
    """Return an executor of a baseline, and a variant whose throughput is so much higher."""
    variants = {
        "m:a": Simulated(run_ns=60_000, dispersion=0.01),
        "m:b": Simulated(run_ns=60_000 / (1 + effect), dispersion=0.01),
    }
    return SimulatedExecutor({**variants, **given})


@pytest.mark.parametrize(
    ("effect", "verdict"),
    [
        (0.4, Verdict.CONFIRMED),
        (0.8, Verdict.EXCEEDED),
        (0.1, Verdict.BELOW),
        (0.0, Verdict.NO_EFFECT),
        (-0.2, Verdict.SLOWER),
    ],
)
def test_a_claim_is_judged_and_the_interval_holds_the_truth(effect, verdict):
    executor = simulated(effect)
    result = compared(executor)
    (finding,) = result.findings
    assert finding.verdict is verdict
    assert finding.effect.low <= effect <= finding.effect.high
    assert finding.unequal_runs == 0
    assert finding.blocks == len(executor.started) < 200, "it ends when all is settled"
    assert result.duration_s == executor.now_s() - executor.began_s


def test_the_baseline_is_there_twice_and_the_second_is_the_control():
    executor = simulated(0.4)
    result = compared(executor, blocks=12)
    targets = {request.variant: request.arguments["target"] for request in executor.asked("load")}
    assert targets == {A: "m:a", CONTROL: "m:a", B: "m:b"}
    (control,) = result.controls
    assert not control.off


def test_a_control_that_is_off_takes_the_verdict_with_it():
    result = compared(simulated(0.05, **{CONTROL: Simulated(run_ns=55_000, dispersion=0.01)}), blocks=30)
    (control,), (finding,) = result.controls, result.findings
    assert control.off
    assert finding.verdict is None


def test_results_that_differ_are_no_speedup_and_one_block_says_so():
    executor = SimulatedExecutor({"m:a": Simulated(), "m:b": Simulated(lambda: 43, run_ns=10_000)})
    (finding,) = compared(executor).findings
    assert (finding.equal, finding.effect, finding.verdict, finding.blocks) == (False, None, None, 1)
    assert finding.difference == "outcome: 42 in a, 43 in b"


def test_too_few_blocks_are_inconclusive_and_say_how_much_time_is_missing():
    executor = simulated(0.4)
    (finding,) = compared(executor, blocks=4).findings
    assert finding.verdict is Verdict.INCONCLUSIVE
    assert finding.remaining_s > 0


def test_whoever_watches_is_told_after_every_block():
    told = []
    compare(ASKED, compared_benchmarks(ASKED, of), Schedule(600, blocks=5), executor=simulated(0.4), watch=told.append)
    assert [findings[0].blocks for findings in told] == [1, 2, 3, 4, 5]

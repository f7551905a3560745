"""Which traps of many blocks are told, on simulated workers."""

from executors import Simulated, SimulatedExecutor

from wfperf.measure.blocks import CONTROL, ORIGINAL, ComparedBenchmark, Schedule, measure
from wfperf.measure.traps import traps_in
from wfperf.measure.variant import Variant
from wfperf.results.blocks import Block
from wfperf.results.traps import Trap, TrapKind

VARIANTS = {ORIGINAL: Variant("m:before"), CONTROL: Variant("m:before"), "after": Variant("m:after")}
CHANGES = {"kind": "changes", "what": "args[0]", "number": 1.0}


def block(**changes):
    benchmark = ComparedBenchmark("s", VARIANTS, changes.pop("metric", "throughput"))
    executor = SimulatedExecutor({"m:before": Simulated(), "m:after": Simulated(**changes)})
    return measure([benchmark], Schedule(60, blocks=1), executor=executor)["s"][0]


def test_a_block_keeps_what_workers_have_seen():
    assert block(traps=[CHANGES]).traps == (Trap(TrapKind.CHANGES, "s", "after", "args[0]"),)
    assert block().traps == ()
    assert block(traps=[CHANGES], metric="memory").traps == (), "no time is shown"


def test_a_sample_of_few_steps_of_the_clock_is_a_trap():
    (found,) = block(clock_step_ns=16_000_000, run_ns=50_000.0).traps
    assert (found.kind, found.variant) == (TrapKind.CLOCK, "after")
    assert 0 < found.number < 1
    assert block(clock_step_ns=40).traps == ()


def test_what_most_blocks_have_is_told_with_its_median():
    def at(*numbers):
        return [Block(1, {}, {}, traps=tuple(Trap(TrapKind.FIRST_RUN, "s", "a", number=each) for each in numbers))]

    (found,) = traps_in([*at(30), *at(), *at(50), *at(40)], {"a"})
    assert found == Trap(TrapKind.FIRST_RUN, "s", "a", number=40)
    assert traps_in([*at(30), *at()], {"a"}) == (), "a disturbance in one block is none"
    assert traps_in(at(30), {"b"}) == ()

"""`wfperf compare`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.grouping import grouped
from wfperf.cli.output import say
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_or_pair_options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.cli.options import Output
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.claims import Watch
    from wfperf.measure.comparing import Advance
    from wfperf.results.comparison import Comparison

MAX_TIME_S, QUICK_MAX_TIME_S, ALL_MAX_TIME_S = 55.0, 13.0, 240.0
"""A minute, 15 seconds and 4 minutes for the whole command, less what starting takes."""


@dataclass(frozen=True, slots=True)
class SelectionOptions:
    """What is asked of the plan; `wfperf.measure.selection` says what it means."""

    phase: int | None
    only: str | None
    every: bool
    scenario: str | None
    ablate: str | None
    sweep: str | None


@dataclass(frozen=True, slots=True)
class TimingOptions:
    """How long is measured, how exactly, and how."""

    quick: bool
    max_time: float | None
    precision: float | None
    blocks: int | None
    cpu: int | None
    timeout: float | None
    seed: int


selection_options = grouped(
    SelectionOptions,
    "selection",
    click.option("--phase", type=click.IntRange(1), help="One phase: its optimizations alone, and its total."),
    click.option("--only", metavar="NAME", help="One optimization, configuration or pair."),
    click.option("--all", "every", is_flag=True, help="Every optimization alone, the pairs and the configurations."),
    click.option("--scenario", metavar="NAME", help="Only this benchmark."),
    click.option(
        "--ablate",
        type=click.Choice(["solo", "leave-one-out", "cumulative"]),
        help="Take a configuration apart (--only NAME, or optimized): what is each part of it worth?",
    ),
    click.option(
        "--sweep",
        metavar="NAME=LOW..HIGH",
        help="Measure at several values of a parameter; the built-in engine adds work=0us..1ms to every node.",
    ),
)

timing_options = grouped(
    TimingOptions,
    "timing",
    click.option("--quick", is_flag=True, help="Within 15 seconds; wider intervals."),
    click.option("--max-time", type=click.FloatRange(min=1), help="Seconds to measure for, at most."),
    click.option(
        "--precision",
        type=click.FloatRange(min=0, min_open=True),
        help="Stop when the half width of every interval is at most this fraction. [default: 0.02]",
    ),
    click.option("--blocks", type=click.IntRange(min=1), help="Blocks of fresh processes, at most."),
    options.cpu,
    options.timeout,
    options.seed,
)


class _Progress:
    """Shows on stderr how far a comparison has come."""

    def counting(self) -> AbstractContextManager[Advance]:
        from wfperf.report.progress import progress

        return progress("counting work")

    def counting_instructions(self) -> None:
        say("counting instructions ...")

    def measuring(self, max_time_s: float) -> AbstractContextManager[Watch]:
        from wfperf.report.watching import watching

        return watching(max_time_s)


@click.command("compare")
@selection_options
@plan_or_pair_options
@timing_options
@click.option(
    "--count",
    "counted",
    type=click.Choice(["allocations", "instructions"]),
    multiple=True,
    help="Count these too: allocations by memray, instructions by valgrind's callgrind, which takes a while.",
)
@click.option("--fail-on", metavar="LIST", default="", help="Exit 1 on `refuted`, 3 on `inconclusive`; or both.")
@options.db
@options.output("the result as JSON")
@options.history
def command(
    selection: SelectionOptions,
    source: PlanOptions,
    timing: TimingOptions,
    counted: tuple[str, ...],
    fail_on: str,
    db: str,
    output: Output,
    no_history: bool,
) -> ExitCode:
    """Measure the effect of each variant, and judge what was claimed for it.

    Every variant runs in a fresh process of its own, without a profiler. wfperf samples all variants in turn with the
    baseline. A speedup counts only if the results are equal. Without options: the configurations of the built-in plan
    (phases and `optimized`), or of the plan found here. --a and --b compare two functions.
    """
    from dataclasses import asdict

    from wfperf.history.keeping import keep
    from wfperf.measure.claims import PRECISION
    from wfperf.measure.comparing import Request, compared
    from wfperf.measure.selection import Selection, selected
    from wfperf.measure.trials import subjects_of
    from wfperf.report.compared import comparison_tables
    from wfperf.results.history import entries_of_comparison

    failing = _failing(fail_on)
    output.check()
    chosen = chosen_plan(source)
    asked = selected(chosen.plan, Selection(**asdict(selection)))
    request = Request(
        asked,
        subjects_of(asked.plan, chosen.folder, chosen.prepared(db)),
        _schedule(timing, every=selection.every),
        precision=timing.precision or PRECISION,
        counted=counted,
        executor=options.executor(timing),
    )
    chosen.announce("Measuring", output.form)
    result = replace(
        compared(request, _Progress()),
        command=options.reproduction("seed"),
        workload=options.chosen_workload(),
    )
    if not no_history:
        keep(entries_of_comparison(result, datetime.now(UTC)))
    output.show(result, lambda: comparison_tables(result))
    return _exit_code(result, failing)


def _schedule(timing: TimingOptions, *, every: bool) -> Schedule:
    from wfperf.measure.blocks import Schedule

    fitting_s = QUICK_MAX_TIME_S if timing.quick else ALL_MAX_TIME_S if every else MAX_TIME_S
    return Schedule(timing.max_time or fitting_s, timing.blocks, timing.seed)


def _failing(text: str) -> set[str]:
    names = {name.strip() for name in text.split(",") if name.strip()}
    unknown = names - {"refuted", "inconclusive"}
    if unknown:
        raise UsageError(f"--fail-on takes refuted, inconclusive or both, not {min(unknown)!r}")
    return names


def _exit_code(result: Comparison, failing: set[str]) -> ExitCode:
    from wfperf.stats.verdict import refutes

    if any(not each.equal and not each.changes_results for each in result.findings):
        return ExitCode.RESULTS_DIFFER
    claimed = [each for each in result.findings if each.claim]
    if "refuted" in failing and any(
        each.claim and each.verdict and refutes(each.verdict, each.claim.low, each.claim.high) for each in claimed
    ):
        return ExitCode.REGRESSION
    if "inconclusive" in failing and any(each.verdict in {None, "inconclusive"} for each in claimed):
        return ExitCode.INCONCLUSIVE
    return ExitCode.DONE

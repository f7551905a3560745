"""`wfperf compare`."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from wfperf.cli import completion, options
from wfperf.cli.commands import CommandOptions, chosen_commands, command_options
from wfperf.cli.grouping import grouped
from wfperf.cli.help import SectionedCommand
from wfperf.cli.output import say, say_begun
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_or_function_options
from wfperf.cli.revisions import Revisions, prepared_revisions, revision_options
from wfperf.errors import ExitCode, UsageError
from wfperf.measure.selection import Selection

if TYPE_CHECKING:
    from wfperf.cli.options import Output
    from wfperf.cli.planned import Chosen
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.claims import Watch
    from wfperf.measure.counters import Advance
    from wfperf.measure.executor import Executor
    from wfperf.plan import Plan
    from wfperf.results.comparison import Comparison

TIME = "time"
"""The metric of `--metric` that leaves each benchmark its own."""

MAX_TIME_S, QUICK_MAX_TIME_S, ALL_MAX_TIME_S = 55.0, 13.0, 240.0
"""Seconds of measuring, so that the whole command, start included, takes a minute, 15 seconds and 4 minutes."""

BENCHMARK_MAX_TIME_S = 6.0
"""For each benchmark of a suite: a dozen blocks, which an answer takes, of half a second."""


@dataclass(frozen=True, slots=True)
class TimingOptions:
    """How long wfperf measures, how precisely, and on which processor."""

    quick: bool
    max_time: float | None
    precision: float | None
    blocks: int | None
    cpu: int | None
    clock: str
    timeout: float | None
    seed: int


selection_options = grouped(
    Selection,
    "selection",
    click.option("--phase", type=click.IntRange(1), help="Measure this phase: each optimization alone, and the whole."),
    click.option(
        "--only",
        metavar="NAME",
        shell_complete=completion.names,
        help="Measure only this optimization, configuration or pair.",
    ),
    click.option(
        "--all", "every", is_flag=True, help="Measure each optimization alone, each pair and each configuration."
    ),
    click.option(
        "--benchmark", metavar="NAME", shell_complete=completion.benchmarks, help="Measure only on this benchmark."
    ),
    click.option(
        "--ablate",
        type=click.Choice(["solo", "leave-one-out", "cumulative"]),
        help="Measure the effect of each part of a configuration: that of --only NAME, or else the last of the plan.",
    ),
    click.option(
        "--sweep",
        metavar="NAME=LOW..HIGH",
        help="Measure at several values of a parameter. The built-in plan has work=0us..1ms, extra work in every node.",
    ),
)


timing_options = grouped(
    TimingOptions,
    "timing",
    click.option("--quick", is_flag=True, help="Finish within 15 seconds, with wider intervals."),
    click.option(
        "--max-time",
        type=click.FloatRange(min=1),
        help="Time budget for measuring, in seconds.  "
        f"[default: {MAX_TIME_S:g}; with --quick {QUICK_MAX_TIME_S:g}, with --all {ALL_MAX_TIME_S:g}; of a suite "
        f"{BENCHMARK_MAX_TIME_S:g} for each benchmark, if that is more]",
    ),
    click.option(
        "--precision",
        type=click.FloatRange(min=0, min_open=True),
        help="Stop when the half width of every interval is at most this fraction.  [default: a tenth of the effect, "
        "or 0.01 if that is more, 0.02 beside a claim]",
    ),
    click.option("--blocks", type=click.IntRange(min=1), help="Largest number of blocks of fresh processes."),
    options.cpu,
    options.clock,
    options.timeout,
    options.seed,
)


class _Progress:
    """Shows the progress of a comparison on stderr."""

    def counting(self) -> AbstractContextManager[Advance]:
        from wfperf.report.progress import progress

        return progress("counting work")

    def counting_instructions(self) -> None:
        say_begun("counting instructions")

    def measuring(self, max_time_s: float) -> AbstractContextManager[Watch]:
        from wfperf.report.watching import watching

        return watching(max_time_s)

    def hopeless(self, why: str) -> None:
        say(why)


EXAMPLES = """\b
Examples:
  wfperf compare --only dispatch --quick
  wfperf compare shop.orders:load shop.orders:load_in_batches --args '[1000]'
  wfperf compare shop.orders:load --base main
  wfperf compare --command 'python old.py' --command 'python new.py'
"""


@click.command("compare", cls=SectionedCommand, epilog=EXAMPLES)
@selection_options
@plan_or_function_options
@command_options
@revision_options
@timing_options
@click.option(
    "--count",
    "counted",
    type=click.Choice(["allocations", "instructions"]),
    multiple=True,
    help="Also count allocations (with memray) or instructions (with valgrind's callgrind; slow). Repeatable.",
)
@click.option(
    "--metric",
    type=click.Choice([TIME, "peak-memory", "allocations"]),
    default=TIME,
    show_default=True,
    help="What is measured: time, the most memory that one run holds, or the number of its allocations (with memray). "
    "A plan's benchmarks may have metrics of their own.",
)
@click.option(
    "--results",
    type=click.Choice(["compare", "ignore"]),
    default="compare",
    show_default=True,
    help="Whether a speedup needs equal results. If ignored, the table says that they were not compared.",
)
@click.option(
    "--fail-on",
    metavar="LIST",
    default="",
    help="Exit with 1 if a claim is refuted (`refuted`), or with 3 if one is undecided (`inconclusive`). A comma "
    "separates both.",
)
@options.db
@options.output("the result as JSON", options.output_format_or_markdown)
@options.history
def command(
    selection: Selection,
    source: PlanOptions,
    commands: CommandOptions,
    revisions: Revisions,
    timing: TimingOptions,
    counted: tuple[str, ...],
    metric: str,
    results: str,
    fail_on: str,
    db: str,
    output: Output,
    no_history: bool,
) -> ExitCode:
    """Measure the effect of each variant, and judge claims about it.

    Every variant runs in a fresh process of its own, without a profiler. wfperf samples all variants in turn with the
    baseline. A speedup counts only if the results are equal.

    Without options, wfperf compares the configurations of the plan in this folder or above; without such a plan, those
    of the built-in plan. Functions that are named are compared with the first one, without a plan.
    """
    from wfperf.history.keeping import keep
    from wfperf.measure.benchmarks import variants_of
    from wfperf.measure.comparing import Request, compared
    from wfperf.measure.selected import selected
    from wfperf.plan.metrics import ALLOCATIONS
    from wfperf.report.compared import comparison_tables
    from wfperf.results.history import entries_of_comparison

    failing = _failing(fail_on)
    output.check()
    executor = options.executor(timing.cpu, timing.timeout)
    chosen = chosen_commands(commands, source, revisions) or chosen_plan(source, revisions, executor)
    if counted and any(each.command for each in chosen.plan.configurations):
        raise UsageError("--count looks into Python functions; commands are shown with processor time and memory")
    if metric == ALLOCATIONS and any(each.command for each in chosen.plan.configurations):
        raise UsageError("--metric allocations looks into Python functions; of commands there is --metric peak-memory")
    with ExitStack() as stack:
        notes: tuple[str, ...] = ()
        if revisions.base is None:
            if chosen.plan.suite:
                chosen = _runnable(chosen, executor)
            asked = selected(chosen.plan, selection)
            of = variants_of(asked.plan, chosen.folder, chosen.prepared(db))
            chosen.announce("Measuring", output.form)
        else:
            chosen.announce("Measuring", output.form)
            between = stack.enter_context(prepared_revisions(revisions, revisions.base, chosen, selection, executor))
            asked, of, notes = between.selected, between.of, between.notes
        if metric != TIME:
            asked = asked.measured_by(metric)
        schedule = _schedule(timing, chosen.plan, every=selection.every)
        request = Request(
            asked, of, schedule, timing.precision, counted, executor, compares_results=results == "compare"
        )
        found = compared(request, _Progress())
    result = replace(
        found,
        notes=(*found.notes, *notes),
        command=options.reproduction("seed"),
        workload=options.chosen_workload(),
    )
    if not no_history:
        keep(entries_of_comparison(result, datetime.now(UTC)))
    output.show(result, lambda: comparison_tables(result))
    return _exit_code(result, failing)


def _runnable(chosen: Chosen, executor: Executor) -> Chosen:
    """Return a suite with the benchmarks that run in all its environments.

    Raises:
        UsageError: there is only one environment.
        NothingMeasuredError: none runs everywhere.
    """
    from wfperf.measure.benchmarks import variants_of
    from wfperf.suites.planning import runnable

    if chosen.plan.has_only_baseline:
        raise UsageError(
            "a suite is compared with itself elsewhere; give --base REF, or several --with, --python or --env"
        )
    say_begun("running every benchmark once in each environment")
    return replace(chosen, plan=runnable(chosen.plan, variants_of(chosen.plan, chosen.folder), executor))


def _schedule(timing: TimingOptions, plan: Plan, *, every: bool) -> Schedule:
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.samples import Asked

    suite_s = BENCHMARK_MAX_TIME_S * len(plan.benchmarks) if plan.suite else 0.0
    fitting_s = QUICK_MAX_TIME_S if timing.quick else ALL_MAX_TIME_S if every else max(MAX_TIME_S, suite_s)
    return Schedule(timing.max_time or fitting_s, timing.blocks, timing.seed, Asked(timing.clock))


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

"""`wfperf profile`."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli import completion, options
from wfperf.cli.grouping import grouped
from wfperf.cli.help import SectionedCommand
from wfperf.cli.output import say_begun
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_or_function_options
from wfperf.cli.revisions import Revisions, prepared_revisions, revision_options
from wfperf.errors import ExitCode, UsageError
from wfperf.measure.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wfperf.measure.between import Prepared
    from wfperf.measure.executor import Executor
    from wfperf.measure.variant import Variant
    from wfperf.plan import Configuration, Plan
    from wfperf.results.profiled import MeasuredSpeedup, Profiled

SEED = 1
"""Fixed, so that every call of profile measures the speedup in the same order of samples."""

PAIR_BLOCKS = 20
"""Twice as many as a verdict needs at least; the speedup beside a profile gets no verdict, so more is not worth it."""


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """What is profiled, with which profilers, and how."""

    phase: int | None
    configuration: str | None
    profilers: str
    benchmark: str | None
    runs: int
    max_time_s: float
    folder: Path
    force: bool
    cpu: int | None
    timeout: float | None


profile_options = grouped(
    ProfileOptions,
    "asked",
    click.option("--phase", type=click.IntRange(1), help="Profile the configuration of this phase."),
    click.option(
        "--config",
        "configuration",
        metavar="NAME",
        shell_complete=completion.names,
        help="Profile this configuration or optimization.  [default: the last configuration of the plan]",
    ),
    click.option(
        "--profilers",
        "profilers",
        metavar="LIST",
        default="cprofile,kernprof,memray",
        show_default=True,
        help="Profilers to use, separated by commas.",
    ),
    click.option(
        "--benchmark",
        metavar="NAME",
        shell_complete=completion.benchmarks,
        help="Benchmark to profile.  [default: the first of the plan]",
    ),
    click.option("--runs", type=click.IntRange(min=1), default=50, show_default=True, help="Runs under each profiler."),
    click.option(
        "--max-time",
        "max_time_s",
        type=click.FloatRange(min=1),
        default=20,
        show_default=True,
        help="Time budget for measuring the speedup, in seconds.",
    ),
    click.option(
        "-o",
        "--output",
        "folder",
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        default=Path(options.KEPT, "profile"),
        show_default=True,
        help="Folder for the files of the profilers.",
    ),
    click.option("--force", is_flag=True, help="Overwrite existing files."),
    options.cpu,
    options.timeout,
)


A_PAIR = 2
"""A profile shows two functions beside each other."""

EXAMPLES = """\b
Examples:
  wfperf profile --config dispatch
  wfperf profile --phase 1 --profilers cprofile --runs 200
  wfperf profile shop.orders:load shop.orders:load_in_batches --args '[1000]'
  wfperf profile benchmarks/ -k parse --base main
"""


@dataclass(frozen=True, slots=True)
class _Sides:
    """What is profiled: one or two variants by their names, notes on them, and the trees of revisions."""

    variants: Mapping[str, Variant]
    notes: tuple[str, ...]
    trees: Mapping[str, Path] = field(default_factory=dict)


@click.command("profile", cls=SectionedCommand, epilog=EXAMPLES)
@profile_options
@plan_or_function_options
@revision_options
@options.db
@options.output_format
def command(asked: ProfileOptions, source: PlanOptions, revisions: Revisions, db: str, form: str) -> ExitCode:
    """Profile the baseline and one configuration: time and memory.

    Each of the two runs under cProfile, kernprof's line_profiler and memray, one profiler at a time in a fresh process.
    wfperf keeps the files of the profilers for other tools.

    A profiler slows code down unevenly, so wfperf measures the speedup at the end, without a profiler. If the plan has
    a single configuration, wfperf profiles it alone. With --base REF, it profiles one configuration in two revisions.
    """
    from wfperf.profilers.profiler import find_profilers
    from wfperf.profilers.session import Session, check_files
    from wfperf.report.profiled import profile_tables, speedup_table
    from wfperf.report.terminal import show
    from wfperf.results.environment import current_environment
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data
    from wfperf.results.profiled import Profiled

    executor = options.executor(asked.cpu, asked.timeout)
    chosen = chosen_plan(source, revisions, executor)
    by = find_profilers([each.strip() for each in asked.profilers.split(",") if each.strip()])
    benchmark = chosen.plan.benchmark(asked.benchmark or chosen.plan.benchmarks[0].name)
    configurations = _configurations(chosen.plan, asked, source, revisions)
    if any(each.command for each in configurations):
        raise UsageError(
            "profilers look into Python functions, not into commands; name a function, or see: wfperf compare"
        )
    with ExitStack() as stack:
        if revisions.base is None:
            check_files(asked.folder, [each.name for each in configurations], by, force=asked.force)
            of = chosen.variants(db)
            sides = _Sides({each.name: of(benchmark.name, each.name) for each in configurations}, chosen.plan.notes)
            chosen.announce("Profiling", form, benchmark.name)
        else:
            chosen.announce("Profiling", form, benchmark.name)
            selection = Selection(benchmark=benchmark.name, only=configurations[-1].name)
            between = prepared_revisions(revisions, revisions.base, chosen, selection, executor)
            sides = _in_revisions(stack.enter_context(between), chosen.plan)
            check_files(asked.folder, [*sides.variants], by, force=asked.force)
        variants = sides.variants
        session = Session(variants, asked.runs, asked.folder, executor, sides.trees)
        before, *changed = variants
        profiled = Profiled(
            benchmark=benchmark.name,
            before=before,
            after=changed[0] if changed else None,
            runs=asked.runs,
            profilers=session.profile(by, lambda profiler: say_begun(f"profiling under {profiler}")),
            changes_results=tuple(each.id for each in chosen.plan.changes_results(configurations[-1].choices)),
            environment=current_environment(),
            notes=sides.notes,
            workload=options.chosen_workload(),
            compare=_compare(benchmark.name, changed, revisions),
        )
        if form == "table":
            show(profile_tables(profiled))  # shown first, so that there is something to read while the rest is measured
        if changed and benchmark.metric == "throughput":
            if form == "table":
                click.echo()
            measured = _measured(variants[before], variants[changed[0]], asked.max_time_s, executor)
            profiled = replace(profiled, measured=measured)
            if form == "table":
                show([speedup_table(profiled, measured)])
    if form == "json":
        click.echo(to_json(to_data(profiled)), nl=False)
    return _exit_code(profiled)


def _in_revisions(between: Prepared, plan: Plan) -> _Sides:
    """Return the only benchmark and configuration that two revisions were prepared for."""
    (contrast,) = between.selected.design.contrasts
    names = (contrast.baseline, contrast.variant)
    variants = {name: between.of(contrast.benchmark, name) for name in names}
    return _Sides(variants, (*plan.notes, *between.notes), between.trees)


def _compare(benchmark: str, changed: Sequence[str], revisions: Revisions) -> str:
    """Return the command that compares what is profiled; empty if there is nothing to compare."""
    if not changed:
        return ""
    only = [] if revisions.base else ["--only", *changed]
    return shlex.join([options.program(), "compare", *options.chosen_words(), *only, "--benchmark", benchmark])


def _measured(before: Variant, after: Variant, max_time_s: float, executor: Executor) -> MeasuredSpeedup:
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.speedup import measure_speedup
    from wfperf.report.progress import progress

    with progress("measuring the speedup, without a profiler") as advance:
        schedule = Schedule(max_time_s, blocks=PAIR_BLOCKS, seed=SEED)
        return measure_speedup(before, after, schedule, lambda done: advance(done, PAIR_BLOCKS), executor)


def _exit_code(profiled: Profiled) -> ExitCode:
    is_as_it_should_be = profiled.measured is None or profiled.measured.equal or profiled.changes_results
    return ExitCode.DONE if is_as_it_should_be else ExitCode.RESULTS_DIFFER


def _configurations(
    plan: Plan, asked: ProfileOptions, source: PlanOptions, revisions: Revisions
) -> tuple[Configuration, ...]:
    """Return the baseline and the configuration to profile; only one if the plan has no other, or of two revisions."""
    is_named = asked.configuration is not None
    if revisions.base is not None and not (is_named or plan.workload or plan.has_only_baseline):
        raise UsageError("profile takes one function or environment in two revisions; choose it with --config NAME")
    if len(source.targets) > A_PAIR and not is_named:
        raise UsageError("profile takes the baseline and one other function; choose the other one with --config NAME")
    baseline = plan.configuration(plan.baseline)
    changed = plan.configuration(_changed(plan, asked.phase, asked.configuration))
    if revisions.base is not None:
        return (changed,)
    if changed.name != baseline.name:
        return baseline, changed
    if plan.has_only_baseline:
        return (baseline,)
    raise UsageError(f"{plan.baseline!r} is the baseline and profiled anyway; name another configuration with --config")


def _changed(plan: Plan, phase: int | None, name: str | None) -> str:
    if phase is not None and name is not None:
        raise UsageError("--phase and --config exclude each other; give one")
    if phase is None:
        return name or next(
            (each.name for each in reversed(plan.configurations) if each.name != plan.baseline), plan.baseline
        )
    found = [each.name for each in plan.configurations if each.phase == phase]
    if not found:
        raise UsageError(f"no configuration belongs to phase {phase}; see: wfperf plan")
    return found[-1]

"""`wfperf profile`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.grouping import grouped
from wfperf.cli.output import say
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.measure.executor import Executor
    from wfperf.measure.subject import Subject
    from wfperf.plan import Configuration, Plan
    from wfperf.results.profiled import MeasuredPair, Profiled

SEED = 1
"""One run of profile and the next measure their speedup in the same orders."""

PAIR_BLOCKS = 20
"""Twice what a verdict needs: the number beside a profile is no verdict."""


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """What is profiled, by which profilers, and how."""

    phase: int | None
    configuration: str | None
    profilers: str
    scenario: str | None
    runs: int
    max_time_s: float
    folder: Path
    force: bool
    cpu: int | None
    timeout: float | None


profile_options = grouped(
    ProfileOptions,
    "asked",
    click.option("--phase", type=click.IntRange(1), help="The configuration of a phase."),
    click.option(
        "--config",
        "configuration",
        metavar="NAME",
        help="A configuration or one optimization.  [default: the last of the plan]",
    ),
    click.option(
        "--with",
        "profilers",
        metavar="LIST",
        default="cprofile,kernprof,memray",
        show_default=True,
        help="The profilers.",
    ),
    click.option("--scenario", metavar="NAME", help="The benchmark.  [default: the first of the plan]"),
    click.option("--runs", type=click.IntRange(min=1), default=50, show_default=True, help="Runs under each profiler."),
    click.option(
        "--max-time",
        "max_time_s",
        type=click.FloatRange(min=1),
        default=20,
        show_default=True,
        help="Seconds to measure the speedup for, at most.",
    ),
    click.option(
        "-o",
        "--output",
        "folder",
        metavar="FOLDER",
        type=click.Path(path_type=Path),
        default=Path(".wfperf/profile"),
        show_default=True,
        help="Where the profilers' files go.",
    ),
    click.option("--force", is_flag=True, help="Overwrite files that exist."),
    options.cpu,
    options.timeout,
)


@click.command("profile")
@profile_options
@plan_options
@options.db
@options.output_format
def command(asked: ProfileOptions, source: PlanOptions, db: str, form: str) -> ExitCode:
    """Show where time and memory go, in the baseline and in another configuration.

    Each runs under cProfile, kernprof's line_profiler and memray, one at a time in a fresh process. Their files stay,
    to be opened by other tools. A profiler slows code down unevenly, so wfperf measures the speedup at the end without
    one. If the plan has a single configuration, wfperf profiles that one alone.
    """
    from wfperf.profilers.profiler import find_profilers
    from wfperf.profilers.session import Session, check_files
    from wfperf.report.profiled import profile_tables, speedup_table
    from wfperf.report.terminal import show
    from wfperf.results.environment import current_environment
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data
    from wfperf.results.profiled import Profiled

    executor = options.executor(asked)
    chosen = chosen_plan(source)
    plan = chosen.plan
    by = find_profilers([each.strip() for each in asked.profilers.split(",") if each.strip()])
    variants = _variants(plan, asked.phase, asked.configuration)
    benchmark = plan.benchmark(asked.scenario or plan.benchmarks[0].name).name
    check_files(asked.folder, [each.name for each in variants], by, force=asked.force)
    of = chosen.subjects(db)
    chosen.announce("Profiling", form)
    subjects = {each.name: of(benchmark, each.name) for each in variants}
    session = Session(subjects, asked.runs, asked.folder, executor)
    profiled = Profiled(
        scenario=benchmark,
        before=variants[0].name,
        after=variants[1].name if len(variants) > 1 else None,
        runs=asked.runs,
        profilers=session.profile(by, lambda profiler: say(f"profiling under {profiler} ...")),
        changes_results=tuple(each.id for each in plan.changes_results(variants[-1].choices)),
        environment=current_environment(),
        notes=plan.notes,
    )
    if form == "table":
        show(profile_tables(profiled))  # before the speedup is measured: there is something to read meanwhile
    if profiled.after:
        if form == "table":
            click.echo()
        before, after = subjects.values()
        measured = _measured(before, after, asked.max_time_s, executor)
        profiled = replace(profiled, measured=measured)
        if form == "table":
            show([speedup_table(profiled, measured)])
    if form == "json":
        click.echo(to_json(to_data(profiled)), nl=False)
    return _exit_code(profiled)


def _measured(before: Subject, after: Subject, max_time_s: float, executor: Executor) -> MeasuredPair:
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.pair import measure_pair
    from wfperf.report.progress import progress

    with progress("measuring the speedup, without a profiler") as advance:
        schedule = Schedule(max_time_s, blocks=PAIR_BLOCKS, seed=SEED)
        return measure_pair(before, after, schedule, lambda done: advance(done, PAIR_BLOCKS), executor)


def _exit_code(profiled: Profiled) -> ExitCode:
    is_as_it_should_be = profiled.measured is None or profiled.measured.equal or profiled.changes_results
    return ExitCode.DONE if is_as_it_should_be else ExitCode.RESULTS_DIFFER


def _variants(plan: Plan, phase: int | None, name: str | None) -> tuple[Configuration, ...]:
    """Return what is profiled, the base first; the base alone where there is nothing else."""
    base, changed = plan.configuration(plan.base), plan.configuration(_changed(plan, phase, name))
    if changed.name != base.name:
        return base, changed
    if plan.has_only_base:
        return (base,)
    raise UsageError(f"{plan.base!r} is profiled beside the other configuration; name that one with --config")


def _changed(plan: Plan, phase: int | None, name: str | None) -> str:
    if phase is not None and name is not None:
        raise UsageError("--phase and --config exclude each other; give one")
    if phase is None:
        return name or next((each.name for each in reversed(plan.configurations) if each.name != plan.base), plan.base)
    found = [each.name for each in plan.configurations if each.phase == phase]
    if not found:
        raise UsageError(f"no configuration belongs to phase {phase}; see: wfperf plan")
    return found[-1]

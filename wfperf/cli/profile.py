"""`wfperf profile`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wfperf.cli import options
from wfperf.cli.output import say
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.plan import Configuration, Plan

SEED = 1
"""One run of profile and the next measure their speedup in the same orders."""

PAIR_BLOCKS = 20
"""Twice what a verdict needs: the number beside a profile is no verdict."""


@click.command("profile")
@click.option("--phase", type=click.IntRange(1), help="The configuration of a phase.")
@click.option("--config", "name", metavar="NAME", help="A configuration or one optimization.  [default: optimized]")
@click.option(
    "--with", "profilers", metavar="LIST", default="cprofile,kernprof,memray", show_default=True, help="The profilers."
)
@click.option("--scenario", metavar="NAME", help="The benchmark.  [default: the first of the plan]")
@click.option("--runs", type=click.IntRange(min=1), default=50, show_default=True, help="Runs under each profiler.")
@click.option(
    "--max-time",
    "max_time_s",
    type=click.FloatRange(min=1),
    default=20,
    show_default=True,
    help="Seconds to measure the speedup for, at most.",
)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    default=Path(".wfperf/profile"),
    show_default=True,
    help="Where the profilers' files go.",
)
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@plan_options
@options.cpu
@options.timeout
@options.db
@options.output_format
def command(
    phase: int | None,
    name: str | None,
    profilers: str,
    scenario: str | None,
    runs: int,
    max_time_s: float,
    folder: Path,
    force: bool,
    db: str,
    form: str,
    **given: Any,
) -> ExitCode:
    """Explain where the time and the memory go, in the original and in another configuration.

    Each runs under cProfile, kernprof's line_profiler and memray, one at a time in a fresh process; their files
    stay, to be opened elsewhere. A profiler slows what it watches, and unevenly, so the speedup at the end is
    measured without one. Of a plan with a single configuration, that one is profiled alone.
    """
    from dataclasses import replace

    from wfperf.measure.blocks import Schedule
    from wfperf.measure.pair import measure_pair
    from wfperf.profilers.profiler import find_profilers
    from wfperf.profilers.session import Session, check_files
    from wfperf.report.profiled import profile_tables, speedup_table
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.results.environment import current_environment
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data
    from wfperf.results.profiled import Profiled

    executor = options.executor(given)
    chosen = chosen_plan(given)
    plan = chosen.plan
    by = find_profilers([each.strip() for each in profilers.split(",") if each.strip()])
    sides = _sides(plan, phase, name)
    on = plan.benchmark(scenario or plan.benchmarks[0].name)
    check_files(folder, [each.name for each in sides], by, force=force)
    of = chosen.subjects(db)
    chosen.announce("Profiling", form)
    subjects = {each.name: of(on.name, each.name) for each in sides}
    session = Session(subjects, runs, folder, executor)
    profiled = Profiled(
        scenario=on.name,
        before=sides[0].name,
        after=sides[1].name if len(sides) > 1 else None,
        runs=runs,
        profilers=session.profile(by, lambda profiler: say(f"profiling under {profiler} ...")),
        changes_results=tuple(each.id for each in plan.changes_results(sides[-1].choices)),
        environment=current_environment(),
        notes=plan.notes,
    )
    if form == "table":
        show(profile_tables(profiled))
    if not profiled.after:
        if form == "json":
            click.echo(to_json(to_data(profiled)), nl=False)
        return ExitCode.DONE
    if form == "table":
        click.echo()
    with progress("measuring the speedup, without a profiler") as advance:
        schedule = Schedule(max_time_s, blocks=PAIR_BLOCKS, seed=SEED)
        before, after = (subjects[each] for each in profiled.sides)
        pair = measure_pair(before, after, schedule, lambda done: advance(done, PAIR_BLOCKS), executor)
    if form == "table":
        show([speedup_table(profiled, pair)])
    else:
        click.echo(to_json(to_data(replace(profiled, measured=pair))), nl=False)
    return ExitCode.DONE if pair.equal or profiled.changes_results else ExitCode.RESULTS_DIFFER


def _sides(plan: Plan, phase: int | None, name: str | None) -> tuple[Configuration, ...]:
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

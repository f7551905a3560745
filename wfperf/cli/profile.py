"""`wfperf profile`."""

from __future__ import annotations

from pathlib import Path

import click

from wfperf.cli import options
from wfperf.errors import ExitCode, UsageError

ORIGINAL = "original"
SEED = 1
PAIR_BLOCKS = 20


@click.command("profile")
@click.option("--phase", type=click.IntRange(1, 3), help="The configuration phase-N.")
@click.option("--config", "name", metavar="NAME", help="A configuration or one optimization.  [default: optimized]")
@click.option(
    "--with", "profilers", metavar="LIST", default="cprofile,kernprof,memray", show_default=True, help="The profilers."
)
@click.option("--scenario", metavar="NAME", default="typical", show_default=True, help="What the engine runs.")
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
@options.db
@options.output_format
def command(
    phase: int | None,
    name: str | None,
    profilers: str,
    scenario: str,
    runs: int,
    max_time_s: float,
    folder: Path,
    force: bool,
    db: str,
    form: str,
) -> ExitCode:
    """Explain where the time and the memory go, in the original and in another configuration.

    Each runs under cProfile, kernprof's line_profiler and memray, one at a time in a fresh process; their files
    stay, to be opened elsewhere. A profiler slows what it watches, and unevenly, so the speedup at the end is
    measured without one.
    """
    from wfperf.cli.database import seeded_url
    from wfperf.fixtures.scenarios import find_scenario
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.pair import measure_pair
    from wfperf.plan import load_plan
    from wfperf.profilers.profiled import Profiled
    from wfperf.profilers.profiler import find_profilers
    from wfperf.profilers.session import Session
    from wfperf.report.profiled import profile_tables, speedup_table
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.results.environment import current_environment
    from wfperf.results.files import to_json

    chosen = find_profilers([each.strip() for each in profilers.split(",") if each.strip()])
    plan = load_plan()
    before, after = plan.configuration(ORIGINAL), plan.configuration(_changed(phase, name))
    subject = find_scenario(scenario).name
    session = Session(subject, {each.name: each.seams for each in (before, after)}, runs, folder)
    session.check(chosen, force=force)
    url = seeded_url(db)
    profiled = Profiled(
        scenario=subject,
        before=before.name,
        after=after.name,
        runs=runs,
        captured=session.profile(chosen, url, lambda profiler: click.echo(f"profiling under {profiler} ...", err=True)),
        changes_results=tuple(each.id for each in plan.changes_results(after.seams)),
        environment=current_environment(),
    )
    if form == "table":
        show(profile_tables(profiled))
        click.echo()
    with progress("measuring the speedup, without a profiler") as advance:
        pair = measure_pair(
            subject,
            before.seams,
            after.seams,
            url,
            Schedule(max_time_s, blocks=PAIR_BLOCKS, seed=SEED),
            on_block=lambda done: advance(done, PAIR_BLOCKS),
        )
    if form == "table":
        show([speedup_table(profiled, pair)])
    else:
        click.echo(to_json(profiled.to_data(pair, SEED)), nl=False)
    return ExitCode.DONE if pair.equal or profiled.changes_results else ExitCode.RESULTS_DIFFER


def _changed(phase: int | None, name: str | None) -> str:
    if phase is not None and name is not None:
        raise UsageError("--phase and --config exclude each other; give one")
    if name == ORIGINAL:
        raise UsageError(f"{ORIGINAL!r} is profiled beside the other configuration; name that one with --config")
    return f"phase-{phase}" if phase is not None else name or "optimized"

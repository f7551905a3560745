"""`wfperf gate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from wfperf.cli import options
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode, NothingMeasuredError

BASELINE = "wfperf-baseline.json"


@click.command("gate")
@click.option("--baseline", metavar="FILE", default=BASELINE, show_default=True, help="The committed counts.")
@click.option("--update", is_flag=True, help="Write the counts of now into the baseline, and show what moved.")
@plan_options
@options.db
@options.output_format
def command(
    baseline: str,
    update: bool,
    db: str,
    form: str,
    **given: Any,
) -> ExitCode:
    """Count the work of every scenario and configuration, and fail when any of it rose.

    Function calls, node objects and SQL statements of one run: the same on every machine with the same
    version of Python. Exits 0 on PASS and 1 on FAIL, with what moved.
    """
    from wfperf.cli.database import seeded_url
    from wfperf.gate.baseline import python_version, read_baseline, write_baseline
    from wfperf.gate.decision import decide
    from wfperf.measure.counters import count_work
    from wfperf.measure.trials import gate_trials, subjects_of
    from wfperf.report.gated import gate_data, gate_tables
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.results.files import check_writable, to_json

    file, version = Path(baseline), python_version()
    plan = chosen_plan(given)
    if update:
        check_writable(file, force=True)
    tables = {} if update and not file.exists() else read_baseline(file)
    if version not in tables and not update:
        known = ", ".join(tables) or "none"
        raise NothingMeasuredError(
            f"{file} has no counts for Python {version} (it has: {known}); add them with: wfperf gate --update"
        )
    of = subjects_of(plan, "" if plan.is_own else seeded_url(db))
    with progress("counting") as advance:
        now = count_work(gate_trials(plan, of), advance)
    decision = decide(tables.get(version, now), now, version)
    if form == "json":
        click.echo(to_json(gate_data(decision)), nl=False)
    else:
        show(gate_tables(decision, str(file)))
    if update:
        write_baseline(file, {**tables, version: now})
        click.echo(f"wrote {file}", err=True)
        return ExitCode.DONE
    return ExitCode.DONE if decision.passed else ExitCode.REGRESSION

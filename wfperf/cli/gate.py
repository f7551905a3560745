"""`wfperf gate`."""

from __future__ import annotations

from pathlib import Path

import click

from wfperf.cli import options
from wfperf.errors import ExitCode, NothingMeasuredError

BASELINE = "wfperf-baseline.json"


@click.command("gate")
@click.option("--baseline", metavar="FILE", default=BASELINE, show_default=True, help="The committed counts.")
@click.option("--update", is_flag=True, help="Write the counts of now into the baseline, and show what moved.")
@options.db
@options.output_format
def command(baseline: str, update: bool, db: str, form: str) -> ExitCode:
    """Count the work of every scenario and configuration, and fail when any of it rose.

    Function calls, node objects and SQL statements of one run: the same on every machine with the same
    version of Python. Exits 0 on PASS and 1 on FAIL, with what moved.
    """
    from wfperf.cli.database import seeded_url
    from wfperf.gate.baseline import python_version, read_baseline, write_baseline
    from wfperf.gate.decision import decide
    from wfperf.measure.counters import count_work
    from wfperf.plan import load_plan
    from wfperf.report.gated import gate_data, gate_tables
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.results.files import check_writable, to_json

    path, version = Path(baseline), python_version()
    if update:
        check_writable(path, force=True)
    tables = {} if update and not path.exists() else read_baseline(path)
    if version not in tables and not update:
        known = ", ".join(tables) or "none"
        raise NothingMeasuredError(
            f"{path} has no counts for Python {version} (it has: {known}); add them with: wfperf gate --update"
        )
    url = seeded_url(db)
    with progress("counting") as advance:
        now = count_work(load_plan().configurations, url, advance)
    decision = decide(tables.get(version, now), now, version)
    if form == "json":
        click.echo(to_json(gate_data(decision)), nl=False)
    else:
        show(gate_tables(decision, str(path)))
    if update:
        write_baseline(path, {**tables, version: now})
        click.echo(f"wrote {path}", err=True)
        return ExitCode.DONE
    return ExitCode.DONE if decision.passed else ExitCode.REGRESSION

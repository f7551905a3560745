"""`wfperf seed`."""

from __future__ import annotations

import click

from wfperf.cli import options

EXAMPLES = """\b
Examples:
  wfperf seed
  wfperf seed --db postgresql://user@host/name
"""


@click.command("seed", epilog=EXAMPLES)
@options.db
def command(db: str) -> None:
    """Create a database with PERF_TEST and the other scenarios.

    If the database already has them, nothing changes.
    """
    from wfperf.engine.database import Database
    from wfperf.engine_report.seeded import seeded_table
    from wfperf.fixtures.seed import seed
    from wfperf.report.terminal import show

    database = Database(db, create=True)
    show([seeded_table(seed(database), database.shown)])
    database.close()

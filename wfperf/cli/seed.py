"""`wfperf seed`."""

from __future__ import annotations

import click

from wfperf.cli import options


@click.command("seed")
@options.db
def command(db: str) -> None:
    """Create the schema, PERF_TEST and the other scenarios.

    Running it again changes nothing.
    """
    from wfperf.engine.database import Database
    from wfperf.engine_report.seeded import seeded_table
    from wfperf.fixtures.seed import seed
    from wfperf.report.terminal import show

    database = Database(db, create=True)
    show([seeded_table(seed(database), database.shown)])
    database.close()

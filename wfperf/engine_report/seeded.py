"""What `seed` has put into a database."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import Seeded
from wfperf.report.table import Cell, Column, Table, Tone


def seeded_table(seeded: Sequence[Seeded], database: str) -> Table:
    """Return one row a scenario: its workflow, its nodes, and whether they are new."""
    rows = [
        (
            Cell(each.scenario, Tone.STRONG),
            each.workflow,
            str(each.nodes),
            Cell(f"{each.created} nodes created", Tone.GOOD) if each.created else Cell("already there", Tone.MUTED),
            Cell(SCENARIOS[each.scenario].title, Tone.MUTED),
        )
        for each in seeded
    ]
    columns = (
        Column("scenario", kept=True),
        Column("workflow", spare=True),
        Column("nodes", right=True),
        Column("", kept=True),
        Column("what"),
    )
    return Table(f"Scenarios in {database}", columns, rows)

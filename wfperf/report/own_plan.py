"""A plan of one's own: what was promised for which configuration, and on what it is measured."""

from __future__ import annotations

import json

from wfperf.plan import Configuration, Plan
from wfperf.report.table import Cell, Column, Table, Tone


def own_plan_tables(plan: Plan) -> list[Table]:
    """Return the configurations with their claims, and the scenarios."""
    configurations = Table(
        f"Configurations of {plan.workload or 'this plan'}, held against {plan.base}",
        (
            Column("configuration", kept=True),
            Column("phase"),
            Column("claimed", right=True),
            Column("scenario"),
            Column("what"),
        ),
        [row for each in plan.configurations for row in _rows(each)],
    )
    scenarios = Table(
        "Scenarios",
        (Column("scenario", kept=True), Column("arguments"), Column("what")),
        [[Cell(each.name, Tone.STRONG), json.dumps(dict(each.arguments)), each.title] for each in plan.scenarios],
        ["Measure them: wfperf compare, with the same --plan"],
    )
    return [configurations, scenarios]


def _rows(configuration: Configuration) -> list[list[Cell | str]]:
    phase = "" if configuration.phase is None else str(configuration.phase)
    name = Cell(configuration.name, Tone.STRONG)
    if not configuration.claims:
        return [[name, phase, Cell("nothing", Tone.MUTED), "", configuration.title]]
    return [[name, phase, each.text, each.scenario, configuration.title] for each in configuration.claims]

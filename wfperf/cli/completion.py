"""Complete names for a shell: of benchmarks, configurations and optimizations of the plan, and of scenarios.

A shell shows no errors, so a plan that cannot be read has no names.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from wfperf.plan import Plan


def benchmarks(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the plan's benchmarks that begin so."""
    plan = _plan(context)
    return _beginning(begun, [each.name for each in plan.benchmarks] if plan else [])


def names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the plan's configurations, optimizations and pairs that begin so."""
    plan = _plan(context)
    if plan is None:
        return []
    found = (each.name for each in plan.configurations)
    singles, pairs = (each.id for each in plan.optimizations), (each.id for each in plan.pairs)
    return _beginning(begun, [*found, *singles, *pairs])


def scenarios(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the scenarios of the built-in engine that begin so."""
    from wfperf.fixtures.scenarios import SCENARIOS

    return _beginning(begun, SCENARIOS)


def _plan(context: click.Context) -> Plan | None:
    from wfperf.cli.planned import BUILT_IN
    from wfperf.errors import WfperfError
    from wfperf.plan import find_plan, load_plan, read_plan

    named = context.params.get("plan_file")
    try:
        if named and named != BUILT_IN:
            return read_plan(Path(named))
        found = None if named else find_plan(Path(), lambda _passed_over: None)
        return read_plan(found.file) if found else load_plan()
    except WfperfError:
        return None


def _beginning(begun: str, found: Iterable[str]) -> list[str]:
    return [each for each in found if each.startswith(begun)]

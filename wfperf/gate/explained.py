"""Why a run takes longer where no count says so: the functions whose own time grew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wfperf.errors import NothingMeasuredError
from wfperf.gate.counted import Locate
from wfperf.gate.sides import BASE, HEAD, Sides, Tree, side
from wfperf.measure.self_times import grown, self_time_changes
from wfperf.measure.workers import Conditions
from wfperf.results.decision import WALL_TIME, Check, Decision, Longer, Status

EXPLAINED = 2
"""How many failures are looked into, the largest first: each takes about ten seconds."""


def explained(
    decision: Decision, sides: Sides, trees: Mapping[str, Tree], locate: Locate, conditions: Conditions
) -> Decision:
    """Return a decision whose largest failures by wall time name the functions that take longer.

    It stays what it is where they cannot be seen.

    Args:
        decision: what was decided.
        sides: builds the subjects.
        trees: base and head.
        locate: finds a function's definition.
        conditions: what holds for all processes.
    """
    slower = [check for check in decision.of(Status.FAIL) if check.metric == WALL_TIME and check.change]
    slower.sort(key=lambda check: -check.change.estimate if check.change else 0.0)
    found: dict[Check, Check] = {}
    notes: list[str] = []
    for check in slower[:EXPLAINED]:
        try:
            longer = _longer(check, sides, trees, locate, decision.seed or 0, conditions)
        except NothingMeasuredError as error:
            notes.append(f"Which functions take longer could not be seen: {error}")
        else:
            found[check] = replace(check, longer=longer)
    checks = tuple(found.get(check, check) for check in decision.checks)
    return replace(decision, checks=checks, notes=(*decision.notes, *notes))


def _longer(
    check: Check, sides: Sides, trees: Mapping[str, Tree], locate: Locate, seed: int, conditions: Conditions
) -> tuple[Longer, ...]:
    trial = sides.trial(check.scenario, [trees[BASE], trees[HEAD]], [check.configuration])
    base, head = side(BASE, check.configuration), side(HEAD, check.configuration)
    ratio = 1 + (check.change.estimate if check.change else 0.0)
    changes = self_time_changes(trial, base, head, ratio=ratio, seed=seed, conditions=conditions)
    return tuple(Longer(name, more, *locate(name)) for name, more in grown(changes).items())

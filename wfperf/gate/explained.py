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
    failed = [check for check in decision.of(Status.FAIL) if check.metric == WALL_TIME]
    slower = [(check, 1 + check.change.estimate) for check in failed if check.change]
    slower.sort(key=lambda each: -each[1])
    found: dict[Check, Check] = {}
    notes: list[str] = []
    for check, ratio in slower[:EXPLAINED]:
        trial = sides.trial(check.scenario, [trees[BASE], trees[HEAD]], [check.configuration])
        base, head = side(BASE, check.configuration), side(HEAD, check.configuration)
        try:
            changes = self_time_changes(trial, base, head, ratio=ratio, seed=decision.seed or 0, conditions=conditions)
        except NothingMeasuredError as error:
            notes.append(f"Which functions take longer could not be seen: {error}")
        else:
            longer = tuple(Longer(name, more, *locate(name)) for name, more in grown(changes).items())
            found[check] = replace(check, longer=longer)
    checks = tuple(found.get(check, check) for check in decision.checks)
    return replace(decision, checks=checks, notes=(*decision.notes, *notes))

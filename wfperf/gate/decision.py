"""Hold counted work against the baseline. Fails closed: what the baseline does not know cannot pass."""

from __future__ import annotations

from collections.abc import Mapping

from wfperf.gate.baseline import WorkTable
from wfperf.measure.counters import Work
from wfperf.results.decision import Decision, Move

COUNTERS = ("function_calls", "node_objects", "sql_statements")


def decide(baseline: WorkTable, now: WorkTable, python: str) -> Decision:
    """Compare every counter of every scenario and configuration."""
    moves: list[Move] = []
    unknown = [f"{scenario}, {name}: not counted now" for scenario, name in _missing(baseline, now)]
    unknown += [f"{scenario}, {name}: not in the baseline" for scenario, name in _missing(now, baseline)]
    compared = 0
    for scenario, sides in now.items():
        for name, work in sides.items():
            before = baseline.get(scenario, {}).get(name)
            if before is None:
                continue
            compared += len(COUNTERS)
            moves += _moves(scenario, name, before, work)
    return Decision(python, compared, tuple(moves), tuple(unknown))


def _moves(scenario: str, name: str, before: Work, now: Work) -> list[Move]:
    moves = []
    for counter in COUNTERS:
        old, new = getattr(before, counter), getattr(now, counter)
        if old != new:
            functions = _moved_functions(before.calls, now.calls) if counter == "function_calls" else ()
            moves.append(Move(scenario, name, counter, old, new, functions))
    return moves


def _moved_functions(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[tuple[str, int, int], ...]:
    moved = [(key, before.get(key, 0), now.get(key, 0)) for key in {*before, *now}]
    return tuple(
        sorted((each for each in moved if each[1] != each[2]), key=lambda each: (-abs(each[2] - each[1]), each))
    )


def _missing(these: WorkTable, those: WorkTable) -> list[tuple[str, str]]:
    return [
        (scenario, name) for scenario, sides in these.items() for name in sides if name not in those.get(scenario, {})
    ]

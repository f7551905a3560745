"""Hold counted work against the baseline. Fails closed: what the baseline does not know cannot pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wfperf.gate.baseline import WorkTable
from wfperf.measure.counters import Work

COUNTERS = ("function_calls", "node_objects", "sql_statements")


@dataclass(frozen=True, slots=True)
class Move:
    """A counter that differs from the baseline, and for function calls the functions behind it, largest first."""

    scenario: str
    configuration: str
    counter: str
    baseline: int
    now: int
    functions: tuple[tuple[str, int, int], ...] = ()

    @property
    def change(self) -> int:
        """The difference, above 0 where there is more work now."""
        return self.now - self.baseline


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says: it passes when no counter rose and the baseline covers all that was counted."""

    python: str
    compared: int
    moves: tuple[Move, ...]
    unknown: tuple[str, ...]

    @property
    def risen(self) -> tuple[Move, ...]:
        """The counters with more work now than in the baseline."""
        return tuple(move for move in self.moves if move.change > 0)

    @property
    def passed(self) -> bool:
        """Whether nothing rose and nothing is missing."""
        return not self.risen and not self.unknown


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

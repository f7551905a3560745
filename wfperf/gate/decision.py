"""Hold counted work against the baseline. Fails closed: what the baseline does not know cannot pass."""

from __future__ import annotations

from collections.abc import Mapping

from wfperf.gate.baseline import gated
from wfperf.measure.counters import WorkTable
from wfperf.results.decision import Decision, Move
from wfperf.results.work import FUNCTION_CALLS, Work


def decide(baseline: WorkTable, now: WorkTable, python: str) -> Decision:
    """Compare every counter of every scenario and configuration."""
    moves: list[Move] = []
    unknown = [f"{scenario}, {name}: not counted now" for scenario, name in _missing(baseline, now)]
    unknown += [f"{scenario}, {name}: not in the baseline" for scenario, name in _missing(now, baseline)]
    unknown += [
        f"{scenario}, {name}: {counter} differs from run to run"
        for scenario, sides in now.items()
        for name, work in sides.items()
        for counter in work.uneven
    ]
    compared = 0
    for scenario, sides in now.items():
        for name, work in sides.items():
            before = baseline.get(scenario, {}).get(name)
            if before is None:
                continue
            compared += len(gated(work))
            moves += _moves(scenario, name, before, work)
            unknown += _unlike(scenario, name, before, work)
    return Decision(python, compared, tuple(moves), tuple(unknown))


def _moves(scenario: str, name: str, before: Work, now: Work) -> list[Move]:
    moves = []
    for counter, new in gated(now).items():
        old = before.counts.get(counter, new)
        if old != new:
            functions = _moved_functions(before.calls, now.calls) if counter == FUNCTION_CALLS else ()
            moves.append(Move(scenario, name, counter, old, new, functions))
    return moves


def _unlike(scenario: str, name: str, before: Work, now: Work) -> list[str]:
    counted, known = gated(now).keys(), gated(before).keys()
    lost = known - counted - set(now.uneven)
    return [
        *(f"{scenario}, {name}: {counter} is not in the baseline" for counter in sorted(counted - known)),
        *(f"{scenario}, {name}: {counter} is not counted now" for counter in sorted(lost)),
    ]


def _moved_functions(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[tuple[str, int, int], ...]:
    moved = [(key, before.get(key, 0), now.get(key, 0)) for key in {*before, *now}]
    return tuple(
        sorted((each for each in moved if each[1] != each[2]), key=lambda each: (-abs(each[2] - each[1]), each))
    )


def _missing(these: WorkTable, those: WorkTable) -> list[tuple[str, str]]:
    return [
        (scenario, name) for scenario, sides in these.items() for name in sides if name not in those.get(scenario, {})
    ]

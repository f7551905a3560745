"""What a case comes to, as plain data, and where two outcomes differ.

Mappings are equal whatever the order of their keys, and not a number is itself; 1, 1.0 and True differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wfperf.engine.trace import NodeTrace, RunResult

Outcome = Mapping[str, Any]
"""Facts by name: of a result, or of a failure the facts `error`, `node` and `message`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where outcomes differ, and what stands there, as Python would write it."""

    where: str
    expected: str
    got: str


def observe(call: Callable[[], Outcome]) -> Outcome:
    """Return what a call gives, or its failure: the same error, after the same nodes, is the same outcome."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whatever an implementation raises is its outcome
        told = {"error": type(error).__name__, "node": getattr(error, "node", ""), "message": str(error)}
        result = getattr(error, "result", None)
        return told if result is None else {**told, **run_outcome(result)}


def failed(outcome: Outcome) -> bool:
    """Return whether an outcome, or any outcome in it, is a failure."""
    return "error" in outcome or any(isinstance(part, Mapping) and "error" in part for part in outcome.values())


def run_outcome(result: RunResult) -> Outcome:
    """Return all of a run's result but the durations; what causes a difference stands before what follows of it."""
    return {
        "workflow": result.workflow,
        "guid": result.guid,
        "process guid": result.process_guid,
        "nodes": {node.name: _node_outcome(node) for node in result.nodes},
        "order": [node.name for node in result.nodes],
        "context": result.context,
    }


def _node_outcome(node: NodeTrace) -> Outcome:
    return {
        "guid": node.guid,
        "type": node.type,
        "status": str(node.status),
        "writes": node.writes,
        "taken": list(node.taken),
        "runs": {run.guid: run_outcome(run) for run in node.runs},
    }


def same(expected: Outcome, got: Outcome) -> bool:
    """Return whether two outcomes are equal."""
    return repr(expected) == repr(got) or written(expected) == written(got)


def written(value: Any) -> str:
    """Return a value as Python would write it, keys in order: equal values are written alike."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(f"{written(key)}: {written(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(written, value)) + ",)"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(written, value))) + ",}"
    return repr(value)


def differences(expected: Outcome, got: Outcome) -> tuple[Difference, ...]:
    """Return every place where two outcomes differ: the innermost that still has a name."""
    return tuple(_differences(expected, got, ()))


def text_differences(expected: str, got: str) -> tuple[Difference, ...]:
    """Return every place where two outcomes differ that workers gave as JSON."""
    return differences({"outcome": json.loads(expected)}, {"outcome": json.loads(got)})


def _differences(expected: Any, got: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    both = isinstance(expected, Mapping) and isinstance(got, Mapping)
    if both and ("error" in expected) == ("error" in got):
        for key in dict.fromkeys((*expected, *got)):
            yield from _differences(expected.get(key, _NOTHING), got.get(key, _NOTHING), (*path, str(key)))
    elif written(expected) != written(got):
        yield Difference(", ".join(path), _shown(expected), _shown(got))


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and {"error", "message"} <= value.keys():
        return f"{value['error']}: {value['message']}"
    if isinstance(value, Mapping) and "process guid" in value:
        return "a result"
    return written(value)

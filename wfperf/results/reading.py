"""Read saved results: newer ones are refused, older ones made like today's."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from wfperf.errors import UsageError
from wfperf.faults import faults
from wfperf.results import decision
from wfperf.results.comparison import SCHEMA_VERSION, Comparison
from wfperf.results.decision import Decision
from wfperf.results.decision_texts import decision_from_4

KIND = "comparison"

T = TypeVar("T")


def read_comparison(path: Path) -> Comparison:
    """Return the result that `compare -o` saved.

    Raises:
        UsageError: it cannot be read, is no result of `compare`, or one of a newer wfperf; says where and what.
    """
    data = _read(path)
    if data.get("kind") != KIND:
        raise UsageError(f"{path} is not a result of wfperf compare")
    return _comparison(path, data)


def read_decision(path: Path) -> Decision:
    """Return the result that `gate -o` saved.

    Raises:
        UsageError: it cannot be read, is no result of `gate`, or one of another version; says where and what.
    """
    data = _read(path)
    if data.get("kind") != decision.KIND:
        raise UsageError(f"{path} is not a result of wfperf gate")
    return _decision(path, data)


def read_result(path: Path) -> Comparison | Decision:
    """Return the result that `compare -o` or `gate -o` saved.

    Raises:
        UsageError: as for `read_comparison` and `read_decision`.
    """
    data = _read(path)
    if data.get("kind") == KIND:
        return _comparison(path, data)
    if data.get("kind") == decision.KIND:
        return _decision(path, data)
    raise UsageError(f"{path} is not a result of wfperf compare or wfperf gate")


def _read(path: Path) -> dict[str, Any]:
    """Return the object in a file; an empty one in place of any other JSON, for that is no result either."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read the result {path}: {error}") from error
    return data if isinstance(data, dict) else {}


def _comparison(path: Path, data: dict[str, Any]) -> Comparison:
    version = _version(path, data, SCHEMA_VERSION)
    try:
        for older in range(version, SCHEMA_VERSION):
            data = MIGRATIONS[older](data)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"the result {path} is broken: it lacks {error}") from error
    return _validated(path, data, Comparison)


def _decision(path: Path, data: dict[str, Any]) -> Decision:
    version = _version(path, data, decision.SCHEMA_VERSION)
    if version == 1:
        raise UsageError(
            f"{path} has schema version 1, which nothing reads any more; make the result anew with: wfperf gate -o FILE"
        )
    for older in range(version, decision.SCHEMA_VERSION):
        data = DECISION_MIGRATIONS[older](data)
    return _validated(path, data, Decision)


def _version(path: Path, data: dict[str, Any], newest: int) -> int:
    """Take a result's version out of its data, and its kind, and return the version."""
    version = data.pop("schema_version", None)
    del data["kind"]
    if type(version) is not int or not 0 < version <= newest:
        raise UsageError(
            f"{path} has schema version {version}; this wfperf reads up to {newest}: use the one that wrote it"
        )
    return version


def _validated(path: Path, data: dict[str, Any], model: type[T]) -> T:
    try:
        return TypeAdapter(model).validate_python(with_infinities(data))
    except ValidationError as error:
        fault, *_ = faults(error, {})
        raise UsageError(f"the result {path} is broken: {fault.path} {fault.message}") from error


def with_infinities(data: Any) -> Any:
    """Return data in which an end of a range that JSON could not hold is infinite again."""
    if isinstance(data, list):
        return [with_infinities(item) for item in data]
    if not isinstance(data, dict):
        return data
    restored = {key: with_infinities(item) for key, item in data.items()}
    if {"low", "high"} <= restored.keys():
        restored["low"] = -math.inf if restored["low"] is None else restored["low"]
        restored["high"] = math.inf if restored["high"] is None else restored["high"]
    return restored


def _from_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 1: its intervals hold for a number of blocks fixed beforehand, and say so."""
    old = dict(data)
    blocks, seeds, samples = old.pop("blocks"), old.pop("hash_seeds"), old.pop("samples")
    findings = [{**each, "fixed": each["gain"], "blocks": blocks} for each in old.pop("findings")]
    metrics = {each["scenario"]: each["metric"] for each in findings}
    python = old["environment"]["python"]
    return {
        **old,
        "findings": findings,
        "ranks": [_rank_from_1(each) for each in old["ranks"]],
        "level": 0.95,
        "intervals": 1,
        "method": "fixed",
        "command": f"wfperf compare --seed {old['seed']}",
        "trials": [
            {
                "scenario": scenario,
                "base": "original",
                "metric": metrics.get(scenario, "throughput"),
                "hash_seeds": seeds,
                "sides": {
                    side: {"python": python, "runs": [], "samples": costs, "digests": []}
                    for side, costs in sides.items()
                },
            }
            for scenario, sides in samples.items()
        ],
    }


def _rank_from_1(rank: Mapping[str, Any]) -> dict[str, Any]:
    new = dict(rank)
    claim = {key: new.pop(key) for key in ("subject", "text", "reading", "scenario")}
    return {**new, "claim": {**claim, "section": ""}, "rivals": []}


def _same(data: Mapping[str, Any]) -> dict[str, Any]:
    """From a version whose successor only added what may be missing."""
    return dict(data)


def _from_2(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 2: its costs are wall times of free sides; it did not tell what was not counted."""
    return dict(data)


def _from_3(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 3: of the built-in engine it kept a number, of which one note was made; kinds went by names."""
    old = dict(data)
    built = old.pop("node_types", None)
    notes = [] if built is None else [_RECONSTRUCTION.format(built)]
    findings = [{**each, "kind": _kind_from_3(each, built)} for each in old.pop("findings")]
    return {**old, "findings": findings, "notes": notes}


def _kind_from_3(finding: Mapping[str, Any], built: int | None) -> str:
    if finding["scenario"] == finding["subject"]:
        return "pair"
    of_one = built is not None and finding["phase"] is not None and not finding["subject"].startswith("phase-")
    return "single" if of_one else "total"


_RECONSTRUCTION = (
    "Measured on a reconstruction of the reviewed engine: for every node that runs, `dispatch` builds {} node objects; "
    "the review's builds 27."
)

MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1, 2: _from_2, 3: _from_3}
"""From each older version to the next."""

DECISION_MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    2: _same,
    3: _same,
    4: decision_from_4,
}
"""From each older version of a decision to the next; version 1 is refused."""

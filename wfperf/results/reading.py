"""Read saved results: newer ones are refused, older ones made like today's."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from wfperf.engine.faults import faults
from wfperf.errors import UsageError
from wfperf.results.comparison import SCHEMA_VERSION, Comparison

KIND = "comparison"


def read_comparison(path: Path) -> Comparison:
    """Return the result that `compare -o` saved.

    Raises:
        UsageError: it cannot be read, is no result of `compare`, or one of a newer wfperf; says where and what.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the result {path}: {error}") from error
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise UsageError(f"{path} is not a result of wfperf compare")
    version = data.pop("schema_version", None)
    del data["kind"]
    if type(version) is not int or version > SCHEMA_VERSION:
        raise UsageError(
            f"{path} has schema version {version}; this wfperf reads up to {SCHEMA_VERSION}: use the one that wrote it"
        )
    try:
        for older in range(version, SCHEMA_VERSION):
            data = MIGRATIONS[older](data)
        return TypeAdapter(Comparison).validate_python(with_infinities(data))
    except ValidationError as error:
        fault, *_ = faults(error, {})
        raise UsageError(f"the result {path} is broken: {fault.path} {fault.message}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"the result {path} is broken: it lacks {error}") from error


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


MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}
"""From each older version to the next."""

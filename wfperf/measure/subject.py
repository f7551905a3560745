"""One side of a comparison, as a worker can build it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """How a worker builds a workload: a factory `module:function` and its arguments."""

    factory: str
    arguments: Mapping[str, Any]


def engine_subject(scenario: str, seams: Mapping[str, str], db: str) -> Subject:
    """Return the built-in engine with these seams on a scenario, as a subject."""
    return Subject("wfperf.fixtures.workload:engine_workload", {"scenario": scenario, "seams": dict(seams), "db": db})

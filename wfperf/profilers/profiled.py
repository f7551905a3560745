"""What `profile` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wfperf.profilers.difference import Change
from wfperf.results.environment import Environment

if TYPE_CHECKING:
    from wfperf.measure.pair import Pair

# Version 1: the first format; `after` and `measured` are null where one configuration was profiled.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Captured:
    """What one profiler saw: a file by configuration and the changes between them, or why it was skipped.

    A change's costs are in the terms of its profiler: `FunctionCost`, `LineCost` or `SiteCost`.
    """

    files: Mapping[str, Path]
    changes: tuple[Change[Any], ...]
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Profiled:
    """One configuration or two on one scenario, by profiler; `after` is empty where there is one.

    `runs` is how many each profiler saw; costs are those of one run. `changes_results` names the optimizations
    in `after` that are known to change results. `notes` are what the plan says to all of it.
    """

    scenario: str
    before: str
    after: str
    runs: int
    captured: Mapping[str, Captured]
    changes_results: tuple[str, ...]
    environment: Environment
    notes: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[str, ...]:
        """The configurations, the one before first."""
        return (self.before, self.after) if self.after else (self.before,)

    def to_data(self, pair: Pair | None, seed: int) -> dict[str, Any]:
        """Return plain data for JSON, the schema's version first, with the speedup that was measured apart."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "profile",
            "scenario": self.scenario,
            "before": self.before,
            "after": self.after or None,
            "runs": self.runs,
            "measured": pair and {**asdict(pair), "seed": seed, "changes_results": self.changes_results},
            "profilers": {name: _captured_data(captured) for name, captured in self.captured.items()},
            "environment": asdict(self.environment),
        }


def _captured_data(captured: Captured) -> dict[str, Any]:
    if captured.skipped:
        return {"skipped": captured.skipped}
    return {
        "files": {configuration: str(file) for configuration, file in captured.files.items()},
        "changes": [asdict(change) for change in captured.changes],
    }

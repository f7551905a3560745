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

# Version 1: the first format.
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
    """Two configurations on one scenario, by profiler.

    `runs` is how many each profiler saw; costs are those of one run. `changes_results` names the optimizations
    in `after` that are known to change results. `is_own` tells that it was no built-in engine.
    """

    scenario: str
    before: str
    after: str
    runs: int
    captured: Mapping[str, Captured]
    changes_results: tuple[str, ...]
    environment: Environment
    is_own: bool = False

    def to_data(self, pair: Pair, seed: int) -> dict[str, Any]:
        """Return plain data for JSON, the schema's version first, with the speedup that was measured apart."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "profile",
            "scenario": self.scenario,
            "before": self.before,
            "after": self.after,
            "runs": self.runs,
            "measured": {**asdict(pair), "seed": seed, "changes_results": self.changes_results},
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

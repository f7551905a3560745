"""The saved baseline: sorted, readable, committed; one section for each version of Python."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wfperf.errors import UsageError
from wfperf.measure.counters import WorkTable
from wfperf.results.files import write_text
from wfperf.results.work import DEPENDENT, Work

# Version 1: the built-in engine's three counters, each a field.
# Version 2: `counts` by name, so that a workload of one's own brings its own.
SCHEMA_VERSION = 2
KIND = "work-baseline"


def python_version() -> str:
    """Return the version a section is kept under, such as 3.11: counts hold across its patch releases."""
    return ".".join(platform.python_version_tuple()[:2])


def read_baseline(path: Path) -> dict[str, WorkTable]:
    """Return the baseline's work tables by version of Python.

    Raises:
        UsageError: the file is missing, broken, of another kind or of a newer version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"no baseline at {path}; make one with: wfperf gate --update --baseline {path}") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read the baseline {path}: {error}") from error
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise UsageError(f"{path} is not a baseline of wfperf gate")
    version = data.get("schema_version")
    if type(version) is not int or not 0 < version <= SCHEMA_VERSION:
        raise UsageError(f"{path} has schema version {version}; this wfperf reads up to {SCHEMA_VERSION}")
    try:
        return {python: _table(section, version) for python, section in data["python"].items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"the baseline {path} is incomplete; make it anew with: wfperf gate --update") from error


def write_baseline(path: Path, tables: Mapping[str, WorkTable]) -> None:
    """Write the baseline whole or not at all; counters that depend on libraries are left out."""
    sections = {
        version: {
            scenario: {name: {"counts": gated(work), "calls": dict(work.calls)} for name, work in sides.items()}
            for scenario, sides in tables[version].items()
        }
        for version in tables
    }
    data = {"schema_version": SCHEMA_VERSION, "kind": KIND, "python": sections}
    write_text(path, json.dumps(data, indent=1, sort_keys=True) + "\n")


def gated(work: Work) -> dict[str, int]:
    """Return the counts that hold on any machine with the same version of Python."""
    return {name: count for name, count in work.counts.items() if name not in DEPENDENT}


def _table(section: Any, version: int) -> WorkTable:
    return {
        scenario: {name: _work(work, version) for name, work in sides.items()} for scenario, sides in section.items()
    }


def _work(data: Any, version: int) -> Work:
    if version == 1:
        data = {"calls": data["calls"], "counts": {name: data[name] for name in data if name != "calls"}}
    work = Work(counts=dict(data["counts"].items()), calls=dict(data["calls"].items()))
    if not work.counts or not all(
        type(number) is int and number >= 0 for number in (*work.counts.values(), *work.calls.values())
    ):
        raise TypeError("counts are whole numbers")
    return work

"""The saved baseline: sorted, readable, committed; one section for each version of Python."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wfperf.errors import UsageError
from wfperf.measure.counters import Work
from wfperf.results.files import write_text

# Version 1: the first format.
SCHEMA_VERSION = 1
KIND = "work-baseline"

WorkTable = Mapping[str, Mapping[str, Work]]
"""Work by scenario and configuration."""


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
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UsageError(f"cannot read the baseline {path}: {error}") from error
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise UsageError(f"{path} is not a baseline of wfperf gate")
    if data.get("schema_version") != SCHEMA_VERSION:
        raise UsageError(f"{path} has schema version {data.get('schema_version')}; this wfperf reads {SCHEMA_VERSION}")
    try:
        return {version: _table(section) for version, section in data["python"].items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"the baseline {path} is incomplete; make it anew with: wfperf gate --update") from error


def write_baseline(path: Path, tables: Mapping[str, WorkTable]) -> None:
    """Write the baseline whole or not at all."""
    sections = {
        version: {
            scenario: {name: asdict(work) for name, work in sides.items()}
            for scenario, sides in tables[version].items()
        }
        for version in tables
    }
    data = {"schema_version": SCHEMA_VERSION, "kind": KIND, "python": sections}
    write_text(path, json.dumps(data, indent=1, sort_keys=True) + "\n")


def _table(section: Any) -> WorkTable:
    return {scenario: {name: _work(counts) for name, counts in sides.items()} for scenario, sides in section.items()}


def _work(counts: Any) -> Work:
    work = Work(**counts)
    numbers = (work.function_calls, work.node_objects, work.sql_statements, *work.calls.values())
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise TypeError("counts are whole numbers")
    return work

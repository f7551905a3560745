"""What a run does, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FUNCTION_CALLS = "function_calls"
NODE_OBJECTS = "node_objects"
SQL_STATEMENTS = "sql_statements"
REGEX_COMPILATIONS = "regex_compilations"
ALLOCATIONS = "allocations"
ALLOCATED_BYTES = "allocated_bytes"
INSTRUCTIONS = "instructions"

DEPENDENT = frozenset({REGEX_COMPILATIONS, ALLOCATIONS, ALLOCATED_BYTES, INSTRUCTIONS})
"""Counters that also move when a library or a patch release of Python does; no baseline holds them."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one run does.

    Args:
        counts: by counter. `function_calls` are calls of the subject's own functions; comprehensions are left out, for
            only some Python versions make calls of them. Others are the workload's own.
        calls: which functions those are, as `package/file.py:name`.
        uneven: the counters that differ from run to run, and so are no counts.
    """

    counts: Mapping[str, int]
    calls: Mapping[str, int] = field(default_factory=dict)
    uneven: tuple[str, ...] = ()

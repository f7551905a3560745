"""What a run does, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FUNCTION_CALLS = "function_calls"
LIBRARY_CALLS = "library_calls"
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
            only some Python versions make calls of them. `library_calls` are those that they make of other functions,
            built-in ones such as `dict.copy` included. Others are the workload's own.
        calls: which functions are called, as `package/file.py:name`.
        library_calls: which of them call what else, as `package/file.py:name calls other`.
        uneven: the counters that differ from run to run, and so are no counts.
        uncounted: what else it does that no counter sees, in words, such as work in other processes.
    """

    counts: Mapping[str, int]
    calls: Mapping[str, int] = field(default_factory=dict)
    uneven: tuple[str, ...] = ()
    library_calls: Mapping[str, int] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()

"""Counters of one run."""

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
"""Counters that also change with libraries or a patch release of Python; baseline files omit them."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Counters of one run.

    Args:
        counts: number per run, by counter. `function_calls` are calls of the user's own functions, except
            comprehensions, which only some Python versions call. `library_calls` are calls from these functions to
            other functions, including built-in ones such as `dict.copy`. All others are counters of the workload.
        calls: calls per run of each function, by `package/file.py:name`.
        library_calls: library calls per run, by `package/file.py:name calls other`.
        uneven: counters that differ from run to run, so that they have no count.
        uncounted: what the run does that no counter sees, as text, such as work in other processes.
        first_calls: how many calls of the user's own functions the first run made beside those of later ones; 0 if it
            made fewer than ten times as many, imported modules or started threads that stay.
    """

    counts: Mapping[str, int]
    calls: Mapping[str, int] = field(default_factory=dict)
    uneven: tuple[str, ...] = ()
    library_calls: Mapping[str, int] = field(default_factory=dict)
    uncounted: tuple[str, ...] = ()
    first_calls: int = 0

"""Dataflow where waits can overlap, else sequential."""

from __future__ import annotations

from itertools import pairwise

from wfperf.engine.definition import Definition
from wfperf.engine.drivers.concurrent import dataflow
from wfperf.engine.drivers.sequential import sequential
from wfperf.engine.run import Run
from wfperf.engine.runtime import Drive, Runtime


def adaptive(engine: Runtime) -> Drive:
    """Ours: an event loop earns its cost only when two nodes marked Async lie on different paths."""
    one_by_one, together = sequential(engine), dataflow(engine)

    def drive(run: Run) -> None:
        if run.entry.waits_overlap is None:
            run.entry.waits_overlap = waits_overlap(run.definition)
        (together if run.entry.waits_overlap else one_by_one)(run)

    return drive


def waits_overlap(definition: Definition) -> bool:
    """Return whether some Async node can run beside another, or the items of an Async FOREACH beside each other.

    Nodes can where no single path holds them all.

    Between neighbours in canonical order a path is enough: paths compose. Each search stays between its two
    nodes, so all of them together look at every edge at most once.
    """
    waiting = [row.guid for row in definition.rows if row.is_async]
    if any(row.is_async and row.type.upper() == "FOREACH" for row in definition.rows):
        return True
    return not all(_leads_to(definition, one, next_) for one, next_ in pairwise(waiting))


def _leads_to(definition: Definition, start: str, end: str) -> bool:
    seen, unvisited = {start}, [start]
    while unvisited:
        for target in definition.targets[unvisited.pop()]:
            if target == end:
                return True
            if target not in seen and definition.order[target] < definition.order[end]:
                seen.add(target)
                unvisited.append(target)
    return False

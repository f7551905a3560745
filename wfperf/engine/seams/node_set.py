"""Index a workflow's nodes by guid. Invariant: the same nodes under the same guids."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wfperf.engine.definition import BufferEntry, Node
from wfperf.engine.runtime import Runtime

NodeSet = Mapping[str, Node]
Index = Callable[[BufferEntry], NodeSet]


def original(_engine: Runtime) -> Index:
    """Before: rebuilt from the rows on every run."""
    return _build


def proposed(_engine: Runtime) -> Index:
    """After: built with the buffer entry, and kept there."""

    def index(entry: BufferEntry) -> NodeSet:
        if entry.node_set is None:
            entry.node_set = _build(entry)
        return entry.node_set

    return index


def _build(entry: BufferEntry) -> NodeSet:
    node_set = {}
    for guid, rank, node_type, name, is_async, data, branches in entry.definition.rows:
        node_set[guid] = Node(guid, rank, node_type.upper(), bool(is_async), name, data, branches)
    return node_set

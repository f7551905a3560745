"""What is kept between runs beside a workflow's rows.

Invariant: the same node data, branches and process guid as if nothing were kept.
"""

from __future__ import annotations

from typing import Any

from wfperf.engine.branches import Branches, parse_branches
from wfperf.engine.definition import BufferEntry, Node
from wfperf.engine.nodes import parse_node_data
from wfperf.engine.runtime import Buffer, Runtime


def original(engine: Runtime) -> Buffer:
    """Before: rows are kept; JSON is parsed and branch conditions are compiled at every use."""

    def data(_entry: BufferEntry, node: Node) -> Any:
        return parse_node_data(node.kind, node.data)

    def branches(_entry: BufferEntry, node: Node) -> Branches:
        return parse_branches(node.branches)

    return Buffer(data, branches, engine.query_process_guid)


def proposed(engine: Runtime) -> Buffer:
    """After: parsed node data, compiled branches and the process guid are kept."""
    data, branches, query = tuned(engine)

    def process_guid(entry: BufferEntry, guid: str, archetype: str) -> str:
        if entry.process_guid is None:
            entry.process_guid = query(entry, guid, archetype)
        return entry.process_guid

    return Buffer(data, branches, process_guid)


def tuned(engine: Runtime) -> Buffer:
    """Ours: all that does not depend on the run is kept; the process guid is the run's own."""

    def data(entry: BufferEntry, node: Node) -> Any:
        parsed = entry.parsed_node_data.get(node.guid)
        if parsed is None:
            parsed = entry.parsed_node_data[node.guid] = parse_node_data(node.kind, node.data)
        return parsed

    def branches(entry: BufferEntry, node: Node) -> Branches:
        parsed = entry.parsed_branches.get(node.guid)
        if parsed is None:
            parsed = entry.parsed_branches[node.guid] = parse_branches(node.branches)
        return parsed

    return Buffer(data, branches, engine.query_process_guid)

"""The state of one run, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wfperf.engine.definition import Definition, Node
    from wfperf.engine.workflow import BufferEntry

Writes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NodeTrace:
    """What became of one node: `done` with its writes, or `skipped` because no path reached it."""

    guid: str
    name: str
    type: str
    status: str
    writes: Writes = field(default_factory=dict)
    duration_s: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run. `nodes` stand in canonical order; equal results have equal fields, durations aside."""

    workflow: str
    guid: str
    process_guid: str
    context: Mapping[str, Any]
    nodes: tuple[NodeTrace, ...]


class Run:
    """A run under way: which edges were taken, and what each node saw, wrote and left.

    Guids key everything; `sources` holds, for every node that a path has reached, the nodes it came from.
    """

    __slots__ = (
        "context",
        "durations_s",
        "entry",
        "guid",
        "node_set",
        "process_guid",
        "sources",
        "states",
        "writes",
    )

    def __init__(
        self,
        entry: BufferEntry,
        node_set: Mapping[str, Node],
        guid: str,
        process_guid: str,
        context: Mapping[str, Any],
    ) -> None:
        self.entry = entry
        self.node_set = node_set
        self.guid = guid
        self.process_guid = process_guid
        self.context = context
        self.sources: dict[str, list[str]] = {entry.definition.start: []}
        self.states: dict[str, Mapping[str, Any]] = {}
        self.writes: dict[str, Writes] = {}
        self.durations_s: dict[str, float] = {}

    @property
    def definition(self) -> Definition:
        """The workflow that runs."""
        return self.entry.definition

    def before(self, guid: str) -> Mapping[str, Any]:
        """Return the context a node starts from: the input plus its ancestors' writes, in canonical order."""
        sources = self.sources[guid]
        if not sources:
            return self.context
        if len(sources) == 1:
            return self.states[sources[0]]
        return {**self.context, "result": self._merged(self._ancestors(sources))}

    def take(self, guid: str, targets: Sequence[str]) -> None:
        """Record that paths lead from a node to these targets."""
        for target in targets:
            self.sources.setdefault(target, []).append(guid)

    def result(self) -> RunResult:
        """Return what the run leaves: every node in canonical order, and the final context."""
        nodes = tuple(
            NodeTrace(
                row.guid,
                row.name,
                row.type.upper(),
                "done",
                self.writes[row.guid],
                self.durations_s[row.guid],
            )
            if row.guid in self.writes
            else NodeTrace(row.guid, row.name, row.type.upper(), "skipped")
            for row in self.definition.rows
        )
        context = {**self.context, "result": self._merged(self.writes)}
        return RunResult(self.definition.header.workflow, self.guid, self.process_guid, context, nodes)

    def _merged(self, guids: Sequence[str] | Mapping[str, Any] | set[str]) -> dict[str, Any]:
        result = dict(self.context["result"])
        for guid in sorted(guids, key=self.definition.order.__getitem__):
            result.update(self.writes[guid])
        return result

    def _ancestors(self, sources: Sequence[str]) -> set[str]:
        found = set(sources)
        unvisited = list(found)
        while unvisited:
            for source in self.sources[unvisited.pop()]:
                if source not in found:
                    found.add(source)
                    unvisited.append(source)
        return found

"""The state of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wfperf.engine.definition import BufferEntry, Definition, Node
from wfperf.engine.errors import DeadlockError, RunError
from wfperf.engine.trace import NodeTrace, RunResult, Status, Writes


class Run:
    """A run under way: which edges were taken, and what each node saw, wrote and left.

    Guids key everything; `sources` holds, for every node that a path has reached, the nodes it came from,
    and `joined`, for every GATE that has fired, those it counts. `depth` counts the workflows around this one.
    """

    __slots__ = (
        "children",
        "context",
        "depth",
        "duration_s",
        "durations_s",
        "entry",
        "error",
        "failed",
        "guid",
        "joined",
        "node_set",
        "process_guid",
        "sources",
        "states",
        "taken",
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
        self.depth = 0
        self.duration_s = 0.0
        self.error: RunError | None = None
        self.sources: dict[str, list[str]] = {entry.definition.start: []}
        self.joined: dict[str, list[str]] = {}
        self.taken: dict[str, tuple[str, ...]] = {}
        self.states: dict[str, Mapping[str, Any]] = {}
        self.writes: dict[str, Writes] = {}
        self.failed: set[str] = set()
        self.durations_s: dict[str, float] = {}
        self.children: dict[str, Sequence[Run]] = {}

    @property
    def definition(self) -> Definition:
        """The workflow that runs."""
        return self.entry.definition

    @property
    def has_begun(self) -> bool:
        """Whether any of its nodes has run."""
        return bool(self.writes or self.error)

    def begun(self) -> list[Run]:
        """Return the runs of other workflows that its nodes have begun, up to the failure that stopped it."""
        names = [row.name for row in self.definition.rows]
        end = names.index(self.error.node) + 1 if self.error else len(names)
        return [child for row in self.definition.rows[:end] for child in self._begun_by(row.guid)]

    def _begun_by(self, guid: str) -> list[Run]:
        """Return the runs that a node has begun, up to the first that failed: nobody waits for those behind it."""
        children = self.children.get(guid, ())
        failed = next((place for place, child in enumerate(children) if child.error), len(children))
        return [child for child in children[: failed + 1] if child.has_begun]

    def before(self, guid: str) -> Mapping[str, Any]:
        """Return the context a node starts from: the input plus its ancestors' writes, in canonical order.

        Asked once for each node: a state that no other node can ask for is let go, so that a long chain
        does not keep them all.
        """
        sources = self._came_from(guid)
        if not sources:
            return self.context
        if len(sources) == 1:
            (source,) = sources
            is_last = len(self.entry.definition.targets[source]) == 1
            return self.states.pop(source) if is_last else self.states[source]
        return {**self.context, "result": self._merged(self._ancestors(sources))}

    def take(self, guid: str, targets: Iterable[str]) -> None:
        """Record that paths lead from a node to these targets."""
        self.taken[guid] = tuple(targets)
        for target in self.taken[guid]:
            self.sources.setdefault(target, []).append(guid)

    def join(self, guid: str) -> None:
        """Let a GATE that a path has reached fire: on its canonically first arrivals, as many as it needs.

        Raises:
            DeadlockError: fewer than it needs can still arrive.
        """
        join = self.definition.joins.get(guid)
        if join is None:
            return
        arrived = set(self.sources[guid])
        counted = [source for source in join.sources if source in arrived][: join.needed]
        if len(counted) < join.needed:
            names = {row.guid: row.name for row in self.definition.rows}
            dead = ", ".join(repr(names[source]) for source in join.sources if source not in arrived)
            raise DeadlockError(
                self.definition.header.workflow,
                names[guid],
                f"waits for {join.needed} of its {len(join.sources)} ways in, but {len(counted)} can arrive;"
                f" no path comes from {dead}",
            )
        self.joined[guid] = counted

    def result(self) -> RunResult:
        """Return what the run leaves: every node in canonical order, and the final context."""
        rows = self.definition.rows
        end = len(rows)
        if self.error:
            end = next(place for place, row in enumerate(rows) if row.name == self.error.node)
        nodes = tuple(self._trace(place, end) for place in range(len(rows)))
        written = [row.guid for row in rows[:end] if row.guid in self.writes]
        context = {**self.context, "result": self._merged(written)}
        error = str(self.error) if self.error else ""
        return RunResult(self.definition.header.workflow, self.guid, self.process_guid, context, nodes, error)

    def _trace(self, place: int, end: int) -> NodeTrace:
        row = self.definition.rows[place]
        guid, name, kind = row.guid, row.name, row.type.upper()
        runs = tuple(child.result() for child in self._begun_by(guid)) if guid in self.children else ()
        if place > end:
            return NodeTrace(guid, name, kind, Status.STOPPED)
        if place == end:
            return NodeTrace(guid, name, kind, Status.FAILED, runs=runs)
        if guid not in self.writes:
            return NodeTrace(guid, name, kind, Status.SKIPPED)
        status = Status.FAILED if guid in self.failed else Status.DONE
        return NodeTrace(guid, name, kind, status, self.writes[guid], self.durations_s[guid], self.taken[guid], runs)

    def _merged(self, guids: Iterable[str]) -> dict[str, Any]:
        result = dict(self.context["result"])
        for guid in sorted(guids, key=self.definition.order.__getitem__):
            result.update(self.writes[guid])
        return result

    def _came_from(self, guid: str) -> list[str]:
        return self.joined[guid] if guid in self.joined else self.sources[guid]

    def _ancestors(self, sources: Sequence[str]) -> set[str]:
        found = set(sources)
        unvisited = list(found)
        while unvisited:
            for source in self._came_from(unvisited.pop()):
                if source not in found:
                    found.add(source)
                    unvisited.append(source)
        return found

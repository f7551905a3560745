"""What the random workflows cover: node types that ran, edges that were taken, joins that fired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wfperf.engine.branches import Branches, SqlMatch, parse_branches
from wfperf.engine.nodes import DATA_TYPES, parse_node_data
from wfperf.engine.rows import NodeRow
from wfperf.engine.trace import Status
from wfperf.faults import FaultsError
from wfperf.results.difference import Outcome
from wfperf.results.verification import Covered

NODE_TYPES = "node types"
EDGES = "edges taken"
SPLITS = "splits"
JOINS = "joins fired"
ENDS = "runs stopped by"

KINDS: Mapping[str, tuple[str, ...]] = {
    NODE_TYPES: tuple(sorted(DATA_TYPES)),
    EDGES: ("unconditional", "if", "sql", "default", "error"),
    SPLITS: ("all", "first", "matching"),
    JOINS: ("or", "all", "any", "n"),
    ENDS: ("NodeExecutionError", "NoMatchingBranchError", "DeadlockError", "WorkflowDefinitionError"),
}
"""What there is to cover, by sort."""


class Coverage:
    """Counts what workflows cover, by their outcomes on `original`."""

    def __init__(self) -> None:
        self._met: Counter[tuple[str, str]] = Counter()

    def count(self, rows: Sequence[NodeRow], outcome: Outcome) -> None:
        """Count one workflow's outcome: of a run, or of several."""
        if "error" in outcome:
            self._met[ENDS, outcome["error"]] += 1
        nodes = outcome.get("nodes")
        if nodes is None:
            for part in outcome.values():
                if isinstance(part, Mapping) and ("nodes" in part or "error" in part):
                    self.count(rows, part)
            return
        for node in rows:
            self._count_node(_Ran(node, nodes))

    def covered(self) -> tuple[Covered, ...]:
        """Return what was covered, by sort."""
        return tuple(Covered(sort, {name: self._met[sort, name] for name in names}) for sort, names in KINDS.items())

    def _count_node(self, ran: _Ran) -> None:
        if ran.status not in (Status.DONE, Status.FAILED):
            return
        self._met[NODE_TYPES, ran.kind] += 1
        for edge in ran.edges():
            self._met[EDGES, edge] += 1
        if ran.taken and ran.status is Status.DONE and len(ran.branches.edges) > 1:
            self._met[SPLITS, ran.branches.split] += 1
        join = ran.join()
        if join:
            self._met[JOINS, join] += 1


@dataclass(frozen=True, slots=True)
class _Ran:
    """A node, and its outcome among those of a run."""

    row: NodeRow
    nodes: Mapping[str, Mapping[str, Any]]

    @property
    def kind(self) -> str:
        return self.row.type.upper()

    @property
    def _own(self) -> Mapping[str, Any]:
        return self.nodes.get(self.row.name, {})

    @property
    def status(self) -> Status:
        return Status(self._own.get("status", Status.SKIPPED))

    @property
    def taken(self) -> Sequence[str]:
        taken: Sequence[str] = self._own.get("taken", ())
        return taken

    @property
    def branches(self) -> Branches:
        return parse_branches(self.row.branches)

    def edges(self) -> Iterator[str]:
        branches = self.branches
        for target in self.taken:
            if self.status is Status.FAILED:
                yield "error"
                continue
            kinds = {_edge_kind(edge.condition) for edge in branches.edges if edge.target == target}
            kinds |= {"default"} if target == branches.default else set()
            if len(kinds) == 1:  # else it is unknown which of them held
                yield kinds.pop()

    def join(self) -> str:
        """Return which join has fired here; empty if no paths met."""
        arrivals = sum(self.row.guid.lower() in other.get("taken", ()) for other in self.nodes.values())
        if self.kind == "GATE":
            try:
                join = parse_node_data("GATE", self.row.data).join
            except FaultsError:
                return ""
            return "n" if isinstance(join, int) else str(join)
        return "or" if arrivals > 1 else ""


def _edge_kind(condition: object) -> str:
    if condition is None:
        return "unconditional"
    return "sql" if isinstance(condition, SqlMatch) else "if"

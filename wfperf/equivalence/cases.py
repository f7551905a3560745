"""Cases to compare with `original`: a text to fill, or a workflow to run under some conditions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

from wfperf.engine.database import Database
from wfperf.engine.rows import NodeRow
from wfperf.engine.trace import Status
from wfperf.engine.workflow import Workflow
from wfperf.equivalence.outcome import observe, run_outcome
from wfperf.equivalence.shrink import smaller_values
from wfperf.equivalence.subworkflows import SUB_WORKFLOWS
from wfperf.fixtures.builders import Rows
from wfperf.fixtures.seed import insert_workflow
from wfperf.fixtures.workload import prepared_data
from wfperf.results.difference import Outcome, written

GUID, PROCESS_GUID = "run", "process"

_DELETE = (
    "DELETE FROM def_workflows WHERE WorkflowName = :workflow",
    "DELETE FROM def_workflow WHERE WorkflowName = :workflow",
)


class Case(Protocol):
    """Something that has an outcome on every engine."""

    def stage(self, db: Database) -> None:
        """Write what the case needs into the engines' database, replacing what was there."""

    def outcome(self, engine: Workflow, said: list[str]) -> Outcome:
        """Return the outcome of the case on an engine; `said` receives its messages."""

    def weight(self) -> tuple[int, int]:
        """Return the size of the case; of two cases that show the same, the lighter is shown."""

    def smaller(self) -> Iterator[Self]:
        """Yield cases that are a little smaller, the greatest cuts first."""

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the case for a reader: labels and their texts."""


@dataclass(frozen=True, slots=True)
class TemplateCase:
    """A text whose placeholders are filled with variables; None is a context without variables."""

    text: str
    variables: Mapping[str, Any] | None
    guid: str = GUID
    process_guid: str = PROCESS_GUID

    def stage(self, db: Database) -> None:
        """Do nothing: a text is filled without the database."""

    def outcome(self, engine: Workflow, said: list[str]) -> Outcome:
        """Return the filled text."""
        context = {} if self.variables is None else {"result": self.variables}
        del said  # filling a template writes none
        return observe(
            lambda: {"filled text": engine.local_patch_param(context, self.guid, self.process_guid, self.text)}
        )

    def weight(self) -> tuple[int, int]:
        """Return 0, for no nodes, and the characters of text and variables."""
        return 0, len(self.text) + len(repr(self.variables))

    def smaller(self) -> Iterator[Self]:
        """Yield the case with less text, or with fewer or simpler variables."""
        for text in smaller_values(self.text):
            yield replace(self, text=text)
        for variables in smaller_values(self.variables):
            yield replace(self, variables=variables)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return template and context, and the guids if the text may name them."""
        facts = [("template", written(self.text)), ("context", _in_order(self.variables))]
        if "guid" in self.text:
            facts.append(("guids", f"guid {self.guid!r}, processguid {self.process_guid!r}"))
        return tuple(facts)


@dataclass(frozen=True, slots=True)
class WorkflowCase:
    """A workflow run once for each of `guids` on one engine, cold at first.

    `neighbour` is a workflow of the same name in another package. With `prepare_only` it is prepared, not
    run; with `do_debug` the engine also writes debug messages.
    """

    rows: Rows
    variables: Mapping[str, Any]
    guids: tuple[str, ...] = (GUID,)
    neighbour: Rows | None = None
    do_debug: bool = False
    prepare_only: bool = False

    def stage(self, db: Database) -> None:
        """Put the workflow and its neighbour into the database."""
        for statement in _DELETE:
            db.execute(statement, {"workflow": self.rows.header.workflow})
        for rows in (self.rows, self.neighbour, *SUB_WORKFLOWS):
            if rows:
                insert_workflow(db, rows)

    def outcome(self, engine: Workflow, said: list[str]) -> Outcome:
        """Return the result and messages of each run, and its input afterwards."""
        engine.workflow_buffer.clear()
        engine.do_debug = self.do_debug
        if len(self.guids) == 1:
            return self._run(engine, said, self.guids[0])
        return {f"run {number}": self._run(engine, said, guid) for number, guid in enumerate(self.guids, 1)}

    def _run(self, engine: Workflow, said: list[str], guid: str) -> Outcome:
        # A deep copy: changes by an engine must be noticed, and must not reach the next one.
        header, context = self.rows.header, {"result": deepcopy(dict(self.variables))}
        said.clear()

        def prepare() -> Outcome:
            return prepared_data(engine.prepare_run(header.workflow, guid, context, header.package, ""))

        def run() -> Outcome:
            result = engine.run_workflow(header.workflow, guid, context, header.package)
            if any(node.status is Status.FAILED and node.runs for node in result.nodes):
                return run_outcome(result)  # other runs may have begun beside the failed one, and spoken
            # Sorted: the order of two branches' messages depends on the driver.
            return {**run_outcome(result), "messages": sorted(said)}

        return {**observe(prepare if self.prepare_only else run), "input afterwards": context}

    def weight(self) -> tuple[int, int]:
        """Return the number of nodes of both workflows, and of characters in them."""
        nodes = [*self.rows.nodes, *(self.neighbour.nodes if self.neighbour else ())]
        return len(nodes), len(repr((nodes, self.variables, self.guids)))

    def smaller(self) -> Iterator[Self]:
        """Yield the case under fewer conditions, with fewer nodes, edges and variables, or with simpler ones."""
        if self.neighbour:
            yield replace(self, neighbour=None)
        if self.do_debug:
            yield replace(self, do_debug=False)
        if len(self.guids) > 1:
            yield replace(self, guids=self.guids[:1])
        for rows in _smaller_rows(self.rows):
            yield replace(self, rows=rows)
        for variables in smaller_values(self.variables):
            yield replace(self, variables=variables)
        for rows in _smaller_rows(self.neighbour) if self.neighbour else ():
            yield replace(self, neighbour=rows)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the nodes, the context and the conditions."""
        facts = [*_node_facts("", self.rows.nodes), ("context", _in_order(self.variables))]
        if self.rows.header.process_guid_sql:
            facts.append(("process guid", self.rows.header.process_guid_sql))
        if len(self.guids) > 1:
            facts.append(("runs", f"on one engine, with the guids {', '.join(map(repr, self.guids))}"))
        if self.neighbour:
            header = self.neighbour.header
            facts.append(("beside it", f"a workflow of the same name in package {header.package!r}"))
            facts += _node_facts("its ", self.neighbour.nodes)
        if self.do_debug:
            facts.append(("debugging", "on"))
        return tuple(facts)


def _in_order(variables: Mapping[str, Any] | None) -> str:
    """Return variables as text, in their order, which is that in which placeholders are filled."""
    return "none" if variables is None else repr(dict(variables))


def _node_facts(whose: str, nodes: Sequence[NodeRow]) -> list[tuple[str, str]]:
    names = {node.guid.lower(): node.name for node in nodes}
    return [(f"{whose}{node.name}", f"{node.type} {node.data}{_ways(node, names)}") for node in nodes]


def _ways(node: NodeRow, names: Mapping[str, str]) -> str:
    branches = _parsed(node.branches)
    if branches is None:
        return f" -> {node.branches}"
    edges = [names.get(edge["node"].lower(), edge["node"]) + _condition(edge) for edge in branches.get("to", [])]
    if not edges:
        return ""
    split = f" {branches['split']} of" if len(edges) > 1 and "split" in branches else ""
    return f" ->{split} {', '.join(edges)}" + (" (Async)" if node.is_async else "")


def _condition(edge: Mapping[str, Any]) -> str:
    if "if" in edge:
        return f" if {edge['if']}"
    if "sql" in edge:
        bound = f" with {edge['params']}" if "params" in edge else ""
        return f" if {edge['sql']!r}{bound} matches {edge['matches']!r}"
    return " by default" if edge.get("default") else " on failure" if edge.get("error") else ""


def _smaller_rows(rows: Rows) -> Iterator[Rows]:
    header, nodes = rows
    for kept in (nodes[: len(nodes) // 2], nodes[len(nodes) // 2 :]) if len(nodes) > 1 else ():
        gone = {node.guid.lower() for node in nodes} - {node.guid.lower() for node in kept}
        yield Rows(header, [_without_edges(node, gone) for node in kept])
    for node in nodes if len(nodes) > 1 else ():
        others = [other for other in nodes if other is not node]
        yield Rows(header, [_past(other, node) for other in others])
        yield Rows(header, [_without_edges(other, {node.guid.lower()}) for other in others])
    if header.process_guid_sql:
        yield Rows(header._replace(process_guid_sql=""), nodes)
    for at, node in enumerate(nodes):
        for less in _smaller_nodes(node):
            yield Rows(header, [*nodes[:at], less, *nodes[at + 1 :]])


def _smaller_nodes(node: NodeRow) -> Iterator[NodeRow]:
    if node.is_async:
        yield node._replace(is_async=0)
    branches = _parsed(node.branches)
    edges = branches.get("to", []) if branches else []
    for at, edge in enumerate(edges):
        yield _with_edges(node, [*edges[:at], *edges[at + 1 :]])
        if len(edge) > 1:
            yield _with_edges(node, [*edges[:at], {"node": edge["node"]}, *edges[at + 1 :]])
    if branches and "split" in branches and len(edges) <= 1:
        yield node._replace(branches=_text({"to": edges}))
    for data in smaller_values(_parsed(node.data) or {}):
        yield node._replace(data=_text(data))


def _past(node: NodeRow, gone: NodeRow) -> NodeRow:
    """Return a node whose edges to another lead to that one's targets."""
    onward = [edge["node"] for edge in (_parsed(gone.branches) or {}).get("to", [])]
    edges = []
    for edge in (_parsed(node.branches) or {}).get("to", []):
        past = onward if edge["node"].lower() == gone.guid.lower() else [edge["node"]]
        edges += [edge | {"node": target} for target in past]
    return _with_edges(node, edges)


def _without_edges(node: NodeRow, gone: set[str]) -> NodeRow:
    edges = (_parsed(node.branches) or {}).get("to", [])
    return _with_edges(node, [edge for edge in edges if edge["node"].lower() not in gone])


def _with_edges(node: NodeRow, edges: list[dict[str, Any]]) -> NodeRow:
    branches = _parsed(node.branches)
    return node if branches is None else node._replace(branches=_text(branches | {"to": edges}))


def _text(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _parsed(text: str) -> dict[str, Any] | None:
    """Return a column's object, or None if a workflow is broken on purpose."""
    try:
        data = json.loads(text or "{}")
    except ValueError:
        return None
    return data if isinstance(data, dict) else None

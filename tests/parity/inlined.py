"""The engine as it would look had it been written without exchange points: `original`, inlined by hand.

Nothing here is bound or looked up by configuration. Node types, definitions, expressions, the state of a run and
results are the engine's own; everything between them stands where it is used. Error edges and nodes that must be
waited for otherwise than a SLEEP are left out: no scenario has any.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from wfperf.engine.branches import parse_branches
from wfperf.engine.clock import Clock
from wfperf.engine.database import Database
from wfperf.engine.definition import BufferEntry, Definition, Node
from wfperf.engine.errors import NodeExecutionError, NoMatchingBranchError
from wfperf.engine.expressions import evaluate
from wfperf.engine.nodes import parse_node_data
from wfperf.engine.nodes.base import NodeCall, Wait
from wfperf.engine.nodes.control import DecisionNode, LogNode, SleepNode, SwitchNode
from wfperf.engine.nodes.dates import DateNode
from wfperf.engine.nodes.external import ServiceNode, SqlNode
from wfperf.engine.nodes.files import FileNode
from wfperf.engine.nodes.formats import JsonNode
from wfperf.engine.nodes.lists import AggregateNode, FilterNode, MapNode, SortNode
from wfperf.engine.nodes.mail import EmailNode
from wfperf.engine.nodes.rules import AclNode, MatrixNode
from wfperf.engine.nodes.schedule import SchedulerNode
from wfperf.engine.nodes.structural import STRUCTURAL
from wfperf.engine.nodes.subworkflows import ForeachNode, WorkflowNode
from wfperf.engine.nodes.text import RegexNode
from wfperf.engine.nodes.validate import ValidateNode
from wfperf.engine.nodes.values import CalcNode, HashNode, SetNode, TemplateNode, UuidNode
from wfperf.engine.nodes.web import ApiNode
from wfperf.engine.queries import QUERIES
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.engine.run import Run
from wfperf.engine.trace import RunResult
from wfperf.engine.validation import define
from wfperf.errors import UsageError

_LOGGER = logging.getLogger("wfperf.engine")


class InlinedWorkflow:
    """`Workflow` with every seam filled by `original` and no seams."""

    def __init__(self, DB: Database, *, services: Mapping[str, Callable[..., Any]], clock: Clock) -> None:  # noqa: N803 - as `Workflow`
        self.db = DB
        self.services = services
        self.files = self.mail = None
        self.clock = clock
        self.do_debug = False
        self.log = _LOGGER.info
        self.workflow_buffer: dict[tuple[str, str], Definition] = {}

    def prepare_run(
        self, workflow_code: str, guid: str, context: Mapping[str, Any], package: str, archetype: str
    ) -> tuple[Definition, dict[str, Node], str]:
        """Return the definition, the node set and the process guid."""
        if not isinstance(context.get("result"), dict):
            raise UsageError("the context needs an object under 'result': the variables that nodes read and write")
        definition = self.workflow_buffer.get((workflow_code, package))
        if definition is None:
            key = {"workflow": workflow_code, "package": package}
            found = self.db.rows(QUERIES["prepare_run_get_workflow_and_rank"], key)
            if not found:
                raise UsageError(f"no workflow {workflow_code!r} in package {package!r} of {self.db.shown}")
            name, rank = found[0]
            process_guid_sql = self.db.value(QUERIES["prepare_run_get_processguidsql"], key)
            nodes = [NodeRow(*row) for row in self.db.rows(QUERIES["prepare_run_get_nodes"], key)]
            definition = define(WorkflowRow(name, package, rank, process_guid_sql), nodes)
            self.workflow_buffer[workflow_code, package] = definition
        header = definition.header
        process_guid = None
        if header.process_guid_sql:
            bound = {"guid": guid, "workflow": header.workflow, "package": package, "archetype": archetype}
            process_guid = self.db.value(header.process_guid_sql, bound)
        if process_guid is None:
            process_guid = uuid5(NAMESPACE_URL, f"wfperf:{header.package}:{header.workflow}:{guid}")
        node_set = {}
        for node_guid, rank, node_type, name, is_async, data, branches in definition.rows:
            node_set[node_guid] = Node(node_guid, rank, node_type.upper(), bool(is_async), name, data, branches)
        return definition, node_set, str(process_guid)

    def run_workflow(
        self,
        workflow_code: str,
        guid: str = "run",
        context: Mapping[str, Any] | None = None,
        package: str = "core",
        archetype: str = "",
    ) -> RunResult:
        """Run a workflow to its end, one node after another."""
        context = {"result": {}} if context is None else context
        definition, node_set, process_guid = self.prepare_run(workflow_code, guid, context, package, archetype)
        run = Run(BufferEntry(definition), node_set, guid, process_guid, context)
        for row in definition.rows:
            node_guid = row.guid
            if node_guid not in run.sources:
                continue
            since_s = self.clock.elapsed_s()
            node = node_set[node_guid]
            self.debug("Node type", node.kind)
            self.debug(f"Run a node {node.name}")
            if node.kind == "GATE":
                run.join(node_guid)
            before = run.before(node_guid)
            seen = {**before, "result": before["result"].copy()}
            branches = parse_branches(node.branches)
            try:
                if node.kind in STRUCTURAL:
                    written = {}
                else:
                    call = NodeCall(self, node, parse_node_data(node.kind, node.data), seen, run)
                    node_dispatch = {
                        "API": ApiNode(self).execute,
                        "SLEEP": SleepNode(self).execute,
                        "SCHEDULER": SchedulerNode(self).execute,
                        "SERVICE": ServiceNode(self).execute,
                        "CALC": CalcNode(self).execute,
                        "SQL": SqlNode(self).execute,
                        "SET": SetNode(self).execute,
                        "MAP": MapNode(self).execute,
                        "FILTER": FilterNode(self).execute,
                        "AGGREGATE": AggregateNode(self).execute,
                        "SORT": SortNode(self).execute,
                        "TEMPLATE": TemplateNode(self).execute,
                        "JSON": JsonNode(self).execute,
                        "REGEX": RegexNode(self).execute,
                        "DATE": DateNode(self).execute,
                        "HASH": HashNode(self).execute,
                        "UUID": UuidNode(self).execute,
                        "MATRIX": MatrixNode(self).execute,
                        "DECISION": DecisionNode(self).execute,
                        "SWITCH": SwitchNode(self).execute,
                        "FOREACH": ForeachNode(self).execute,
                        "WORKFLOW": WorkflowNode(self).execute,
                        "VALIDATE": ValidateNode(self).execute,
                        "ACL": AclNode(self).execute,
                        "EMAIL": EmailNode(self).execute,
                        "FILE": FileNode(self).execute,
                        "LOG": LogNode(self).execute,
                    }
                    written = node_dispatch[node.kind](call)
                    if isinstance(written, Wait):
                        self.clock.wait(written.seconds)
                        written = written.writes
                seen["result"].update(written)
                targets = self._targets(workflow_code, node, branches, seen)
            except NoMatchingBranchError:
                raise
            except Exception as error:  # as the engine: a service may raise anything
                raise NodeExecutionError(workflow_code, node.name, node.kind, error) from error
            run.writes[node_guid] = written
            run.states[node_guid] = seen
            run.take(node_guid, targets)
            run.durations_s[node_guid] = self.clock.elapsed_s() - since_s
        return run.result()

    def _targets(self, workflow_code, node, branches, seen) -> Any:
        if branches.split == "all":
            return [edge.target for edge in branches.edges]
        taken = {}
        for edge in branches.edges:
            if edge.condition is None or evaluate(edge.condition, seen["result"]):
                taken[edge.target] = True
                if branches.split == "first":
                    break
        if taken or not (branches.edges or branches.default):
            return taken
        if branches.default is not None:
            return {branches.default: True}
        conditions = ", ".join(repr(edge.condition.text) for edge in branches.edges if edge.condition)
        raise NoMatchingBranchError(
            workflow_code, node.name, f"none of its conditions holds ({conditions}), and it has no default"
        )

    def local_patch_param(self, context: Mapping[str, Any], guid: str, processguid: str, text: str = "") -> str:
        """Return the text with the values of the context's `result` in its placeholders."""
        if not text:
            return text
        replacements = {"$guid$": guid, "$processguid$": processguid or guid}
        result = context.get("result")
        if isinstance(result, dict):
            for key, value in result.items():
                replacements[f"~~{key.lower()}~~"] = str(value)
                replacements[f"${key.lower()}$"] = str(value)
        for placeholder, value in replacements.items():
            text = text.replace(placeholder, value)
        return text

    def debug(self, msg: Any, *args: Any) -> None:
        """Format a message, and drop it when debugging is off."""
        if callable(msg):
            msg = msg()
        text = " ".join(map(str, (msg, *args)))
        if self.do_debug:
            self.log(text)

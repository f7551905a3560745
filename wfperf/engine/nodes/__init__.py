"""The registry of node types: the spelling in a definition, the class that executes it, the data it holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args

from pydantic import Field, TypeAdapter, ValidationError

from wfperf.engine.fields import NodeData
from wfperf.engine.nodes.base import NodeType
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
from wfperf.faults import FaultsError, faults

NODE_TYPES: Mapping[str, type[NodeType[Any]]] = {
    "API": ApiNode,
    "SLEEP": SleepNode,
    "SCHEDULER": SchedulerNode,
    "SERVICE": ServiceNode,
    "CALC": CalcNode,
    "SQL": SqlNode,
    "SET": SetNode,
    "MAP": MapNode,
    "FILTER": FilterNode,
    "AGGREGATE": AggregateNode,
    "SORT": SortNode,
    "TEMPLATE": TemplateNode,
    "JSON": JsonNode,
    "REGEX": RegexNode,
    "DATE": DateNode,
    "HASH": HashNode,
    "UUID": UuidNode,
    "MATRIX": MatrixNode,
    "DECISION": DecisionNode,
    "SWITCH": SwitchNode,
    "FOREACH": ForeachNode,
    "WORKFLOW": WorkflowNode,
    "VALIDATE": ValidateNode,
    "ACL": AclNode,
    "EMAIL": EmailNode,
    "FILE": FileNode,
    "LOG": LogNode,
}
"""What dispatch finds."""

DATA_TYPES: Mapping[str, tuple[type[NodeData], ...]] = {
    **{kind: node.data for kind, node in NODE_TYPES.items()},
    **{kind: (data,) for kind, data in STRUCTURAL.items()},
}
"""What a definition may hold: for each type, the structural ones too, the models of its NodeData."""


def fields_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the NodeData fields of a type, for each value of `op`; under "" where it has no `op`."""
    variants = DATA_TYPES.get(kind, (NodeData,))
    known = [tuple(field.alias or name for name, field in data.model_fields.items()) for data in variants]
    if len(variants) == 1:
        return {"": known[0]}
    return {
        tag: names
        for data, names in zip(variants, known, strict=True)
        for tag in get_args(data.model_fields["op"].annotation)
    }


def parse_node_data(kind: str, text: str) -> Any:
    """Parse the NodeData column of a node; an empty one is an empty object. Of an unknown type it may be any object.

    Raises:
        FaultsError: it is not a JSON object with the fields of this type; names every mistake.
    """
    try:
        return _adapter(kind).validate_json(text or "{}")
    except ValidationError as error:
        raise FaultsError(tuple(faults(error, fields_of(kind)))) from error


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    if kind not in DATA_TYPES:
        return TypeAdapter(dict[str, Any])
    variants = DATA_TYPES[kind]
    if len(variants) == 1:
        return TypeAdapter(variants[0])
    union: Any = Annotated[Union[variants], Field(discriminator="op")]  # noqa: UP007 - a tuple's union
    return TypeAdapter(union)

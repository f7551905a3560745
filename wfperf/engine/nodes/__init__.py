"""The registry of node types: the spelling in a definition, and the class that executes it."""

from __future__ import annotations

from collections.abc import Mapping

from wfperf.engine.nodes.base import NodeType
from wfperf.engine.nodes.control import DecisionNode, LogNode, SleepNode, SwitchNode
from wfperf.engine.nodes.external import ServiceNode, SqlNode
from wfperf.engine.nodes.lists import AggregateNode, FilterNode, MapNode, SortNode
from wfperf.engine.nodes.values import CalcNode, DateNode, HashNode, JsonNode, SetNode, TemplateNode

NODE_TYPES: Mapping[str, type[NodeType]] = {
    "SLEEP": SleepNode,
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
    "DATE": DateNode,
    "HASH": HashNode,
    "DECISION": DecisionNode,
    "SWITCH": SwitchNode,
    "LOG": LogNode,
}

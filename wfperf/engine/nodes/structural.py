"""Nodes that only shape the graph: they execute nothing, and no dispatch finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from wfperf.engine.nodes.data import NodeData


class NullData(NodeData):
    """NULL: passes on."""


class TodoData(NodeData):
    """TODO `note`: stands where a node will be; passes on. `wfperf check` reminds of it."""

    note: str = ""


class GateData(NodeData):
    """GATE `join`: passes on when so many of its ways in have been taken."""

    join: Literal["or", "all", "any"] | Annotated[int, Field(ge=1)] = "or"


STRUCTURAL: Mapping[str, type[NodeData]] = {"NULL": NullData, "TODO": TodoData, "GATE": GateData}

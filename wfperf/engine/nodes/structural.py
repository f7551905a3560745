"""Nodes that only shape the graph: they execute nothing, and no dispatch finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import PlainValidator

from wfperf.engine.fields import NodeData


class NullData(NodeData):
    """NULL: passes on."""


class TodoData(NodeData):
    """TODO `note`: stands where a node will be; passes on. `wfperf check` reminds of it."""

    note: str = ""


def _known_join(value: object) -> object:
    if value in ("or", "all", "any") or (type(value) is int and value >= 1):
        return value
    raise ValueError(f"must be 'or', 'all', 'any' or a number of ways in, not {value!r}")


class GateData(NodeData):
    """GATE `join`: passes on when so many of its ways in have been taken."""

    join: Annotated[str | int, PlainValidator(_known_join)] = "or"


STRUCTURAL: Mapping[str, type[NodeData]] = {"NULL": NullData, "TODO": TodoData, "GATE": GateData}

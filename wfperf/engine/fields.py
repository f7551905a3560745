"""The JSON columns of a definition, NodeData and Branches: models that are checked when a workflow is loaded."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from wfperf.engine import patterns
from wfperf.engine.expressions import Expression, parse
from wfperf.faults import json_kind, not_whole


class NodeData(BaseModel):
    """The fields of a NodeData column; each node type has its own. Unknown fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class OneResult(NodeData):
    """The data of a node that writes one variable: `into` names it, else it has the node's name."""

    into: Annotated[str, Field(min_length=1)] | None = None


def _parsed_expression(value: object) -> Expression:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return parse(value)


def _compiled_pattern(value: object) -> patterns.Pattern:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return patterns.compile_pattern(value)


def _finite_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"must be a number, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"must be a finite number, not {value}")
    return value


def _text_or_whole_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"must be text or a whole number, not {not_whole(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return value


NumberField = Annotated[int | float, PlainValidator(_finite_number)]
KeyField = Annotated[int | str, PlainValidator(_text_or_whole_number)]
ExpressionField = Annotated[Expression, PlainValidator(_parsed_expression)]
PatternField = Annotated[Any, PlainValidator(_compiled_pattern)]

"""Rules laid down in tables: a decision matrix, and who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome
from wfperf.engine.nodes.data import ExpressionField, NodeData, OneResult


class AnyOf(NodeData):
    """A cell for any of these values."""

    values: list[Any] = Field(alias="in", min_length=1)

    def matches(self, value: Any) -> bool:
        """Return whether the value is one of them."""
        return any(_same(value, each) for each in self.values)


class Range(NodeData):
    """A cell for numbers, or texts, of a range: from `from` on, and below `below`; one of them may be missing."""

    least: Any = Field(default=None, alias="from")
    below: Any = None

    @model_validator(mode="after")
    def _has_ends(self) -> Range:
        ends = [end for end in (self.least, self.below) if end is not None]
        if not ends or not all(_comparable(ends[0], end) for end in ends):
            raise ValueError("needs 'from' or 'below' or both: numbers, or texts")
        return self

    def matches(self, value: Any) -> bool:
        """Return whether the value lies in the range; one of another kind does not."""
        above = self.least is None or (_comparable(value, self.least) and value >= self.least)
        return above and (self.below is None or (_comparable(value, self.below) and value < self.below))


class Value(NodeData):
    """A cell for one value; null stands for any."""

    value: Any

    def matches(self, value: Any) -> bool:
        """Return whether the value is this one."""
        return self.value is None or _same(value, self.value)


def _cell_kind(cell: object) -> str:
    if isinstance(cell, dict):
        return "<any of>" if "in" in cell else "<range>"
    return "<value>"


def _wrapped(cell: object) -> dict[str, object]:
    if isinstance(cell, list):
        raise ValueError("must be a value, a range or {'in': [...]}, not a list")  # noqa: TRY004 - pydantic takes it
    return {"value": cell}


Cell = Annotated[
    Annotated[AnyOf, Tag("<any of>")]
    | Annotated[Range, Tag("<range>")]
    | Annotated[Value, BeforeValidator(_wrapped), Tag("<value>")],
    Discriminator(_cell_kind),
]


class MatrixRow(NodeData):
    """A cell for each input, and what is written when all of them match."""

    when: list[Cell]
    then: Any


class MatrixData(OneResult):
    """The inputs, the rows in order, which of several matching rows count, and what is written when none does."""

    inputs: list[ExpressionField] = Field(min_length=1)
    rows: list[MatrixRow]
    hit: Literal["first", "unique", "all"] = "first"
    otherwise: Any = None

    @model_validator(mode="after")
    def _rows_fit(self) -> MatrixData:
        for number, row in enumerate(self.rows, 1):
            if len(row.when) != len(self.inputs):
                raise ValueError(f"rows[{number}].when has {len(row.when)} cells for {len(self.inputs)} inputs")
        return self


class MatrixNode(NodeType[MatrixData]):
    """MATRIX `inputs`, `rows`, `hit`, `otherwise`, `into`: what the rows say whose cells all match the inputs."""

    data = (MatrixData,)

    def execute(self, call: NodeCall[MatrixData]) -> Outcome:
        """Look the inputs up."""
        data = call.data
        inputs = [call.evaluate(f"inputs[{number}]", each) for number, each in enumerate(data.inputs, 1)]
        hits = [number for number, row in enumerate(data.rows, 1) if _all_match(row, inputs)]
        if data.hit == "all":
            return {call.into: [call.fill(data.rows[number - 1].then) for number in hits]}
        if data.hit == "unique" and len(hits) > 1:
            raise NodeDataError(f"rows {', '.join(map(str, hits))} all match {inputs!r}, and 'hit' is 'unique'")
        if hits:
            return {call.into: call.fill(data.rows[hits[0] - 1].then)}
        if "otherwise" not in data.model_fields_set:
            raise NodeDataError(f"no row matches {inputs!r}, and NodeData has no 'otherwise'")
        return {call.into: call.fill(data.otherwise)}


def _all_match(row: MatrixRow, inputs: list[Any]) -> bool:
    return all(cell.matches(value) for cell, value in zip(row.when, inputs, strict=True))


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are equal; true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _comparable(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return False
    return all(isinstance(each, int | float) for each in (one, other)) or (
        isinstance(one, str) and isinstance(other, str)
    )


class AclData(OneResult):
    """Whose roles, which of them are allowed, which denied, and what is done on a refusal."""

    roles: str
    allow: list[str] = Field(default_factory=list)
    deny: list[str] = Field(default_factory=list)
    refused: Literal["fail", "write"] = "fail"

    @model_validator(mode="after")
    def _says_something(self) -> AclData:
        if not self.allow:
            raise ValueError("'allow' names no role, so everybody would be refused")
        return self


class AclNode(NodeType[AclData]):
    """ACL `roles`, `allow`, `deny`, `refused`, `into`: goes on for who has a role that is allowed, and none denied.

    Others are refused: the node fails, or writes false where `refused` is `write`.
    """

    data = (AclData,)

    def execute(self, call: NodeCall[AclData]) -> Outcome:
        """Allow or refuse."""
        data = call.data
        roles = list(_roles(call))
        denied = sorted(set(roles) & set(data.deny))
        allowed = not denied and not set(roles).isdisjoint(data.allow)
        if not allowed and data.refused == "fail":
            has = ", ".join(map(repr, roles)) or "no role"
            why = f"{', '.join(map(repr, denied))} is denied" if denied else f"needed is one of {', '.join(data.allow)}"
            raise PermissionError(f"refused: {data.roles!r} has {has}; {why}")
        return {call.into: allowed}


def _roles(call: NodeCall[AclData]) -> Iterator[str]:
    value = call.variable("roles", call.data.roles, object)
    for role in value if isinstance(value, list) else [value]:
        if not isinstance(role, str):
            raise NodeDataError(
                f"NodeData field 'roles' names {call.data.roles!r}, which must be text or a list of texts"
            )
        yield role

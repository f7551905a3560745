"""Rules laid down in tables: a decision matrix, and who may do what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Discriminator, Field, PlainValidator, Tag, model_validator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import ExpressionField, NodeData, OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome
from wfperf.engine.nodes.scalars import ScalarField, comparable, same, scalar


class Value(NamedTuple):
    """A cell for one value; null stands for any."""

    value: Any

    def matches(self, value: Any) -> bool:
        """Return whether the value is this one."""
        return self.value is None or same(value, self.value)


class AnyOf(NodeData):
    """A cell for any of these values; null is itself here."""

    values: list[ScalarField] = Field(alias="in", min_length=1)

    def matches(self, value: Any) -> bool:
        """Return whether the value is one of them."""
        return any(same(value, each) for each in self.values)


class Range(NodeData):
    """A cell for numbers, or texts: from `from` on or above `above`, up to `to` or below `below`; one end suffices."""

    least: ScalarField = Field(default=None, alias="from")
    above: ScalarField = None
    most: ScalarField = Field(default=None, alias="to")
    below: ScalarField = None

    @model_validator(mode="after")
    def _has_ends(self) -> Range:
        if None not in (self.least, self.above) or None not in (self.most, self.below):
            raise ValueError("has two ends on one side: write 'from' or 'above', and 'to' or 'below'")
        ends = [end for end in (self.least, self.above, self.most, self.below) if end is not None]
        if not ends or not all(comparable(ends[0], end) for end in ends):
            raise ValueError("needs one or two ends, 'from', 'above', 'to' or 'below': numbers, or texts")
        closed = self.least is not None and self.most is not None
        if ends[0] > ends[-1] or (len(ends) > 1 and ends[0] == ends[-1] and not closed):
            raise ValueError(f"holds nothing: it begins with {ends[0]!r} and ends with {ends[-1]!r}")
        return self

    def matches(self, value: Any) -> bool:
        """Return whether the value lies in the range; one of another kind does not."""
        return (
            (self.least is None or (comparable(value, self.least) and value >= self.least))
            and (self.above is None or (comparable(value, self.above) and value > self.above))
            and (self.most is None or (comparable(value, self.most) and value <= self.most))
            and (self.below is None or (comparable(value, self.below) and value < self.below))
        )


_RANGE = frozenset(("from", "above", "to", "below"))
_CELLS = "a value, null for any, {'in': [...]} or a range of 'from' or 'above' and 'to' or 'below'"


def _cell_kind(cell: object) -> str:
    if not isinstance(cell, dict):
        return "<value>"
    return "<not>" if "not" in cell else "<any of>" if "in" in cell else "<range>"


def _known_cell(cell: object) -> object:
    if isinstance(cell, dict) and "not" in cell:
        return cell
    return _positive_cell(cell, f"{_CELLS}; or {{'not': ...}} with one of these")


def _positive_cell(cell: object, wanted: str = _CELLS) -> object:
    if isinstance(cell, list) or (isinstance(cell, dict) and ("not" in cell or not {*_RANGE, "in"} & cell.keys())):
        raise ValueError(f"must be {wanted}")
    return cell


_Value = Annotated[Value, PlainValidator(lambda cell: Value(scalar(cell))), Tag("<value>")]
_AnyOf = Annotated[AnyOf, Tag("<any of>")]
_Range = Annotated[Range, Tag("<range>")]


class Not(NodeData):
    """A cell for what another cell does not match."""

    cell: Annotated[_Value | _AnyOf | _Range, Discriminator(_cell_kind), BeforeValidator(_positive_cell)] = Field(
        alias="not"
    )

    @model_validator(mode="after")
    def _matches_something(self) -> Not:
        if self.cell == Value(None):
            raise ValueError("never matches; for what is not null write {'not': {'in': [null]}}")
        return self

    def matches(self, value: Any) -> bool:
        """Return whether the other cell does not match the value."""
        return not self.cell.matches(value)


Cell = Annotated[
    _Value | _AnyOf | _Range | Annotated[Not, Tag("<not>")], Discriminator(_cell_kind), BeforeValidator(_known_cell)
]


class MatrixRow(NodeData):
    """A cell for each input, and what is written when all of them match."""

    when: list[Cell]
    then: Any

    def matches(self, inputs: Sequence[Any]) -> bool:
        """Return whether every cell matches its input."""
        return all(cell.matches(value) for cell, value in zip(self.when, inputs, strict=True))


class MatrixData(OneResult):
    """The inputs, the rows in order, which of several matching rows count, and what is written when none does."""

    inputs: list[ExpressionField] = Field(min_length=1)
    rows: list[MatrixRow] = Field(min_length=1)
    hit: Literal["first", "unique", "collect"] = "first"
    otherwise: Any = None

    @model_validator(mode="after")
    def _fits_together(self) -> MatrixData:
        wrong = [
            f"rows[{number}].when has {len(row.when)} cells for {len(self.inputs)} inputs"
            for number, row in enumerate(self.rows, 1)
            if len(row.when) != len(self.inputs)
        ]
        if self.hit == "collect" and self.has_otherwise:
            wrong.append("'otherwise' does not go with hit 'collect', which writes an empty list when no row matches")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def has_otherwise(self) -> bool:
        """Whether it says what to write when no row matches; that may be null."""
        return "otherwise" in self.model_fields_set


class MatrixNode(NodeType[MatrixData]):
    """MATRIX `inputs`, `rows`, `hit`, `otherwise`, `into`: what the rows say whose cells all match the inputs."""

    data = (MatrixData,)

    def execute(self, call: NodeCall[MatrixData]) -> Outcome:
        """Look the inputs up."""
        data = call.data
        inputs = [call.evaluate(f"inputs[{number}]", each) for number, each in enumerate(data.inputs, 1)]
        hits = [number for number, row in enumerate(data.rows, 1) if row.matches(inputs)]
        if data.hit == "collect":
            return {call.into: [call.fill(data.rows[number - 1].then) for number in hits]}
        if data.hit == "unique" and len(hits) > 1:
            numbers = ", ".join(map(str, hits))
            raise NodeDataError(f"rows {numbers} all match {_shown(data, inputs)}, and 'hit' is 'unique'")
        if hits:
            return {call.into: call.fill(data.rows[hits[0] - 1].then)}
        if not data.has_otherwise:
            raise NodeDataError(f"no row matches {_shown(data, inputs)}, and NodeData has no 'otherwise'")
        return {call.into: call.fill(data.otherwise)}


def _shown(data: MatrixData, inputs: Sequence[Any]) -> str:
    return ", ".join(f"{each.text} = {value!r}" for each, value in zip(data.inputs, inputs, strict=True))


class AclData(OneResult):
    """Whose roles, which of them are allowed, which denied, and what is done on a refusal."""

    roles: str
    allow: list[str] = Field(default_factory=list)
    deny: list[str] = Field(default_factory=list)
    refused: Literal["fail", "write"] = "fail"

    @model_validator(mode="after")
    def _says_something(self) -> AclData:
        if not self.allow and not self.deny:
            raise ValueError("names no role in 'allow' or 'deny', so nobody's roles would matter")
        return self


class AclNode(NodeType[AclData]):
    """ACL `roles`, `allow`, `deny`, `refused`, `into`: goes on for who has a role that is allowed, and none denied.

    Where no role is named in `allow`, everybody is allowed whom `deny` does not name. Others are refused: the node
    fails, or writes false where `refused` is `write`.
    """

    data = (AclData,)

    def execute(self, call: NodeCall[AclData]) -> Outcome:
        """Allow or refuse."""
        data = call.data
        roles = list(_roles(call))
        denied = sorted(set(roles) & set(data.deny))
        allowed = not denied and (not data.allow or not set(roles).isdisjoint(data.allow))
        if not allowed and data.refused == "fail":
            has = ", ".join(map(repr, roles)) or "no role"
            needed = f"needed is one of {', '.join(map(repr, data.allow))}"
            why = f"denied: {', '.join(map(repr, denied))}" if denied else needed
            raise NodeDataError(f"refused: {data.roles!r} has {has}; {why}")
        return {call.into: allowed}


def _roles(call: NodeCall[AclData]) -> Iterator[str]:
    value = call.variable("roles", call.data.roles, object)
    for role in value if isinstance(value, list) else [value]:
        if not isinstance(role, str):
            raise NodeDataError(
                f"NodeData field 'roles' names {call.data.roles!r}, which must be text or a list of texts"
            )
        yield role

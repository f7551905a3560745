"""VALIDATE: variables held against rules on their types, sizes and values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome
from wfperf.engine.nodes.data import NodeData, NumberField, OneResult, PatternField, json_kind

Kind = Literal["any", "text", "number", "whole", "boolean", "list", "object", "date"]

_FITTING: Mapping[str, tuple[str, ...]] = {
    "min": ("number", "whole"),
    "max": ("number", "whole"),
    "min_length": ("text", "list"),
    "max_length": ("text", "list"),
    "pattern": ("text",),
    "items": ("list",),
    "fields": ("object",),
    "others": ("object",),
}
"""Which rules go with which types."""


class Rule(NodeData):
    """What one value must be. Sizes are numbers of characters or items."""

    type: Kind = "any"
    required: bool = True
    nullable: bool = False
    min: NumberField | None = None
    max: NumberField | None = None
    min_length: int | None = Field(default=None, ge=0)
    max_length: int | None = Field(default=None, ge=0)
    pattern: PatternField | None = None
    one_of: list[Any] | None = None
    items: Rule | None = None
    fields: dict[str, Rule] | None = None
    others: bool = True

    @model_validator(mode="after")
    def _rules_fit_the_type(self) -> Rule:
        for name in self.model_fields_set & _FITTING.keys():
            if self.type not in _FITTING[name]:
                raise ValueError(f"{name!r} goes with the types {', '.join(_FITTING[name])}, not with {self.type!r}")
        return self


class ValidateData(OneResult):
    """The rules by variable, and what is done when they are broken.

    `of` names an object whose fields are checked instead of the variables; `others` allows fields without a rule.
    """

    fields: dict[str, Rule] = Field(min_length=1)
    of: str | None = None
    others: bool = True
    invalid: Literal["fail", "write"] = "fail"


class Breach(NamedTuple):
    """A rule that is broken, and where."""

    path: str
    problem: str


class ValidateNode(NodeType[ValidateData]):
    """VALIDATE `fields`, `of`, `others`, `invalid`, `into`: fails on variables that break rules, or writes a list."""

    data = (ValidateData,)

    def execute(self, call: NodeCall[ValidateData]) -> Outcome:
        """Hold the variables against the rules."""
        data = call.data
        subject = call.variables if data.of is None else call.variable("of", data.of, dict)
        found = list(_of_object("", subject, data.fields, others=data.others))
        if data.invalid == "write":
            return {call.into: [breach._asdict() for breach in found]}
        if found:
            raise NodeDataError("; ".join(f"{path!r} {problem}" for path, problem in found))
        return {}


def _of_object(path: str, value: Mapping[str, Any], rules: Mapping[str, Rule], *, others: bool) -> Iterator[Breach]:
    for name, rule in rules.items():
        below = f"{path}.{name}" if path else name
        if name in value:
            yield from _of_value(below, value[name], rule)
        elif rule.required:
            yield Breach(below, "is missing")
    if not others:
        for name in value.keys() - rules.keys():
            yield Breach(f"{path}.{name}" if path else str(name), "is not known")


def _of_value(path: str, value: Any, rule: Rule) -> Iterator[Breach]:
    if value is None and (rule.nullable or rule.type == "any"):
        return
    if not _is_a(value, rule.type):
        yield Breach(path, f"must be {_NAMES[rule.type]}, not {json_kind(value)}")
        return
    if rule.one_of is not None and not any(type(value) is type(each) and value == each for each in rule.one_of):
        yield Breach(path, f"must be one of {rule.one_of!r}, not {value!r}")
    yield from _of_size(path, value, rule)
    if rule.pattern is not None and rule.pattern.search(value) is None:
        yield Breach(path, f"does not match {rule.pattern.pattern!r}")
    if rule.items is not None:
        for number, item in enumerate(value, 1):
            yield from _of_value(f"{path}[{number}]", item, rule.items)
    if rule.fields is not None:
        yield from _of_object(path, value, rule.fields, others=rule.others)


def _of_size(path: str, value: Any, rule: Rule) -> Iterator[Breach]:
    if rule.min is not None and value < rule.min:
        yield Breach(path, f"must be at least {rule.min}, not {value!r}")
    if rule.max is not None and value > rule.max:
        yield Breach(path, f"must be at most {rule.max}, not {value!r}")
    if rule.min_length is not None and len(value) < rule.min_length:
        yield Breach(path, f"must have a length of at least {rule.min_length}, not {len(value)}")
    if rule.max_length is not None and len(value) > rule.max_length:
        yield Breach(path, f"must have a length of at most {rule.max_length}, not {len(value)}")


_NAMES: Mapping[Kind, str] = {
    "text": "text",
    "number": "a number",
    "whole": "a whole number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
    "date": "an ISO 8601 date",
}


def _is_a(value: Any, kind: Kind) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if kind == "whole":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, str) and _is_date(value)
    return kind == "any" or isinstance(value, _CLASSES[kind])


_CLASSES: Mapping[str, type] = {"text": str, "boolean": bool, "list": list, "object": dict}


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True

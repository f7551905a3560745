"""VALIDATE: variables checked against rules on their types, sizes and values."""

from __future__ import annotations

import json
import reprlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import NodeData, NumberField, OneResult, PatternField
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome
from wfperf.engine.nodes.scalars import ScalarField, is_number, same
from wfperf.faults import json_kind

Kind = Literal["any", "text", "number", "whole", "boolean", "list", "object", "date", "null"]

_FITTING: Mapping[str, tuple[Kind, ...]] = {
    "nullable": ("text", "number", "whole", "boolean", "list", "object", "date"),
    "one_of": ("any", "text", "number", "whole", "boolean", "date"),
    "min": ("number", "whole"),
    "max": ("number", "whole"),
    "min_length": ("text", "list"),
    "max_length": ("text", "list"),
    "pattern": ("text",),
    "items": ("list",),
    "fields": ("object",),
    "unknown": ("object",),
}
"""Which rules go with which types."""


class Rule(NodeData):
    """What one value must be. Lengths are numbers of characters or items."""

    type: Kind = "any"
    required: bool = True
    nullable: bool = False
    one_of: list[ScalarField] | None = Field(default=None, min_length=1)
    min: NumberField | None = None
    max: NumberField | None = None
    min_length: int | None = Field(default=None, ge=0)
    max_length: int | None = Field(default=None, ge=0)
    pattern: PatternField | None = None
    items: Rule | None = None
    fields: dict[str, Rule] | None = None
    unknown: Literal["allow", "refuse"] = "allow"

    @model_validator(mode="after")
    def _rules_fit(self) -> Rule:
        wrong = list(_contradictions(self))
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def _contradictions(rule: Rule) -> Iterator[str]:
    for name, kinds in _FITTING.items():
        if name in rule.model_fields_set and rule.type not in kinds:
            yield f"{name!r} goes with the types {', '.join(kinds)}, not with {rule.type!r}"
    for least, most in (("min", "max"), ("min_length", "max_length")):
        low, high = getattr(rule, least), getattr(rule, most)
        if low is not None and high is not None and low > high:
            yield f"{least!r} is {low} and {most!r} is {high}, so no value is valid"
    for value in rule.one_of or ():
        if not _is_a(value, rule.type):
            yield f"'one_of' has {value!r}, which is not {_NAMES[rule.type]}"
    if rule.unknown == "refuse" and rule.type == "object" and rule.fields is None:
        yield "'unknown' is 'refuse', but no 'fields' are known"


class ValidateData(OneResult):
    """The rules by variable, and what is done when they are broken.

    `subject` names an object whose fields are checked instead of the variables; `unknown` says whether fields without
    a rule are allowed.
    """

    fields: dict[str, Rule] = Field(min_length=1)
    subject: str | None = None
    unknown: Literal["allow", "refuse"] = "allow"
    invalid: Literal["fail", "write"] = "fail"

    @model_validator(mode="after")
    def _writes_what_it_names(self) -> ValidateData:
        if self.into is not None and self.invalid == "fail":
            raise ValueError("'into' goes with invalid 'write'; a node that fails writes nothing")
        return self


class Breach(NamedTuple):
    """A rule that is broken, and where: a path that is also a JMESPath expression for the value."""

    path: str
    problem: str


class ValidateNode(NodeType[ValidateData]):
    """VALIDATE `fields`, `subject`, `unknown`, `invalid`, `into`: fails on what breaks rules, or writes it."""

    data = (ValidateData,)

    def execute(self, call: NodeCall[ValidateData]) -> Outcome:
        """Hold the variables against the rules."""
        data = call.data
        subject = call.variables if data.subject is None else call.variable("subject", data.subject, dict)
        found = list(_of_object("", subject, data.fields, data.unknown))
        if data.invalid == "write":
            return {call.into: [breach._asdict() for breach in found]}
        if found:
            raise NodeDataError("; ".join(f"{path} {problem}" for path, problem in found))
        return {}


def _of_object(path: str, value: Mapping[str, Any], rules: Mapping[str, Rule], unknown: str) -> Iterator[Breach]:
    for name, rule in rules.items():
        if name in value:
            yield from _of_value(_below(path, name), value[name], rule)
        elif rule.required:
            yield Breach(_below(path, name), "is missing")
    if unknown == "refuse":
        for name in sorted(str(name) for name in value if name not in rules):
            yield Breach(_below(path, name), "is not known")


def _below(path: str, name: str) -> str:
    step = name if name.isidentifier() and name.isascii() else json.dumps(name)
    return f"{path}.{step}" if path else step


def _of_value(path: str, value: Any, rule: Rule) -> Iterator[Breach]:
    if value is None and rule.nullable:
        return
    if not _is_a(value, rule.type):
        yield Breach(path, f"must be {_NAMES[rule.type]}, not {_found(value)}")
        return
    if rule.one_of is not None and not any(same(value, each) for each in rule.one_of):
        yield Breach(path, f"must be one of {rule.one_of!r}, not {reprlib.repr(value)}")
    yield from _of_size(path, value, rule)
    if rule.pattern is not None:
        yield from _of_text(path, value, rule.pattern)
    if rule.items is not None:
        for index, item in enumerate(value):
            yield from _of_value(f"{path}[{index}]", item, rule.items)
    if rule.fields is not None:
        yield from _of_object(path, value, rule.fields, rule.unknown)


def _of_size(path: str, value: Any, rule: Rule) -> Iterator[Breach]:
    if rule.min is not None and value < rule.min:
        yield Breach(path, f"must be at least {rule.min}, not {reprlib.repr(value)}")
    if rule.max is not None and value > rule.max:
        yield Breach(path, f"must be at most {rule.max}, not {reprlib.repr(value)}")
    if rule.min_length is not None and len(value) < rule.min_length:
        yield Breach(path, f"must have a length of at least {rule.min_length}, not {len(value)}")
    if rule.max_length is not None and len(value) > rule.max_length:
        yield Breach(path, f"must have a length of at most {rule.max_length}, not {len(value)}")


def _of_text(path: str, value: str, pattern: Any) -> Iterator[Breach]:
    try:
        found = pattern.search(value)
    except UnicodeEncodeError:
        yield Breach(path, "has half a character, so no pattern can be looked for")
    else:
        if found is None:
            yield Breach(path, f"does not match {pattern.pattern!r}")


_NAMES: Mapping[Kind, str] = {
    "text": "text",
    "number": "a finite number",
    "whole": "a whole number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
    "date": "an ISO 8601 date",
    "null": "null",
}
"""What a value of a type is; any value is of the type `any`."""

_CLASSES: Mapping[Kind, type] = {
    "any": object,
    "text": str,
    "boolean": bool,
    "list": list,
    "object": dict,
    "null": type(None),
}


def _is_a(value: Any, kind: Kind) -> bool:
    if kind == "number":
        return is_number(value)
    if kind == "whole":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, date) or (isinstance(value, str) and _is_date(value))
    return isinstance(value, _CLASSES[kind])


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _found(value: Any) -> str:
    """Return what a value is that is of another type; of a number or text, the kind alone may not say why."""
    return reprlib.repr(value) if isinstance(value, float | str) else json_kind(value)

"""What is wrong with data that models refuse, in our words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails


class Fault(NamedTuple):
    """One mistake in a JSON column: the path of the field from its top, empty for the whole, and what is wrong."""

    path: str
    message: str


class FaultsError(ValueError):
    """A JSON column that cannot be used: every mistake in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in faults))


def faults(error: ValidationError, known: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    """Yield a validation's mistakes in our words.

    Args:
        error: what the models said.
        known: for each variant of the data, by its tag, the names of its fields; the tag is "" where there is one.
    """
    for each in error.errors(include_url=False):
        loc, variant = each["loc"], ""
        if loc and "" not in known and loc[0] in known:
            variant, loc = str(loc[0]), loc[1:]
        path = _path(loc, unknown=each["type"] in _UNKNOWN)
        yield Fault(*_told(each, path, known.get(variant, ()) if len(loc) == 1 else ()))


def first_fault(error: ValidationError, known: Mapping[str, Sequence[str]]) -> str:
    """Return the first of a validation's mistakes, with its place; `known` as of `faults`."""
    fault = next(faults(error, known))
    return f"{fault.path} {fault.message}".strip()


def _path(loc: Sequence[int | str], *, unknown: bool) -> str:
    """Return a place in words; the last part of an unknown field's is its name, whatever that looks like."""
    if not unknown:
        return "".join(map(_step, loc)).removeprefix(".")
    *above, name = loc
    shown = name or '""'
    return "".join((*map(_step, above), f".{shown}")).removeprefix(".")


def _step(part: int | str) -> str:
    if isinstance(part, int):
        return f"[{part + 1}]"
    return "" if part.startswith("<") else f".{part}"  # the tag of a variant, which is not in the JSON


def _told(error: ErrorDetails, path: str, known: Sequence[str]) -> tuple[str, str]:
    kind, found, context = error["type"], error["input"], error.get("ctx", {})
    if kind.startswith("union_tag"):
        field = context["discriminator"].strip("'")
        wrong = "is missing"
        if "tag" in context:
            wrong = f"must be one of {context['expected_tags']}, not {_shown(found[field])}"
        return f"{path}.{field}" if path else field, wrong
    if kind in _UNKNOWN:
        return path, f"is not a field of this{_known(path, known)}"
    if kind == "json_invalid":
        reason = str(context["error"])
        return path, "nested too deeply" if reason.startswith("recursion") else f"not JSON: {reason}"
    messages = {
        "missing": "is missing",
        "value_error": str(context.get("error")),
        "literal_error": f"must be {context.get('expected')}, not {_shown(found)}",
        "int_type": f"must be a whole number, not {not_whole(found)}",
        "too_short": f"must have at least {_items(context.get('min_length'))}, not {context.get('actual_length')}",
    }
    if kind in messages:
        return path, messages[kind]
    if kind.endswith("_type"):
        return path, f"must be {_KINDS.get(kind, 'of another type')}, not {json_kind(found)}"
    return path, f"must {error['msg'].partition(' should ')[2]}, not {_shown(found)}"


def _known(field: str, known: Sequence[str]) -> str:
    near = get_close_matches(field, known, n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known: {', '.join(known)}" if known else ""


_UNKNOWN = frozenset({"extra_forbidden", "unexpected_keyword_argument"})

_KINDS = {
    "string_type": "text",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
    "list_type": "a list",
}

_JSON_KINDS: Mapping[type, str] = {
    str: "text",
    int: "a number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


def json_kind(value: object) -> str:
    """Return what a JSON value is, in words."""
    return _JSON_KINDS.get(type(value), type(value).__name__)


def not_whole(value: object) -> str:
    """Return what stands where a whole number should, in words."""
    return str(value) if isinstance(value, float) else json_kind(value)


def _items(count: object) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def _shown(value: object) -> str:
    text = json.dumps(value) if value is None or isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - the width of a hint

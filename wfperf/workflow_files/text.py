"""Plain data as YAML 1.2 or JSON, and back; mistakes are told with their lines."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Literal

from wfperf.faults import Fault, FaultsError

Form = Literal["yaml", "json"]

MOST_BYTES = 50 * 1024 * 1024
"""A workflow of 100,000 nodes fits; what is larger is a mistake or an attack."""

_BLOCK = re.compile(r"(?:[^\s#][^\n]*\S|\S)(?:\n+[^\s][^\n]*\S|\n+\S)*\n?")
"""A text of several lines that stands well as a block: nothing at a line's ends that an eye would miss."""

_LONGEST_PLAIN = 80
"""What fits on a line of an ordinary terminal is easier to read there than as a block."""

LineOf = Callable[[str], int | None]
"""Gives the line of a path as `nodes[2].data`, from 1; None where it is not known."""


def dump(data: Mapping[str, Any], form: Form) -> str:
    """Return plain data as text."""
    if form == "json":
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    stream = io.StringIO()
    _yaml().dump(_readable(data), stream)
    return stream.getvalue()


def load(text: str, form: Form) -> tuple[Any, LineOf]:
    """Return the data of a text, and what tells the lines of its parts.

    Raises:
        FaultsError: the text cannot be read; the message holds line and column.
    """
    return _load_json(text) if form == "json" else _load_yaml(text)


def _yaml() -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only who reads or writes such a file pays for it

    yaml = YAML(typ="rt", pure=True)
    yaml.default_flow_style = False
    yaml.width = sys.maxsize  # folded lines would not give back every text
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    return yaml


def _readable(value: Any) -> Any:
    """Return data in which texts of several lines are blocks, where they stand well as such."""
    from ruamel.yaml.scalarstring import LiteralScalarString  # noqa: PLC0415 - as above

    if isinstance(value, Mapping):
        return {_quoted(key): _readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_readable(item) for item in value]
    if not isinstance(value, str):
        return value
    lines = value.split("\n")
    if len(lines) > 1 and _BLOCK.fullmatch(value) and all(line.isprintable() for line in lines):
        return LiteralScalarString(value)
    return _quoted(value)


def _quoted(text: str) -> str:
    """Return a text in quotes, unless it is short and plain to see; those YAML quotes where it must."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415 - as above

    is_plain = text.isprintable() and text == text.strip() and len(text) <= _LONGEST_PLAIN
    return text if is_plain else DoubleQuotedScalarString(text)


def _load_json(text: str) -> tuple[Any, LineOf]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            raise FaultsError(
                [Fault("", f"the key {next(k for k in keys if keys.count(k) > 1)!r} stands twice in one object")]
            )
        return found

    try:
        data = json.loads(text, object_pairs_hook=unique, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise FaultsError([Fault("", f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}")]) from error
    except RecursionError as error:
        raise FaultsError([Fault("", "nested too deeply")]) from error
    except FaultsError:
        raise
    except ValueError as error:
        raise FaultsError([Fault("", f"not JSON: {error}")]) from error
    return data, lambda _path: None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


def _load_yaml(text: str) -> tuple[Any, LineOf]:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - only who reads such a file pays for it

    try:
        _refuse_extras(text)
        data = _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise FaultsError(
            [Fault("", f"not YAML: {' '.join((error.problem or 'unreadable').split())}{where}")]
        ) from error
    except RecursionError as error:
        raise FaultsError([Fault("", "nested too deeply")]) from error
    except (YAMLError, ValueError) as error:
        raise FaultsError([Fault("", f"not YAML: {' '.join(str(error).split())}")]) from error
    return _plain(data), lambda path: _line(data, path)


def _plain(value: Any) -> Any:
    """Return data without what the reader keeps of its form."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _refuse_extras(text: str) -> None:
    """Refuse what a workflow file has no use for, and what could make a small file large: tags and aliases."""
    from ruamel.yaml.events import AliasEvent, NodeEvent  # noqa: PLC0415 - only who reads such a file pays for it

    for event in _yaml().parse(text):
        if isinstance(event, AliasEvent):
            raise FaultsError([Fault("", f"an alias at line {event.start_mark.line + 1}; write it out")])
        tag = getattr(event, "tag", None)
        if isinstance(event, NodeEvent) and tag is not None:
            raise FaultsError([Fault("", f"a tag {tag} at line {event.start_mark.line + 1}; take it out")])


def _line(data: Any, path: str) -> int | None:
    """Return the line of the innermost part of a path that the file has."""
    line: int | None = None
    value = data
    for name, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        key = name or int(place) - 1
        try:
            position = value.lc.key(key) if name else value.lc.item(key)
            value = value[key]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
        line = position[0] + 1
    return line

"""A workflow as plain data, as a file holds it, and back; nothing is lost on the way.

NodeData and Branches stand in a file as what their JSON means. A text that is written otherwise than `json.dumps`
would write its meaning stands there as it is, as `data_text` or `branches_text`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, TypeAdapter, ValidationError

from wfperf.engine.fields import NodeData
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.faults import Fault, FaultsError, faults, json_kind
from wfperf.workflow_files.store import StoredWorkflow, in_order

# Version 1: the first format.
SCHEMA_VERSION = 1

EMPTY = "{}"


def _plain_json(value: object) -> object:
    """Return a value that JSON has; a file's format may have others, as dates."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("has a key that is not text; quote it")
        return {str(key): _plain_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_json(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    raise ValueError(f"holds a {type(value).__name__}, which JSON has not; quote it")


def _object(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError(f"must be an object, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return _plain_json(value)


def _rank(value: object) -> object:
    """Return any whole number or text: SQLite keeps either, and `wfperf check` tells of the latter."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"must be a whole number, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return value


def _flag(value: object) -> object:
    if not isinstance(value, int):
        raise ValueError(f"must be true or false, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return int(value)


JsonObject = Annotated[dict[str, Any], PlainValidator(_object)]
Rank = Annotated[Any, PlainValidator(_rank)]


class _NodeEntry(NodeData):
    name: str
    guid: str
    rank: Rank
    type: str
    is_async: Annotated[int, PlainValidator(_flag)] = Field(default=0, alias="async")
    data: JsonObject | None = None
    data_text: str | None = None
    branches: JsonObject | None = None
    branches_text: str | None = None


class _Document(NodeData):
    schema_version: Literal[1]
    workflow: str = Field(min_length=1)
    package: str = "core"
    rank: Rank = 10
    description: str = ""
    process_guid_sql: str = ""
    nodes: list[_NodeEntry]


_DOCUMENT = TypeAdapter(_Document)
_KNOWN = {"": tuple(field.alias or name for name, field in _Document.model_fields.items())}


def to_document(workflow: StoredWorkflow) -> dict[str, Any]:
    """Return a workflow as plain data: texts, numbers, lists and objects."""
    header = workflow.header
    return {
        "schema_version": SCHEMA_VERSION,
        "workflow": header.workflow,
        "package": header.package,
        "rank": header.rank,
        "description": workflow.description,
        "process_guid_sql": header.process_guid_sql,
        "nodes": [dict(_entry(node)) for node in workflow.nodes],
    }


def _entry(node: NodeRow) -> Iterator[tuple[str, Any]]:
    yield from {"name": node.name, "guid": node.guid, "rank": node.rank, "type": node.type}.items()
    if node.is_async:
        yield "async", True if node.is_async == 1 else node.is_async
    yield from _column("data", node.data)
    yield from _column("branches", node.branches)


def _column(name: str, text: str) -> Iterator[tuple[str, Any]]:
    if text == EMPTY:
        return
    try:
        meaning = json.loads(text, parse_constant=_refuse)
        is_plain = isinstance(meaning, dict) and _text(meaning) == text
    except (RecursionError, ValueError):
        is_plain = False
    if is_plain:
        yield name, meaning
    else:
        yield f"{name}_text", text


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _text(meaning: Mapping[str, Any]) -> str:
    return json.dumps(meaning, ensure_ascii=False)


def from_document(data: object) -> StoredWorkflow:
    """Return the workflow that plain data describes.

    Raises:
        FaultsError: every mistake in it, with its path.
    """
    version = data.get("schema_version") if isinstance(data, dict) else None
    if type(version) is int and version > SCHEMA_VERSION:
        raise FaultsError(
            [Fault("schema_version", f"{version} is newer than this wfperf, which reads {SCHEMA_VERSION}")]
        )
    try:
        document = _DOCUMENT.validate_python(data)
    except ValidationError as error:
        raise FaultsError(tuple(faults(error, _KNOWN))) from error
    found = [*_twice(document), *_same_guids(document)]
    if found:
        raise FaultsError(found)
    header = WorkflowRow(document.workflow, document.package, document.rank, document.process_guid_sql)
    nodes = [
        NodeRow(
            guid=entry.guid,
            rank=entry.rank,
            type=entry.type,
            name=entry.name,
            is_async=entry.is_async,
            data=_column_text(entry.data, entry.data_text),
            branches=_column_text(entry.branches, entry.branches_text),
        )
        for entry in document.nodes
    ]
    return StoredWorkflow(header, document.description, in_order(header, nodes))


def _column_text(meaning: Mapping[str, Any] | None, text: str | None) -> str:
    if text is not None:
        return text
    return EMPTY if meaning is None else _text(meaning)


def _twice(document: _Document) -> Iterator[Fault]:
    for number, entry in enumerate(document.nodes, 1):
        for name in ("data", "branches"):
            if getattr(entry, name) is not None and getattr(entry, f"{name}_text") is not None:
                yield Fault(f"nodes[{number}].{name}_text", f"stands beside {name!r}; a node has one of them")


def _same_guids(document: _Document) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for number, entry in enumerate(document.nodes, 1):
        first = seen.setdefault(entry.guid, number)
        if first != number:
            yield Fault(f"nodes[{number}].guid", f"{entry.guid!r} is the guid of nodes[{first}] already")

"""Read saved results: refuse newer versions, migrate older ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, overload

from pydantic import ValidationError

from wfperf.errors import UsageError
from wfperf.faults import first_fault
from wfperf.results.kinds import KINDS, ResultKind, kind_of

T = TypeVar("T")


@overload
def read_result(path: Path, model: type[T], /) -> T: ...
@overload
def read_result(path: Path, /, *models: type[Any]) -> Any: ...
def read_result(path: Path, /, *models: type[Any]) -> Any:
    """Return the result that a file holds.

    Args:
        path: file that a command wrote with -o, or with --format json on standard output.
        models: the models that the caller accepts; `kind` in the file selects one.

    Raises:
        UsageError: the file cannot be read, or holds another kind of result or an unsupported version; the message says
            where and what.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read the result {path}: {error}") from error
    return result_of(data, str(path), *models)


@overload
def result_of(data: Any, where: str, model: type[T], /) -> T: ...
@overload
def result_of(data: Any, where: str, /, *models: type[Any]) -> Any: ...
def result_of(data: Any, where: str, /, *models: type[Any]) -> Any:
    """Return the result that plain data describe.

    Args:
        data: data read from JSON.
        where: place for error messages, such as `history.jsonl, line 3`.
        models: the models that the caller accepts.

    Raises:
        UsageError: the data describe another kind of result, or an unsupported version; the message says where and
            what.
    """
    wanted = [kind_of(model) for model in models]
    kind = KINDS.get(str(data.get("kind"))) if isinstance(data, dict) else None
    if kind is None or kind not in wanted:
        raise UsageError(f"{where} is not a result of {' or '.join(f'wfperf {each.command}' for each in wanted)}")
    fields = {name: value for name, value in data.items() if name not in _HEADS and name not in kind.derived}
    try:
        return kind.adapter.validate_python(_migrated(fields, data.get("schema_version"), kind, where))
    except ValidationError as error:
        raise UsageError(f"{where} is broken: {first_fault(error, {})}") from error


_HEADS = frozenset({"schema_version", "kind"})


def _migrated(fields: Mapping[str, Any], version: Any, kind: ResultKind, where: str) -> Mapping[str, Any]:
    if type(version) is not int or not 0 < version <= kind.version:
        raise UsageError(
            f"{where} has schema version {version}; this wfperf reads up to {kind.version}: use the one that wrote it"
        )
    try:
        for older in range(version, kind.version):
            if older not in kind.migrations:
                raise UsageError(
                    f"{where} has schema version {version}, which this wfperf no longer reads; make it again with: "
                    f"wfperf {kind.command}"
                )
            fields = kind.migrations[older](fields)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise UsageError(f"{where} is broken: it lacks {error}") from error
    return fields

"""Make outcomes comparable across processes: plain data, as text and as a fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any

LONGEST_OUTCOME = 200_000
"""In characters: only the fingerprint of a longer one is sent."""
DEEPEST = 200
"""How deep an outcome may nest: one that contains itself has no end."""
SPOKEN = frozenset({"datetime", "decimal", "fractions", "uuid", "pathlib", "zoneinfo", "ipaddress"})
"""Modules whose objects are fully described by their repr."""


NOT_COMPARED = "not compared"
"""The fingerprint of every outcome that cannot be compared."""


class UncomparableError(TypeError):
    """An outcome cannot be compared across processes; the message says why."""


def told(outcome: str) -> dict[str, Any]:
    """Return what is sent of an outcome's text: its fingerprint, and the text itself unless it is too long."""
    return {
        "outcome": outcome if len(outcome) <= LONGEST_OUTCOME else None,
        "digest": hashlib.sha256(outcome.encode()).hexdigest(),
    }


CHANGES = "its result changes from run to run"
OWN_TIME = "it returns its own time"


def not_compared(reason: str) -> dict[str, Any]:
    """Return what is sent of an outcome that is not compared: the reason, and the fingerprint of all such outcomes."""
    return {"outcome": None, "digest": NOT_COMPARED, "uncompared": reason}


def first_told(outcome: Callable[[], str]) -> tuple[str, dict[str, Any]]:
    """Return a first outcome as text, and what is sent of it; no text and the reason, if it cannot be compared."""
    try:
        first = outcome()
    except UncomparableError as error:
        return "", not_compared(str(error))
    return first, told(first)


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as data for JSON; different values stay different: 1, 1.0 and True, a list and a tuple.

    Raises:
        UncomparableError: it holds something that can't be compared across processes, or nests too deep.
    """
    if value is None or (isinstance(value, (bool, str, int, float)) and not isinstance(value, Enum)):
        return value
    if depth > DEEPEST:
        raise UncomparableError(f"an outcome nests more than {DEEPEST} deep")
    deeper = depth + 1
    if type(value) is list:
        return [plain(item, deeper) for item in value]
    if type(value) is dict and "" not in value and all(type(key) is str for key in value):
        return {key: plain(item, deeper) for key, item in value.items()}
    return {"": type(value).__name__, "holds": _parts(value, deeper)}


def _parts(value: Any, depth: int) -> Any:
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is not None:
        return {name: plain(getattr(value, name), depth) for name in fields}
    if isinstance(value, Mapping):
        return _sorted([plain(key, depth), plain(item, depth)] for key, item in value.items())
    if isinstance(value, AbstractSet):
        return _sorted(plain(item, depth) for item in value)
    if isinstance(value, BaseException):
        value = value.args
    if isinstance(value, (tuple, list)):
        return [plain(item, depth) for item in value]
    return _written(value)


def _written(value: Any) -> Any:
    if isinstance(value, (Enum, complex, range)) or type(value).__module__.partition(".")[0] in SPOKEN:
        return repr(value)
    try:
        seen = memoryview(value)
    except TypeError:
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        raise UncomparableError(f"a {kind} can't be compared across processes") from None
    return [seen.format, list(seen.shape or ()), hashlib.sha256(seen.tobytes()).hexdigest()]


def _sorted(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))

"""Functions of a plan's own that are called with plain data, and answer with plain data."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

from .workload import made_of

if TYPE_CHECKING:
    from .variant import Variant


def hook(_variant: Variant, target: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what a function returns as JSON, or what it raises in words.

    An exception class that Python does not bring itself was written for people, so its message stands alone.
    """
    try:
        return {"returned": json.dumps(made_of(target, arguments))}
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        traceback.print_exc()
        speaks_for_itself = str(error) and type(error).__module__ != "builtins"
        return {"failed": str(error) if speaks_for_itself else f"{target}: {type(error).__name__}: {error}"}

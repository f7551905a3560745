"""Call a plan's hooks: functions that take and return plain data."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any

from .workload import made_of

if TYPE_CHECKING:
    from .variant import Variant


def hook(_variant: Variant, target: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a function's result as JSON, or the message of its exception.

    An exception class that is not built in was written for users, so its message stands alone.
    """
    try:
        return {"returned": json.dumps(made_of(target, arguments))}
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        traceback.print_exc()
        speaks_for_itself = str(error) and type(error).__module__ != "builtins"
        return {"failed": str(error) if speaks_for_itself else f"{target}: {type(error).__name__}: {error}"}

"""One choice for every seam."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

from wfperf.engine import drivers
from wfperf.engine.runtime import Runtime
from wfperf.engine.seams import buffer, context, debug, dispatch, loading, node_set, substitution
from wfperf.errors import UsageError


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """The implementation of each seam, by name.

    Raises:
        UsageError: a seam has no implementation of that name.
    """

    dispatch: str = "original"
    node_set: str = "original"
    debug: str = "original"
    substitution: str = "original"
    loading: str = "original"
    buffer: str = "original"
    context: str = "original"
    driver: str = "sequential"

    def __post_init__(self) -> None:
        for seam, name in self.choices().items():
            if name not in IMPLEMENTATIONS[seam]:
                known = ", ".join(IMPLEMENTATIONS[seam])
                raise UsageError(f"seam {seam!r} has no implementation {name!r}; choose one of: {known}")

    def choices(self) -> dict[str, str]:
        """Return the implementation name of every seam."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def bind(self, seam: str, engine: Runtime) -> Any:
        """Bind the chosen implementation of a seam to an engine and return what the engine calls."""
        return IMPLEMENTATIONS[seam][getattr(self, seam)](engine)


def _implementations(module: ModuleType) -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }


IMPLEMENTATIONS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "dispatch": _implementations(dispatch),
    "node_set": _implementations(node_set),
    "debug": _implementations(debug),
    "substitution": _implementations(substitution),
    "loading": _implementations(loading),
    "buffer": _implementations(buffer),
    "context": _implementations(context),
    "driver": drivers.DRIVERS,
}

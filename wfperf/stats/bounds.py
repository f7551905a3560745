"""A bound that may be infinite, and how JSON, which has no infinity, writes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


@dataclass(frozen=True, slots=True)
class Bound:
    """What pydantic reads and writes a bound by: a number, or null where that end is open.

    Args:
        open_end: the infinity that null means.
    """

    open_end: float

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Return how a bound is read and written; only who reads or writes results has pydantic imported."""
        from pydantic_core import core_schema  # noqa: PLC0415 - statistics alone need no more than the standard library

        number = core_schema.float_schema()
        return core_schema.no_info_before_validator_function(
            self._read,
            core_schema.no_info_after_validator_function(self._checked, number),
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._written, return_schema=core_schema.nullable_schema(number), when_used="json"
            ),
        )

    def _read(self, value: Any) -> Any:
        return self.open_end if value is None else value

    def _checked(self, value: float) -> float:
        if math.isfinite(value) or value == self.open_end:
            return value
        raise ValueError(f"no such bound: {value}")

    @staticmethod
    def _written(value: float) -> float | None:
        return value if math.isfinite(value) else None


Lower = Annotated[float, Bound(-math.inf)]
"""A lower end; minus infinity where nothing bounds it."""

Upper = Annotated[float, Bound(math.inf)]
"""An upper end; infinity where nothing bounds it."""

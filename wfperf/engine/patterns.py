"""Regular expressions in linear time: RE2, which has no backtracking. Imported when the first one is compiled."""

from __future__ import annotations

from typing import Any, Protocol


class Pattern(Protocol):
    """A compiled pattern, as `re` has it."""

    pattern: str
    groups: int
    groupindex: dict[str, int]

    def search(self, text: str) -> Any:
        """Return the first match anywhere in the text, or None."""

    def fullmatch(self, text: str) -> Any:
        """Return the match of the whole text, or None."""

    def finditer(self, text: str) -> Any:
        """Return an iterator over the matches that do not overlap."""

    def sub(self, replacement: Any, text: str, count: int = 0) -> str:
        """Return the text with every match replaced, or the first `count`."""

    def split(self, text: str) -> list[str]:
        """Return the parts between the matches."""


class PatternError(ValueError):
    """A regular expression that RE2 refuses."""


def compile_pattern(text: str) -> Pattern:
    """Compile a regular expression in RE2's syntax: no look-around, no back-references.

    Raises:
        PatternError: RE2 refuses it.
    """
    import re2  # noqa: PLC0415 - only workflows with patterns pay for it

    options = re2.Options()
    options.log_errors = False
    try:
        compiled: Pattern = re2.compile(text, options)
    except UnicodeEncodeError as error:
        raise PatternError(f"not a regular expression: {error.reason}") from error
    except re2.error as error:
        (reason,) = error.args
        told = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        raise PatternError(f"not a regular expression: {told}") from error
    return compiled

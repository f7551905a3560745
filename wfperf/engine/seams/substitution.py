"""Put values into a text's placeholders: `$name$`, `~~name~~`, names in lower case.

Invariant, for every context whose values convert to text: what `original` gives, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from wfperf.engine.runtime import Context, Runtime

Patch = Callable[[Context, str, str, str], str]


def original(_engine: Runtime) -> Patch:
    """Before: all replacements gathered for every text, then one `str.replace` for each."""

    def patch(context: Context, guid: str, processguid: str, text: str) -> str:
        if not text:
            return text
        replacements = _replacements(context, guid, processguid)
        for placeholder, value in replacements.items():
            text = text.replace(placeholder, value)
        return text

    return patch


def proposed(_engine: Runtime) -> Patch:
    """After: one regex of all placeholders, one pass. A value is not looked at for placeholders of its own."""

    def patch(context: Context, guid: str, processguid: str, text: str) -> str:
        if not text:
            return text
        replacements = _replacements(context, guid, processguid)
        pattern = re.compile("|".join(re.escape(placeholder) for placeholder in replacements))
        return pattern.sub(lambda match: replacements[match.group(0)], text)

    return patch


def tuned(engine: Runtime) -> Patch:
    """Ours: the template is parsed once; only the values it names are converted.

    Sequential replacement can read a placeholder out of what an earlier one left behind. Where that is
    possible (see `_Template` and the checks below) the text goes the original way.
    """
    slow = original(engine)

    def patch(context: Context, guid: str, processguid: str, text: str) -> str:
        if "$" not in text and "~~" not in text:
            return text
        template = _parse_template(text)
        if template is None:
            return slow(context, guid, processguid, text)
        values = {key.lower(): value for key, value in _result(context).items()}
        if "" in values or _ODD.search("".join(values)):
            return slow(context, guid, processguid, text)
        own = {"$guid$": guid, "$processguid$": processguid or guid}
        pieces = [template.head]
        for name, placeholder, literal in template.slots:
            if name in values:
                value = str(values[name])
            elif placeholder in own:
                value = own[placeholder]
            else:
                return slow(context, guid, processguid, text)
            pieces += (value, literal)
        filled = "".join(pieces)
        if "$" in filled or "~" in filled:
            return slow(context, guid, processguid, text)
        return filled

    return patch


def _result(context: Context) -> Mapping[str, Any]:
    result = context.get("result")
    return result if isinstance(result, dict) else {}


def _replacements(context: Context, guid: str, processguid: str) -> dict[str, str]:
    replacements = {"$guid$": guid, "$processguid$": processguid or guid}
    for key, value in _result(context).items():
        replacements[f"~~{key.lower()}~~"] = str(value)
        replacements[f"${key.lower()}$"] = str(value)
    return replacements


class _Template(NamedTuple):
    """A text cut at its placeholders: `head`, then (name, placeholder, literal behind it).

    Only texts are cut in which replacing one placeholder cannot make another: no literal holds a `$` or
    `~`, names are plain (`_ODD` finds nothing in them), and a literal between two placeholders holds a
    character that no plain name has, so that nothing read across it can be a name.
    """

    head: str
    slots: tuple[tuple[str, str, str], ...]


_ODD = re.compile(r"[^\w.\-]")
_PLACEHOLDER = re.compile(r"(\$([\w.\-]+)\$|~~([\w.\-]+)~~)")


@lru_cache(maxsize=4096)
def _parse_template(text: str) -> _Template | None:
    head, *rest = _PLACEHOLDER.split(text)
    slots = tuple(
        (dollar or tilde, placeholder, literal)
        for placeholder, dollar, tilde, literal in zip(*(rest[at::4] for at in range(4)), strict=True)
    )
    literals = [head, *(literal for _, _, literal in slots)]
    if any("$" in literal or "~" in literal for literal in literals):
        return None
    if not all(map(_ODD.search, literals[1:-1])):
        return None
    return _Template(head, slots)

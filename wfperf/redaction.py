"""Passwords in URLs, kept out of everything that is shown or stored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_plus

SECRET_OPTIONS = ("password", "sslpassword")
"""Those that PostgreSQL reads from a URL's query, or from a text of names and values."""

HIDDEN = "***"

SHORTEST = 4
"""Characters of a password that is also hidden outside of URLs: of a shorter one, ordinary text is full."""

# The password ends at the last @ of a word, for one may stand in it unescaped, as in a URL that was refused.
_IN_URL = re.compile(r"(?P<before>://[^\s/:@]*:)(?P<secret>\S*)(?=@)")
_IN_OPTION = re.compile(rf"(?P<before>\b(?:{'|'.join(SECRET_OPTIONS)})=)(?P<secret>[^\s&'\"]+)", re.IGNORECASE)
_PATTERNS = (_IN_URL, _IN_OPTION)


def redacted(text: str, sources: Iterable[str] = ()) -> str:
    """Return a text with every password hidden: in its URLs, and wherever else it stands as a word of its own.

    Args:
        text: what is to be shown.
        sources: more texts with URLs, such as the command line, whose passwords may stand in it alone.
    """
    secrets = set().union(*map(_secrets, (text, *sources)))
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<before>{HIDDEN}", text)
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = re.sub(_as_word(secret), HIDDEN, text)
    return text


def _as_word(secret: str) -> str:
    """Return a pattern of what is no part of a longer word; a sign at an end of it ends the word too."""
    before, after = (r"(?<!\w)", r"(?!\w)")
    is_word = re.compile(r"\w").match
    return f"{before if is_word(secret[0]) else ''}{re.escape(secret)}{after if is_word(secret[-1]) else ''}"


def _secrets(text: str) -> set[str]:
    """Return the passwords of the URLs in a text, as they are written there and as they are meant."""
    written = {match["secret"] for pattern in _PATTERNS for match in pattern.finditer(text)} - {"", HIDDEN}
    return written | {unquote_plus(each) for each in written}

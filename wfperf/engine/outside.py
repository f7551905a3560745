"""What lies outside of an engine, and how its nodes reach it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from wfperf.errors import UsageError

Service = Callable[..., Mapping[str, Any] | Coroutine[Any, Any, Mapping[str, Any]]]
"""What a SERVICE node may call: it returns the variables to write, or is awaited for them."""

Security = Literal["none", "starttls", "tls"]

_SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where EMAIL nodes hand in their messages, and as whom. The password is never shown.

    `security`: `none`; `starttls`, encrypted once connected; or `tls`, encrypted from the first byte.
    """

    host: str
    port: int
    sender: str = "wfperf@localhost"
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = "none"

    @property
    def shown(self) -> str:
        """The server as a message may name it."""
        return f"{self.host}:{self.port}"

    @classmethod
    def from_url(cls, url: str, sender: str = "wfperf@localhost") -> MailServer:
        """Return the server of `smtp://`, `smtp+starttls://` or `smtps://`, with `user:password@host:port`.

        Raises:
            UsageError: it is no such URL; the message does not repeat it, for it may hold a password.
        """
        try:
            parts = urlsplit(url)
            security, port = _SCHEMES[parts.scheme]
            host, port = parts.hostname or "", parts.port or port
        except (KeyError, ValueError):
            host = ""
        if not host or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise UsageError(
                "cannot use the mail server's URL; write smtp://host:port, smtp+starttls://user:password@host or "
                "smtps://user:password@host, with %40 for an @ in the password"
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, port, sender, user, password, security)

"""What lies outside of an engine, and how its nodes reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


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
    security: Literal["none", "starttls", "tls"] = "none"

"""What random workflows use outside of their engines: a folder, and services on the loopback."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from wfperf.engine.outside import MailServer
from wfperf.equivalence.words import GIVEN_FILE
from wfperf.fixtures.loopback import HOST, http_service, mail_service


@dataclass(frozen=True, slots=True)
class Outside:
    """A running HTTP service at `service`, a mail server unless that was left out, and a folder of files."""

    service: str
    mail: MailServer | None
    files: Path

    def reset(self) -> None:
        """Reset the folder to what every run finds there."""
        for entry in self.files.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        (self.files / GIVEN_FILE).write_text("a given text", encoding="utf-8")


@contextmanager
def outside(*, mail: bool = True) -> Iterator[Outside]:
    """Yield an `Outside` while the context lasts; a mail server needs aiosmtpd."""
    with (
        http_service() as http,
        mail_service() if mail else nullcontext() as post,
        tempfile.TemporaryDirectory(prefix="wfperf-") as folder,
    ):
        yield Outside(http.url, MailServer(HOST, post.port) if post else None, Path(folder))

"""The engine as its nodes see it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wfperf.engine.clock import Clock
from wfperf.engine.outside import MailServer, Service
from wfperf.engine.run import Run

if TYPE_CHECKING:
    from wfperf.engine.database import Database  # it would bring SQLAlchemy


class Host(Protocol):
    """What nodes reach beyond their calls: what lies outside, texts filled, other workflows.

    `clients` are theirs to keep connections in; what is to be released with the engine they give to `at_close`.
    """

    db: Database
    clock: Clock
    services: Mapping[str, Service]
    files: Path | None
    mail: MailServer | None
    clients: dict[str, Any]

    def at_close(self, release: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have something released when the engine is closed."""

    def local_patch_param(self, context: Mapping[str, Any], guid: str, processguid: str, text: str = "") -> str:
        """Return the text with the values of the context's `result` in its placeholders."""

    def prepare_run(
        self, workflow_code: str, guid: str, context: Mapping[str, Any], package: str, archetype: str
    ) -> Run:
        """Return a run of a workflow that has not started."""

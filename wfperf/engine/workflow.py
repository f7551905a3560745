"""The workflow engine's public face: prepare a workflow, run it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import NAMESPACE_URL, uuid5

from wfperf.engine.clock import Clock, SystemClock
from wfperf.engine.config import EngineConfig
from wfperf.engine.definition import BufferEntry
from wfperf.engine.errors import RunError
from wfperf.engine.outside import MailServer, Service
from wfperf.engine.recording import Recorder
from wfperf.engine.run import Run
from wfperf.engine.trace import RunResult
from wfperf.engine.validation import define
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.engine.database import Database

_LOGGER = logging.getLogger("wfperf.engine")


class Workflow:
    """Runs workflows that a database holds.

    Args:
        DB: where definitions are read and SQL nodes run.
        config: which implementation fills each seam.
        services: what SERVICE nodes may call, by name.
        files: the folder that FILE nodes stay in; without one they fail.
        mail: where EMAIL nodes hand in their messages; without it they fail.
        recorder: keeps what runs did; without one nothing is kept.
        clock: where time comes from.
        do_debug: whether debug messages are written to `log`.
        log: takes one line of text.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own, all but one by keyword
        self,
        DB: Database,  # noqa: N803 - the review's own name
        *,
        config: EngineConfig | None = None,
        services: Mapping[str, Service] | None = None,
        files: Path | None = None,
        mail: MailServer | None = None,
        recorder: Recorder | None = None,
        clock: Clock | None = None,
        do_debug: bool = False,
        log: Callable[[str], object] = _LOGGER.info,
    ) -> None:
        self.db = DB
        self.config = config or EngineConfig()
        self.services = services or {}
        self.files = files
        self.mail = mail
        self.recorder = recorder
        self.clock = clock or SystemClock()
        self.do_debug = do_debug
        self.log = log
        self.resources = ExitStack()
        self.clients: dict[str, Any] = {}
        self._loop: asyncio.Runner | None = None
        self.workflow_buffer: dict[tuple[str, str], BufferEntry] = {}
        bind = self.config.bind
        self._load = bind("loading", self)
        self._index = bind("node_set", self)
        self._patch = bind("substitution", self)
        self.buffer = bind("buffer", self)
        self.contexts = bind("context", self)
        self._debug, self.announce = bind("debug", self)
        self.find = bind("dispatch", self)
        self.drive = bind("driver", self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def loop(self) -> asyncio.Runner:
        """The engine's own event loop, one for its life: a loop per run would cost more than a node.

        Raises:
            UsageError: another event loop runs in this thread.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            if self._loop is None:
                self._loop = self.resources.enter_context(asyncio.Runner())
            return self._loop
        raise UsageError("run_workflow has an event loop of its own; call it from outside of any other")

    def at_close(self, release: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have something released, in the engine's event loop, when the engine is closed."""
        self.resources.callback(lambda: self.loop.run(release()))

    def close(self) -> None:
        """Release what drivers and nodes hold. The database stays open: it is the caller's."""
        self.resources.close()

    def prepare_run(
        self, workflow_code: str, guid: str, context: Mapping[str, Any], package: str, archetype: str
    ) -> Run:
        """Load a workflow, or take it from the buffer, and return a run that has not started.

        Raises:
            UsageError: there is no such workflow, or the context has no object `result`.
            WorkflowDefinitionError: the definition cannot run.
            DatabaseError: the database cannot be read.
        """
        if not isinstance(context.get("result"), dict):
            raise UsageError("the context needs an object under 'result': the variables that nodes read and write")
        entry = self.workflow_buffer.get((workflow_code, package))
        if entry is None:
            loaded = self._load(workflow_code, package)
            if loaded is None:
                raise UsageError(f"no workflow {workflow_code!r} in package {package!r} of {self.db.shown}")
            entry = BufferEntry(define(loaded.header, loaded.nodes))
            self.workflow_buffer[workflow_code, package] = entry
        process_guid = self.buffer.process_guid(entry, guid, archetype)
        return Run(entry, self._index(entry), guid, process_guid, context)

    def run_workflow(
        self,
        workflow_code: str,
        guid: str = "run",
        context: Mapping[str, Any] | None = None,
        package: str = "core",
        archetype: str = "",
    ) -> RunResult:
        """Run a workflow to its end.

        Raises:
            NodeExecutionError: the canonically first node that failed; its `result` holds the trace before it.
            NoMatchingBranchError: no condition of a split holds, and it has no default.
            DeadlockError: a GATE can no longer be satisfied.
            UsageError, WorkflowDefinitionError, DatabaseError: as `prepare_run`.
        """
        context = {"result": {}} if context is None else context
        run = self.prepare_run(workflow_code, guid, context, package, archetype)
        started_at = self.clock.now()
        try:
            self.drive(run)
        except RunError as error:
            error.result = self._ended(run, started_at)
            raise
        return self._ended(run, started_at)

    def _ended(self, run: Run, started_at: datetime) -> RunResult:
        if self.recorder:
            self.recorder.record(run, started_at)
        return run.result()

    def local_patch_param(self, context: Mapping[str, Any], guid: str, processguid: str, text: str = "") -> str:
        """Return the text with the values of the context's `result` in its placeholders."""
        patched: str = self._patch(context, guid, processguid, text)
        return patched

    def debug(self, msg: Any, *args: Any) -> None:
        """Write a message when debugging is on; a callable message is called for its text."""
        self._debug(msg, *args)

    def query_process_guid(self, entry: BufferEntry, guid: str, archetype: str) -> str:
        """Return the run's process guid: what ProcessGuidSql gives, or one derived from the run's guid."""
        header = entry.definition.header
        given = None
        if header.process_guid_sql:
            bound = {
                "guid": guid,
                "workflow": header.workflow,
                "package": header.package,
                "archetype": archetype,
            }
            given = self.db.value(header.process_guid_sql, bound)
        if given is None:
            return str(uuid5(NAMESPACE_URL, f"wfperf:{header.package}:{header.workflow}:{guid}"))
        return str(given)

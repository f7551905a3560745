"""One database with one engine for each variant."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Self

from wfperf.engine.clock import FrozenClock
from wfperf.engine.config import EngineConfig
from wfperf.engine.database import Database
from wfperf.engine.workflow import Workflow
from wfperf.equivalence.cases import Case
from wfperf.equivalence.outside import Outside
from wfperf.equivalence.services import SERVICES
from wfperf.results.difference import Outcome

_LOG = logging.getLogger("wfperf.engine.log")


class Bench:
    """Holds the engines, and records their debug messages and what LOG nodes write.

    Args:
        db: the engines' database; it stays open.
        seams: implementations of each engine, by its name.
        staged: whether cases put their workflows into the database; else they are there already.
        reach: what workflows may use outside of the engines.
    """

    def __init__(
        self,
        db: Database,
        seams: Mapping[str, Mapping[str, str]],
        *,
        staged: bool,
        reach: Outside | None = None,
    ) -> None:
        self._db = db
        self._reach = reach
        self._staged = staged
        self._said: list[str] = []
        self._resources = ExitStack()
        self._engines = {
            name: Workflow(
                db,
                config=EngineConfig(**chosen),
                services=SERVICES,
                files=reach.files if reach else None,
                mail=reach.mail if reach else None,
                clock=_Impatient(),
                log=self._said.append,
            )
            for name, chosen in seams.items()
        }

    def __enter__(self) -> Self:
        for engine in self._engines.values():
            self._resources.callback(engine.close)
        handler = _Listener(self._said)
        before = _LOG.level, _LOG.propagate
        _LOG.addHandler(handler)
        _LOG.setLevel(logging.DEBUG)
        _LOG.propagate = False  # what random workflows log is compared, not shown
        self._resources.callback(_restore, handler, *before)
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def outcomes(self, case: Case, names: Iterable[str]) -> dict[str, Outcome]:
        """Return the outcome of a case on each named engine."""
        if self._staged:
            case.stage(self._db)
        return {name: self._outcome(case, name) for name in names}

    def _outcome(self, case: Case, name: str) -> Outcome:
        if self._reach:
            self._reach.reset()
        return case.outcome(self._engines[name], self._said)


class _Impatient:
    """A clock that stands still: a waiting node only lets others run, because no result depends on its wait."""

    now = FrozenClock().now
    elapsed_s = staticmethod(time.perf_counter)

    def wait(self, seconds: float) -> None:
        """Do not wait."""

    async def wait_async(self, seconds: float) -> None:
        """Let others run."""
        del seconds
        await asyncio.sleep(0)


class _Listener(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(f"{record.levelname} {record.getMessage()}")


def _restore(handler: logging.Handler, level: int, propagate: bool) -> None:  # noqa: FBT001 - the logger's own state
    _LOG.removeHandler(handler)
    _LOG.setLevel(level)
    _LOG.propagate = propagate

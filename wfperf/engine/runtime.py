"""The engine as steps, drivers and the implementations of its seams see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple, Protocol

from wfperf.engine.branches import Branches
from wfperf.engine.definition import BufferEntry, Node
from wfperf.engine.host import Host
from wfperf.engine.nodes.base import Execute
from wfperf.engine.run import Run

Context = Mapping[str, Any]
Find = Callable[[str], Execute]
Drive = Callable[[Run], None]


class Buffer(NamedTuple):
    """How a run gets at a node's data, a node's branches, and its own process guid."""

    data: Callable[[BufferEntry, Node], Any]
    branches: Callable[[BufferEntry, Node], Branches]
    process_guid: Callable[[BufferEntry, str, str], str]


class Contexts(NamedTuple):
    """`enter(before)` is what a node sees; `leave(seen, writes)` is what its successors start from."""

    enter: Callable[[Context], Context]
    leave: Callable[[Context, Mapping[str, Any]], Context]


class Runtime(Host, Protocol):
    """What runs are made with: what fills the seams, and what drivers hold for the engine's life.

    An implementation that is being bound finds those of other seams only later, when it is called.
    """

    buffer: Buffer
    contexts: Contexts
    find: Find
    drive: Drive
    announce: Callable[[str, str], None]
    do_debug: bool
    log: Callable[[str], object]
    resources: ExitStack

    @property
    def loop(self) -> asyncio.Runner:
        """The engine's own event loop, one for its life."""

    def query_process_guid(self, entry: BufferEntry, guid: str, archetype: str) -> str:
        """Return the run's process guid: what ProcessGuidSql gives, or one derived from the run's guid."""

"""Nodes that reach beyond the workflow: registered services and the database."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import NodeData, OneResult
from wfperf.engine.host import Host
from wfperf.engine.nodes.base import Blocking, NodeCall, NodeType, Outcome

if TYPE_CHECKING:
    from wfperf.engine.database import Database


class ServiceData(NodeData):
    """The name that the service is registered by, and its arguments."""

    service: str
    args: dict[str, Any] = Field(default_factory=dict)


class ServiceNode(NodeType[ServiceData]):
    """SERVICE `service`, `args`: calls a registered function with the filled args; what it returns is written.

    An asynchronous one is awaited; a plain one of a node marked Async may be given a thread.
    """

    data = (ServiceData,)

    def __init__(self, engine: Host) -> None:
        super().__init__(engine)
        self.services = engine.services

    def execute(self, call: NodeCall[ServiceData]) -> Outcome:
        """Call the service by its registered name."""
        name = call.data.service
        service = self.services.get(name)
        if service is None:
            known = ", ".join(sorted(self.services)) or "none"
            raise NodeDataError(
                f"NodeData field 'service' names {name!r}, which is not registered; registered: {known}"
            )
        called = partial(service, **call.fill(call.data.args))
        if call.node.is_async and not inspect.iscoroutinefunction(service):
            return Blocking(lambda: _written(name, called()))
        given: object = called()
        return _awaited(name, given) if inspect.iscoroutine(given) else _written(name, given)


async def _awaited(name: str, given: Coroutine[Any, Any, object]) -> dict[str, Any]:
    return _written(name, await given)


def _written(name: str, given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise TypeError(f"service {name!r} must return a mapping of variables to write, not {type(given).__name__}")
    return dict(given)


class SqlData(OneResult):
    """One statement, the values bound to its parameters, and what is written of its result."""

    sql: str = Field(min_length=1)
    params: dict[str, Any] = Field(default_factory=dict)
    mode: Literal["rows", "row", "value", "execute"] = "rows"


class SqlNode(NodeType[SqlData]):
    """SQL `sql`, `params`, `mode`, `into`: one statement with bound parameters; the text is never filled in."""

    data = (SqlData,)

    def __init__(self, engine: Host) -> None:
        super().__init__(engine)
        self.db = engine.db

    def execute(self, call: NodeCall[SqlData]) -> Outcome:
        """Run the statement; `mode` says what is written."""
        return {call.into: _MODES[call.data.mode](self.db, call.data.sql, call.fill(call.data.params))}


def _rows(db: Database, sql: str, params: Mapping[str, Any]) -> list[list[Any]]:
    return [list(row) for row in db.rows(sql, params)]


def _row(db: Database, sql: str, params: Mapping[str, Any]) -> list[Any] | None:
    return next(iter(_rows(db, sql, params)), None)


def _value(db: Database, sql: str, params: Mapping[str, Any]) -> Any:
    return db.value(sql, params)


def _execute(db: Database, sql: str, params: Mapping[str, Any]) -> int:
    return db.execute(sql, params)


_MODES: Mapping[str, Callable[[Database, str, Mapping[str, Any]], Any]] = {
    "rows": _rows,
    "row": _row,
    "value": _value,
    "execute": _execute,
}

"""Nodes that reach beyond the workflow: registered services and the database."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome

if TYPE_CHECKING:
    from wfperf.engine.database import Database
    from wfperf.engine.workflow import Workflow


class ServiceNode(NodeType):
    """SERVICE `service`, `args`: calls a registered function with the filled args; what it returns is written."""

    def __init__(self, engine: Workflow) -> None:
        super().__init__(engine)
        self.services = engine.services

    def execute(self, call: NodeCall) -> Outcome:
        """Call the service by its registered name."""
        name = call.field("service", str)
        service = self.services.get(name)
        if service is None:
            known = ", ".join(sorted(self.services)) or "none"
            raise NodeDataError(
                f"NodeData field 'service' names {name!r}, which is not registered; registered: {known}"
            )
        writes: object = service(**call.fill(call.field("args", dict, {})))
        if inspect.iscoroutine(writes):
            writes.close()
            raise TypeError(f"service {name!r} is asynchronous; register a plain function")
        if not isinstance(writes, Mapping) or not all(isinstance(key, str) for key in writes):
            raise TypeError(
                f"service {name!r} must return a mapping of variables to write, not {type(writes).__name__}"
            )
        return dict(writes)


class SqlNode(NodeType):
    """SQL `sql`, `params`, `mode`, `into`: one statement with bound parameters; the text is never filled in."""

    def __init__(self, engine: Workflow) -> None:
        super().__init__(engine)
        self.db = engine.db

    def execute(self, call: NodeCall) -> Outcome:
        """Run the statement; `mode` says what is written."""
        read = call.choice("mode", _MODES) if "mode" in call.data else _rows
        return {call.into: read(self.db, call.field("sql", str), call.fill(call.field("params", dict, {})))}


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

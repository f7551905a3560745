"""What a node type is, and what it is given to execute."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from wfperf.engine.definition import Node
from wfperf.engine.errors import NodeDataError, describe
from wfperf.engine.expressions import Expression, evaluate
from wfperf.engine.fields import NodeData
from wfperf.engine.host import Host
from wfperf.engine.run import Run
from wfperf.engine.trace import RunResult, Writes
from wfperf.faults import json_kind

D = TypeVar("D", bound=NodeData)
T = TypeVar("T")


class Wait(NamedTuple):
    """A node's word to the driver: wait so long, then take these writes.

    `seconds` is more than 0. A clock would ask the operating system for a wait of 0 s too, which can take longer than
    the rest of the node.
    """

    seconds: float
    writes: Writes


class Blocking(NamedTuple):
    """A node's word to the driver: this call may block; where nodes run beside each other, give it a thread."""

    work: Callable[[], Writes]


class SubRuns(NamedTuple):
    """A node's word to the driver: drive these runs to their ends, then collect the writes from their results.

    They go one after another; beside each other where the driver can and `beside` allows it.
    """

    runs: Sequence[Run]
    collect: Callable[[Sequence[RunResult]], Writes]
    beside: bool = False


Outcome = dict[str, Any] | Wait | Blocking | SubRuns | Coroutine[Any, Any, Writes]
"""A node's writes, or what is left to do for them; a coroutine is awaited in the engine's own event loop."""


class NodeCall(Generic[D]):
    """One execution of a node: its NodeData, the context it sees, and the run it belongs to."""

    __slots__ = ("context", "data", "engine", "node", "run")

    def __init__(self, engine: Host, node: Node, data: D, context: Mapping[str, Any], run: Run) -> None:
        self.engine = engine
        self.node = node
        self.data = data
        self.context = context
        self.run = run

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables the node may read; what it wants to write, it returns."""
        result: Mapping[str, Any] = self.context["result"]
        return result

    @property
    def into(self) -> str:
        """The variable a node with one result writes: the field `into`, else the node's name."""
        return getattr(self.data, "into", None) or self.node.name

    def variable(self, field: str, key: str, kind: type[T]) -> T:
        """Return the variable `key`, which a field of NodeData names.

        Raises:
            NodeDataError: there is no such variable, or it is of another type.
        """
        if key not in self.variables:
            raise NodeDataError(f"NodeData field {field!r} names the variable {key!r}, which nothing has written")
        value = self.variables[key]
        if not isinstance(value, kind):
            raise NodeDataError(
                f"NodeData field {field!r} names {key!r}, which must be {kind.__name__}, not {json_kind(value)}"
            )
        return value

    def evaluate(self, field: str, expression: Expression, **extra: Any) -> Any:
        """Return the value of an expression in a field, over the variables and some names more."""
        names = {**self.variables, **extra} if extra else self.variables
        return in_field(field, lambda: evaluate(expression, names))

    def text(self, template: str) -> str:
        """Return a text with its placeholders filled."""
        run = self.run
        return self.engine.local_patch_param(self.context, run.guid, run.process_guid, template)

    def fill(self, value: Any) -> Any:
        """Return a JSON value in which every text has its placeholders filled; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return value


def in_field(name: str, compute: Callable[[], T]) -> T:
    """Return what is computed from a field of NodeData.

    Raises:
        NodeDataError: it cannot be computed; names the field.
    """
    try:
        return compute()
    except NodeDataError:
        raise
    except (ArithmeticError, RecursionError, TypeError, ValueError) as error:
        raise NodeDataError(f"NodeData field {name!r}: {describe(error)}") from error


class NodeType(ABC, Generic[D]):
    """A node type. Its constructor only sets references; it reads and computes when it executes.

    `data` holds the model of its NodeData; several where the field `op` says which.
    """

    data: ClassVar[tuple[type[NodeData], ...]]

    def __init__(self, engine: Host) -> None:
        self.engine = engine

    @abstractmethod
    def execute(self, call: NodeCall[D]) -> Outcome:
        """Return the node's writes, or what is left to do for them."""


Execute = Callable[[NodeCall[Any]], Outcome]

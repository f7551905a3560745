"""What a node type is, and what it is given to execute."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from wfperf.engine.errors import NodeDataError, describe
from wfperf.engine.expressions import Expression, evaluate, parse

if TYPE_CHECKING:
    from wfperf.engine.definition import Node
    from wfperf.engine.workflow import Workflow

T = TypeVar("T")

Writes = Mapping[str, Any]


class Wait(NamedTuple):
    """A node's word to the driver: wait so long, then take these writes."""

    seconds: float
    writes: Writes


Outcome = Writes | Wait


class NodeCall:
    """One execution of a node: its parsed NodeData, the context it sees, and the run it belongs to."""

    __slots__ = ("context", "data", "engine", "guid", "node", "processguid")

    def __init__(
        self,
        engine: Workflow,
        node: Node,
        data: dict[str, Any],
        context: Mapping[str, Any],
        guid: str,
        processguid: str,
    ) -> None:
        self.engine = engine
        self.node = node
        self.data = data
        self.context = context
        self.guid = guid
        self.processguid = processguid

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables the node may read; what it wants to write, it returns."""
        result: Mapping[str, Any] = self.context["result"]
        return result

    @property
    def into(self) -> str:
        """The variable a node with one result writes: the field `into`, else the node's name."""
        return self.field("into", str, self.node.name)

    def field(self, name: str, kind: type[T] | tuple[type[T], ...], default: T | None = None) -> T:
        """Return a field of NodeData.

        Raises:
            NodeDataError: it is missing and has no default, or is of another type.
        """
        value = self.data.get(name, default)
        if value is None:
            raise NodeDataError(f"NodeData needs the field {name!r}")
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join(each.__name__ for each in kinds)
            raise NodeDataError(f"NodeData field {name!r} must be {wanted}, not {type(value).__name__}")
        return value

    def choice(self, name: str, known: Mapping[str, T]) -> T:
        """Return what a field chooses from a table of known names."""
        value = self.field(name, str)
        if value not in known:
            raise NodeDataError(f"NodeData field {name!r} must be one of {', '.join(known)}, not {value!r}")
        return known[value]

    def variable(self, name: str, kind: type[T]) -> T:
        """Return the variable that a field of NodeData names.

        Raises:
            NodeDataError: there is no such variable, or it is of another type.
        """
        key = self.field(name, str)
        if key not in self.variables:
            raise NodeDataError(f"NodeData field {name!r} names the variable {key!r}, which nothing has written")
        value = self.variables[key]
        if not isinstance(value, kind):
            raise NodeDataError(
                f"NodeData field {name!r} names {key!r}, which must be {kind.__name__}, not {type(value).__name__}"
            )
        return value

    def expression(self, name: str) -> Expression:
        """Return the expression in a field of NodeData."""
        return in_field(name, lambda: parse(self.field(name, str)))

    def evaluate(self, name: str, expression: Expression, **extra: Any) -> Any:
        """Return an expression's value over the variables and some names more."""
        names = {**self.variables, **extra} if extra else self.variables
        return in_field(name, lambda: evaluate(expression, names))

    def text(self, template: str) -> str:
        """Return a text with its placeholders filled."""
        return self.engine.local_patch_param(self.context, self.guid, self.processguid, template)

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


class NodeType(ABC):
    """A node type. Its constructor only sets references; it reads and computes when it executes."""

    def __init__(self, engine: Workflow) -> None:
        self.engine = engine

    @abstractmethod
    def execute(self, call: NodeCall) -> Outcome:
        """Return the node's writes, or a wait before them."""


Execute = Callable[[NodeCall], Outcome]

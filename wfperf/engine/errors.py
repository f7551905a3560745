"""What can go wrong with a definition, a run or the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wfperf.engine.trace import RunResult
from wfperf.errors import ExitCode, UsageError, WfperfError


class Problem(NamedTuple):
    """One mistake in a definition, and where it stands."""

    node: str
    field: str
    message: str

    def __str__(self) -> str:
        where = " ".join(part for part in (f"node {self.node!r}" if self.node else "", self.field) if part)
        return f"{where}: {self.message}" if where else self.message


class WorkflowDefinitionError(UsageError):
    """A definition that cannot run: every problem found in it, at once."""

    def __init__(self, workflow: str, problems: Sequence[Problem]) -> None:
        self.workflow = workflow
        self.problems = tuple(problems)
        several = len(self.problems) > 1
        numbered = (f"({number}) {problem}" if several else str(problem) for number, problem in enumerate(problems, 1))
        super().__init__(f"workflow {workflow!r}: " + "; ".join(numbered))


class DatabaseError(UsageError):
    """A database that cannot be reached, read or written. Never shows a password."""


class RunError(WfperfError):
    """A run that stopped. `result` is what it left: the trace of what completed before, once the run has ended."""

    exit_code = ExitCode.NOTHING_MEASURED

    def __init__(self, workflow: str, node: str, message: str) -> None:
        self.workflow = workflow
        self.node = node
        self.result: RunResult | None = None
        super().__init__(f"workflow {workflow!r}, node {node!r}: {message}")


class NodeExecutionError(RunError):
    """A node failed: names workflow, node, type and cause."""

    def __init__(self, workflow: str, node: str, node_type: str, cause: BaseException) -> None:
        self.node_type = node_type
        self.cause = cause
        super().__init__(workflow, node, f"{node_type} failed: {describe(cause)}")


class NoMatchingBranchError(RunError):
    """No condition of a split holds, and it has no default."""


class DeadlockError(RunError):
    """A GATE that a path has reached can no longer have all the arrivals it waits for."""


class NodeDataError(ValueError):
    """What a field of NodeData says cannot be done with these variables."""


class ExpressionError(ValueError):
    """An expression cannot be parsed or evaluated."""


def describe(cause: BaseException) -> str:
    """Return a one-line text for any exception: its type where the message alone would not say it."""
    text = " ".join(str(cause).split())
    if isinstance(cause, (NodeDataError, ExpressionError, WfperfError)):
        return text
    return f"{type(cause).__name__}: {text}" if text else type(cause).__name__

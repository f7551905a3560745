"""The result of `check`: mistakes in workflows, found without running them."""

from __future__ import annotations

from dataclasses import dataclass

# Version 1: the first format.
# Version 2: with `types`.
SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem or a warning.

    Args:
        node: name of the node; empty if the remark is about the whole workflow.
        field: column or field of the node's data; empty if the remark is about the whole node.
        message: the remark as text.
    """

    node: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckedWorkflow:
    """One workflow.

    Args:
        workflow: its code.
        package: its package.
        nodes: number of nodes.
        problems: mistakes that prevent it from running.
        warnings: other remarks; wfperf looks for them only if there are no problems.
        types: number of different node types; None in results of version 1.
    """

    workflow: str
    package: str
    nodes: int
    problems: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    types: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """All workflows that were checked."""

    workflows: tuple[CheckedWorkflow, ...]

    @property
    def valid(self) -> bool:
        """Whether all of them can run."""
        return not any(each.problems for each in self.workflows)

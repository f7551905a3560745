"""What `check` found in workflows, with nothing run."""

from __future__ import annotations

from dataclasses import dataclass

# Version 1: the first format.
# Version 2: with `types`.
SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong, or hardly meant.

    Args:
        node: its name; empty where it is about the whole workflow.
        field: the column or the field of the node's data; empty where it is about the whole node.
        message: what, in words.
    """

    node: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckedWorkflow:
    """One workflow.

    Args:
        workflow: its code.
        package: where it is found.
        nodes: how many it has.
        problems: what keeps it from running.
        warnings: what does not; looked for only where there are no problems.
        types: how many types its nodes are of; None in results of version 1.
    """

    workflow: str
    package: str
    nodes: int
    problems: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    types: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Every workflow that was asked for."""

    workflows: tuple[CheckedWorkflow, ...]

    @property
    def valid(self) -> bool:
        """Whether all of them can run."""
        return not any(each.problems for each in self.workflows)

"""A workflow's problems and warnings, with nothing run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wfperf.engine.definition import Definition
from wfperf.engine.errors import Problem, WorkflowDefinitionError
from wfperf.engine.validation import define
from wfperf.workflow_files.store import StoredWorkflow


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one workflow; `definition` is None where there are problems."""

    workflow: str
    package: str
    nodes: int
    types: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    definition: Definition | None


def check(workflow: StoredWorkflow) -> Checked:
    """Return every problem of a workflow, or what is hardly meant in one that can run."""
    header, nodes = workflow.header, workflow.nodes
    kinds = Counter(node.type.upper() for node in nodes)
    size = header.workflow, header.package, len(nodes), len(kinds)
    try:
        definition = define(header, nodes)
    except WorkflowDefinitionError as error:
        return Checked(*size, error.problems, (), None)
    return Checked(*size, (), definition.warnings, definition)

"""A workflow's problems and warnings, with nothing run."""

from __future__ import annotations

from collections.abc import Iterable

from wfperf.engine.errors import Problem, WorkflowDefinitionError
from wfperf.engine.validation import define
from wfperf.results.checked import CheckedWorkflow, Remark
from wfperf.workflow_files.store import StoredWorkflow


def check(workflow: StoredWorkflow) -> CheckedWorkflow:
    """Return every problem of a workflow, or what is hardly meant in one that can run."""
    header, nodes = workflow.header, workflow.nodes
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    try:
        warnings = define(header, nodes).warnings
    except WorkflowDefinitionError as error:
        problems = error.problems
    return CheckedWorkflow(
        workflow=header.workflow,
        package=header.package,
        nodes=len(nodes),
        problems=_remarks(problems),
        warnings=_remarks(warnings),
        types=len({node.type.upper() for node in nodes}),
    )


def _remarks(problems: Iterable[Problem]) -> tuple[Remark, ...]:
    return tuple(Remark(*each) for each in problems)

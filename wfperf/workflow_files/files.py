"""Workflow files: read with every mistake told, written readable."""

from __future__ import annotations

import sys
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.faults import FaultsError
from wfperf.workflow_files import text
from wfperf.workflow_files.document import from_document, to_document
from wfperf.workflow_files.store import StoredWorkflow
from wfperf.workflow_files.text import Form

STANDARD_INPUT = "-"


class WorkflowFileError(UsageError):
    """A workflow file that cannot be used: every mistake in it, with its line where that is known."""


def read_file(file: str) -> tuple[StoredWorkflow, text.LineOf]:
    """Return the workflow of a file, `-` for standard input, and what tells the lines of its parts.

    Raises:
        WorkflowFileError: the file cannot be read, or is not a workflow.
    """
    content = _content(file)
    form: Form = "json" if _is_json(file, content) else "yaml"
    line_of: text.LineOf = lambda _path: None  # noqa: E731 - replaced once the text is read
    try:
        data, line_of = text.load(content, form)
        return from_document(data), line_of
    except FaultsError as error:
        told = []
        for path, message in error.faults:
            line = line_of(path)
            where = f"line {line}: " if line else ""
            told.append(f"{where}{path}: {message}" if path else message)
        raise WorkflowFileError(f"{_shown(file)} is not a workflow file: {_numbered(told)}") from error


def to_text(workflow: StoredWorkflow, form: Form) -> str:
    """Return a workflow as the text of a file."""
    return text.dump(to_document(workflow), form)


def _numbered(told: list[str]) -> str:
    return told[0] if len(told) == 1 else "; ".join(f"({number}) {each}" for number, each in enumerate(told, 1))


def _content(file: str) -> str:
    try:
        if file == STANDARD_INPUT:
            content = sys.stdin.buffer.read(text.MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(text.MOST_BYTES + 1)
    except OSError as error:
        raise WorkflowFileError(f"cannot read {_shown(file)}: {error.strerror}") from error
    if len(content) > text.MOST_BYTES:
        raise WorkflowFileError(f"{_shown(file)} has more than {text.MOST_BYTES} bytes, too much for a workflow")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WorkflowFileError(f"{_shown(file)} is not text in UTF-8: byte {error.start} is no part of it") from error


def _is_json(file: str, content: str) -> bool:
    return file.endswith(".json") or (not file.endswith((".yaml", ".yml")) and content.lstrip().startswith("{"))


def _shown(file: str) -> str:
    return "standard input" if file == STANDARD_INPUT else file

"""A decision of the gate for GitHub Actions: annotations beside the code, and the summary of a job."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.report.budgets import check_text, functions_text, located, status_text, summary_text
from wfperf.report.gated import gate_tables
from wfperf.report.markdown import markdown
from wfperf.report.table import Reproduction, Table
from wfperf.report.terminal import printable
from wfperf.results.decision import SEVEREST_FIRST, Check, CheckStatus, Decision
from wfperf.results.files import append_text

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
SUMMARY_BYTES = 1024 * 1024
"""Largest summary of a step; GitHub shows nothing of a larger one."""

SHOWN_ANNOTATIONS = 10
"""Errors, and likewise warnings, that GitHub shows for one step."""

_COMMANDS = {
    CheckStatus.PASS: "notice",
    CheckStatus.INCONCLUSIVE: "warning",
    CheckStatus.FAIL: "error",
    CheckStatus.DIFFERS: "error",
}


def workflow_commands(decision: Decision) -> str:
    """Return workflow commands, one per line: the verdict, then the checks that did not pass, up to what GitHub shows.

    Source: GitHub, "Workflow commands for GitHub Actions".
    """
    troubles = [check for status in SEVEREST_FIRST for check in decision.of(status)]
    shown = list(_shown(troubles, _COMMANDS[decision.status]))
    lines = [_verdict(decision, len(troubles) - len(shown)), *map(_annotation, shown)]
    return "".join(f"{line}\n" for line in lines)


def write_summary(decision: Decision) -> None:
    """Append the decision as Markdown to the summary of the job if GitHub Actions runs this; a long one is shortened.

    Raises:
        UsageError: the summary cannot be written.
    """
    name = os.environ.get(SUMMARY_VARIABLE)
    if not name:
        return
    try:
        append_text(Path(name), lambda size: summary_markdown(decision, SUMMARY_BYTES - size))
    except OSError as error:
        raise UsageError(f"cannot write the summary {name}: {error.strerror}; or unset {SUMMARY_VARIABLE}") from error


def summary_markdown(decision: Decision, size: int = SUMMARY_BYTES) -> str:
    """Return the decision as Markdown of at most `size` bytes.

    If it is too long, it omits the checks that passed, then more and more rows and notes, and says so. The shortest
    text is the verdict alone; if even that does not fit, the text is empty.
    """
    texts = (markdown(tables) for tables in _ever_shorter(decision))
    return next((text for text in texts if len(text.encode()) <= size), "")


def _ever_shorter(decision: Decision) -> Iterator[Sequence[Table]]:
    yield gate_tables(decision)
    failing = gate_tables(decision, passing=False)
    yield _noted(failing, "Checks that passed are left out here.")
    rows = max(len(each) for table in failing for each in (table.rows, table.notes))
    while rows := rows // 2:
        yield _noted([_cut(table, rows) for table in failing], f"Each table shows at most {rows:,} rows and notes.")
    yield [replace(failing[0], notes=())]


def _noted(tables: Sequence[Table], note: str) -> list[Table]:
    first, *others = tables
    return [replace(first, notes=[note, *first.notes]), *others]


def _cut(table: Table, rows: int) -> Table:
    return replace(table, rows=table.rows[:rows], notes=table.notes[-rows:])


def _shown(troubles: Sequence[Check], verdict: str) -> Iterator[Check]:
    room = Counter(error=SHOWN_ANNOTATIONS, warning=SHOWN_ANNOTATIONS)
    room[verdict] -= 1
    for check in troubles:
        command = _COMMANDS[check.status]
        room[command] -= 1
        if room[command] >= 0:
            yield check


def _verdict(decision: Decision, left_out: int) -> str:
    lines = [summary_text(decision)]
    if left_out:
        lines.append(f"{left_out:,} more checks are in the summary of the job.")
    if decision.command:
        lines.append(str(Reproduction(decision.command)))
    return _command(_COMMANDS[decision.status], lines, title="wfperf gate")


def _annotation(check: Check) -> str:
    place = {"file": each.file, "line": str(max(each.line, 1))} if (each := next(iter(located(check)), None)) else {}
    lines = [check_text(check), functions_text(check)]
    return _command(_COMMANDS[check.status], lines, **place, title=f"wfperf gate: {status_text(check.status)}")


def _command(name: str, lines: Sequence[str], **properties: str) -> str:
    said = ",".join(f"{key}={_of_property(value)}" for key, value in properties.items())
    message = "\n".join(line for line in lines if line)
    return f"::{name} {said}::{_of_message(message)}"


def _of_message(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\n", "%0A")


def _of_property(text: str) -> str:
    return _of_message(text).replace(":", "%3A").replace(",", "%2C")

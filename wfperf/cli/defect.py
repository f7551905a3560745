"""Reports of unexpected exceptions: a file with the traceback, and one line that names the file."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from wfperf import __version__
from wfperf.redaction import redacted

FOLDER = Path(".wfperf")
LONGEST = 300
"""Characters of the exception's text that are shown: a long text would hide the name of the file after it."""


def keep_defect(error: BaseException, arguments: Sequence[str]) -> str:
    """Write a report of an unexpected exception, and return the line to print. Neither contains passwords.

    If no file can be written, the report follows the line.

    Args:
        error: the exception.
        arguments: those of the command line, without the program's name.
    """
    secrets = [*arguments, *(value for name, value in os.environ.items() if name.startswith("WFPERF_"))]
    what = redacted(" ".join("".join(traceback.format_exception_only(error)).split()), secrets)
    if len(what) > LONGEST:
        what = f"{what[:LONGEST]}..."
    report = _report(error, arguments, secrets).encode("utf-8", "backslashreplace").decode("utf-8")
    file = _kept(report)
    if file is None:
        return f"wfperf: internal error: {what} (a defect of wfperf; no file could be written, so here it is)\n{report}"
    return f"wfperf: internal error: {what} (a defect of wfperf; the traceback is in {file})"


def _report(error: BaseException, arguments: Sequence[str], secrets: Sequence[str]) -> str:
    # Redact each argument before joining them, because quoting could hide a password from the search. Redact only the
    # arguments and the traceback: a password may also be a word of wfperf's own text.
    shown = [redacted(each, secrets) for each in arguments]
    return (
        f"wfperf {__version__}, {platform.python_implementation()} {platform.python_version()}, {platform.platform()}\n"
        f"Command: {shlex.join(['wfperf', *shown])}\n"
        f"Interpreter: {sys.executable}\n\n"
        f"{redacted(''.join(traceback.format_exception(error)), secrets)}"
    )


def _kept(report: str) -> Path | None:
    name = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
    for folder in (FOLDER, Path(tempfile.gettempdir())):
        with suppress(Exception):  # the reported exception matters more than a failure to write the report
            from wfperf.results.files import write_text

            write_text(folder / name, report)
            return folder / name
    return None

"""What is left of an exception that nobody expected: a file to send in, and one line that names it."""

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
"""Characters of the exception's own text on the line."""


def keep_defect(error: BaseException, arguments: Sequence[str]) -> str:
    """Write down an exception that nobody expected, and return the line that tells of it. Passwords are in neither.

    Where no file can be written, the line is followed by what would be in it.

    Args:
        error: the exception.
        arguments: the command line's, without the program.
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
    # Each argument before they are joined: what a shell needs quoted would not be found any more. And what wfperf says
    # itself stays: a password may be a word of it.
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
        with suppress(Exception):  # whatever keeps it from being written, the exception that is told of counts more
            from wfperf.results.files import write_text

            write_text(folder / name, report)
            return folder / name
    return None

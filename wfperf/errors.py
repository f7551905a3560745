"""The floor everything stands on: exit codes, and the errors that carry them."""

from __future__ import annotations

import sys
from enum import IntEnum


class ExitCode(IntEnum):
    """What a `wfperf` process answers to its caller. 1 is a verdict and nothing else."""

    DONE = 0
    REGRESSION = 1
    USAGE = 2
    INCONCLUSIVE = 3
    RESULTS_DIFFER = 4
    NOTHING_MEASURED = 5
    DEFECT = 70
    INTERRUPTED = 130


class WfperfError(Exception):
    """An error meant for the user: what is wrong, where, and what to do.

    The command line prints it on one line of standard error and leaves with `exit_code`.
    """

    exit_code = ExitCode.USAGE


class UsageError(WfperfError):
    """The command line, a file or a database that was named cannot be used."""


class NothingMeasuredError(WfperfError):
    """A tool is missing or a process failed, so there is no result to show."""

    exit_code = ExitCode.NOTHING_MEASURED


class WorkerLostError(NothingMeasuredError):
    """A worker has ended, or its answer is too late: no other answer will come from it."""


class AnswerTooLateError(WorkerLostError):
    """A worker has not answered in time."""


def missing_dependency(error: BaseException) -> NothingMeasuredError | None:
    """Return what to tell the user where an import failed for a module that is not there; None for any other error."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    module, *_ = error.name.split(".")
    if module == __package__:
        return None
    if module in sys.stdlib_module_names:
        return NothingMeasuredError(f"{sys.executable} was built without its module {error.name}, which wfperf needs")
    return NothingMeasuredError(
        f"{sys.executable} has no module {error.name}, which wfperf needs; install what is missing: "
        f"{sys.executable} -m pip install wfperf"
    )

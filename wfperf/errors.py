"""The floor everything stands on: exit codes, and the errors that carry them."""

from __future__ import annotations

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

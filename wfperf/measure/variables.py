"""The environment variables of workers, and of the commands that they start."""

from __future__ import annotations

import os
import sys

from wfperf.measure.variant import Interpreter

KEPT_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "VIRTUAL_ENV",
    "SYSTEMROOT",
    "PGPASSFILE",
    "LD_LIBRARY_PATH",
)
"""Other variables are left out: even the length of the environment moves the memory layout."""


def worker_environment(hash_seed: int) -> dict[str, str]:
    """Return the environment of every process that runs a variant, whether it is timed or profiled."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONHASHSEED": str(hash_seed)}


def command_environment(interpreter: Interpreter, hash_seed: int) -> dict[str, str]:
    """Return the environment of a command: all that ours has, with the programs and source trees of an interpreter."""
    variables = {**os.environ, **dict(interpreter.variables), "PYTHONHASHSEED": str(hash_seed)}
    if interpreter.python != sys.executable:
        folder = os.path.dirname(os.path.abspath(interpreter.python))  # noqa: PTH100, PTH120 - a link stays one
        variables["PATH"] = os.pathsep.join((folder, *filter(None, [variables.get("PATH")])))
    if interpreter.path:
        variables["PYTHONPATH"] = os.pathsep.join((*interpreter.path, *filter(None, [variables.get("PYTHONPATH")])))
    return variables

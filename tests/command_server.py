"""A process that has imported all of wfperf, and forks for every command: a fresh process without the long start.

Run by path. A line of standard input is a request, a JSON object of `arguments`, `cwd`, `environment`, `constants`
(other values of those in wfperf's modules, by their full names), `stdout` and `stderr` (files); a line of standard
output is the exit code of its process, or minus the signal that ended it.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import runpy
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import wfperf


def serve() -> None:
    """Answer requests until there are none any more; in the process of a command, run it and return."""
    for module in pkgutil.walk_packages(wfperf.__path__, "wfperf."):
        if not module.name.endswith("__main__"):  # of one that is imported already `runpy` warns
            import_module(module.name)
    gc.freeze()  # or each fork would go through all of it when it collects, and when it ends: 0.2 s
    answers = os.dup(1)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.close(answers)
            run(**json.loads(line))
            return
        _, status = os.waitpid(pid, 0)
        os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(status))


def run(
    arguments: list[str],
    cwd: str,
    environment: dict[str, str],
    constants: dict[str, Any],
    stdout: str,
    stderr: str,
) -> None:
    """Become what `python -m wfperf ARGUMENTS` is in a folder, with its streams in files."""
    for stream, file in enumerate((os.devnull, stdout, stderr)):
        opened = os.open(file, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, stream)
        os.close(opened)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = str(Path.cwd())
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        assert hasattr(sys.modules[module], constant), name
        setattr(sys.modules[module], constant, tuple(value) if isinstance(value, list) else value)
    sys.argv[1:] = arguments
    runpy.run_module("wfperf", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve()

"""The worker's processes: one imports modules and forks a child per variant; all end with the coordinator.

The first line on stdin is a JSON object:

    {"path": [...], "children_path": "", "modules": [...], "variants": [[socket, stderr], ...], "cpu": null}

`path` goes before the interpreter's own; `children_path` is PYTHONPATH of processes that the variants start; `modules`
are imported before the fork, so that the variants share one memory layout and one hash seed; each variant has a socket
and a file for its output; `cpu` is the processor to run on. Stdin stays open: when it ends, however the coordinator
ended, every process here is killed.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress

from .failures import ModuleFailedError, failure
from .modules import imported_module, validate_recent_bytecode_by_hash
from .protocol import serve
from .variant import Variant


def main() -> None:
    """Import, fork a child for each variant, and kill them all when stdin ends."""
    request = json.loads(_line(0))
    if request["cpu"] is not None:
        os.sched_setaffinity(0, {request["cpu"]})
    sys.path[:0] = request["path"]
    if request["children_path"]:
        os.environ["PYTHONPATH"] = request["children_path"]
    validate_recent_bytecode_by_hash()
    variants = [(socket.socket(fileno=connection), stderr) for connection, stderr in request["variants"]]
    if failed := import_failure(request["modules"]):
        for connection, _ in variants:
            with suppress(OSError):  # the coordinator has gone
                connection.sendall(json.dumps(failed).encode() + b"\n")
        return
    gc.collect()
    gc.freeze()
    children = [fork(variant, variants) for variant in variants]
    for connection, _ in variants:
        connection.close()
    while os.read(0, 1):
        pass
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.killpg(0, signal.SIGKILL)  # and whatever the variants have started


def import_failure(modules: Sequence[str]) -> dict[str, str]:
    """Import modules, and return the answer that one of them cannot be imported; empty if all can."""
    for module in modules:
        try:
            imported_module(module)
        except ModuleFailedError as error:
            traceback.print_exc()
            return failure(error)
    return {}


def fork(variant: tuple[socket.socket, int], variants: Sequence[tuple[socket.socket, int]]) -> int:
    """Fork a child that serves a variant's socket, and return its process id."""
    pid = os.fork()
    if pid:
        return pid
    connection, stderr = variant
    for other, _ in variants:
        if other is not connection:
            other.close()
    for _, each in variants:
        os.set_inheritable(each, False)  # noqa: FBT003 - it takes no keyword
    connection.set_inheritable(False)  # a command that the variant starts must not speak there
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(stderr, 1)
    os.dup2(stderr, 2)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # the coordinator has gone
            serve(connection, Variant())
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)


def _line(stream: int) -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        byte = os.read(stream, 1)
        if not byte:
            break
        read += byte
    return read

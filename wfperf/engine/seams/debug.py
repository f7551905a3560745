"""Say what runs. Invariant: with debugging on, the same messages in the same order; off, none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wfperf.engine.runtime import Runtime


class Debug(NamedTuple):
    """`debug(msg, *args)` as the engine offers it, and what it says of every node that runs."""

    debug: Callable[..., None]
    announce: Callable[[str, str], None]


def original(engine: Runtime) -> Debug:
    """Before: every message is formatted, then dropped when debugging is off."""

    def debug(msg: Any, *args: Any) -> None:
        text = _message(msg, args)
        if engine.do_debug:
            engine.log(text)

    def announce(kind: str, name: str) -> None:
        debug("Node type", kind)
        debug(f"Run a node {name}")

    return Debug(debug, announce)


def proposed(engine: Runtime) -> Debug:
    """After: guarded, and a callable message is evaluated only when debugging is on."""

    def debug(msg: Any, *args: Any) -> None:
        if engine.do_debug:
            engine.log(_message(msg, args))

    def announce(kind: str, name: str) -> None:
        if engine.do_debug:
            debug("Node type", kind)
            debug(lambda: f"Run a node {name}")

    return Debug(debug, announce)


def _message(msg: Any, args: tuple[Any, ...]) -> str:
    if callable(msg):
        msg = msg()
    return " ".join(map(str, (msg, *args)))

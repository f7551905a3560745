"""Sample the stack while a benchmark runs: a timer looks at it now and then, without instrumentation."""

from __future__ import annotations

import importlib
import signal
import time
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from .own import COMPREHENSIONS

if TYPE_CHECKING:
    from .variant import Variant

LOOK_EVERY_S = 0.00025
"""A few samples in a run of a millisecond, yet rare enough to take little of the time."""


def shares(variant: Variant, name: str, modules: dict[str, str], seconds: float) -> dict[str, Any]:
    """Run for `seconds`, sample which modules are on the stack, and return for how long which ones were.

    `modules` gives each a label.
    """
    labels = {str(importlib.import_module(module).__file__): label for module, label in modules.items()}
    within: Counter[frozenset[str]] = Counter()

    def look(frame: FrameType | None, passed_ns: int) -> None:
        seen = set()
        while frame is not None:
            if frame.f_code.co_filename in labels:
                seen.add(labels[frame.f_code.co_filename])
            frame = frame.f_back
        within[frozenset(seen)] += passed_ns

    looks = _looked(variant.workloads[name].run, seconds, look)
    return {
        "samples": looks,
        "watched_ns": sum(within.values()),
        "within": [[sorted(seen), passed_ns] for seen, passed_ns in within.items()],
    }


def at_work(variant: Variant, name: str, seconds: float) -> dict[str, Any]:
    """Run for `seconds`, sample which own function is at work, and return the self time of each.

    It includes library code that the function calls.
    """
    workload = variant.workloads[name]
    within: Counter[CodeType] = Counter()
    watched_ns = 0

    def look(frame: FrameType | None, passed_ns: int) -> None:
        nonlocal watched_ns
        watched_ns += passed_ns
        while frame is not None:
            code = frame.f_code
            if code.co_name not in COMPREHENSIONS and code in workload.own:
                within[code] += passed_ns
                return
            frame = frame.f_back

    _looked(workload.run, seconds, look)
    return {"watched_ns": watched_ns, "within_ns": workload.own.by_name(within)}


def _looked(run: Callable[[], Any], seconds: float, look: Callable[[FrameType | None, int], None]) -> int:
    """Run for `seconds` while a timer samples the stack, and return the number of samples.

    Nothing is instrumented. `look` is called with the time since the sample before: a function written in C delays
    samples until it is done, and the next one stands for all that time.
    """
    looks = 0
    last_ns = time.perf_counter_ns()

    def timed(_: int, frame: FrameType | None) -> None:
        nonlocal looks, last_ns
        now_ns = time.perf_counter_ns()
        look(frame, now_ns - last_ns)
        looks += 1
        last_ns = now_ns

    until_s = time.perf_counter() + seconds
    before = signal.signal(signal.SIGALRM, timed)
    signal.setitimer(signal.ITIMER_REAL, LOOK_EVERY_S, LOOK_EVERY_S)
    try:
        while time.perf_counter() < until_s:
            run()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return looks

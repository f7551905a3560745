"""One variant in its process: the benchmarks that it has loaded, by name, and its instruments."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .outcomes import CHANGES, first_told, not_compared
from .own import Own
from .timing import LONG_RUN_NS, Meter, warmed_up
from .traps import Look, clock_step_ns, first_calls, traps
from .workload import Workload, configurations_of, file_of, load_workload

if TYPE_CHECKING:
    from .counting import Threads
    from .profiling import Profile
    from .protocol import Server


class Variant:
    """What a process keeps between two requests.

    `server` gives the requests. `instrument` names the module that slows this process for good, `counting` or
    `profiling`; empty if none does.
    """

    server: Server

    def __init__(self) -> None:
        self.workloads: dict[str, Workload] = {}
        self.meter = Meter()
        self.instrument = ""
        self.threads: Threads | None = None
        self.profile: Profile | None = None


def load(
    variant: Variant,
    name: str,
    workload: dict[str, Any],
    *,
    warm_up_runs: int | None = None,
    compared: bool = True,
    once: bool = False,
) -> dict[str, Any] | None:
    """Build a benchmark, run it for its outcome, warm it up, and check that the outcome is still the same.

    A suite builds and runs its benchmarks itself, and then answers for itself.

    Args:
        variant: the variant of this process.
        name: name of the benchmark from now on.
        workload: arguments of `load_workload`, and `suite`, and `command`.
        warm_up_runs: number of warm-up runs; None to run until it is warm.
        compared: whether its outcome is returned, and compared with that of another run.
        once: whether it is run once only: for its outcome, and as its warm-up.
    """
    how: dict[str, Any] = {"warm_up_runs": warm_up_runs, "compared": compared, "once": once}
    if suite := workload["suite"]:
        from .suites import enter  # noqa: PLC0415 - only where there are suites

        enter(variant, suite, {"op": "load", "name": name, "workload": workload, **how})
        return None
    if command := workload["command"]:
        from .command import workload_of  # noqa: PLC0415 - only where there are commands

        built = workload_of(command)
    else:
        built = load_workload(**{key: value for key, value in workload.items() if key not in {"suite", "command"}})
    file = file_of(workload["target"])
    return ready(variant, name, built, built.first, file=file, **how)


def ready(
    variant: Variant,
    name: str,
    loaded: Workload,
    first_result: Callable[[Look], Any],
    *,
    file: str,
    warm_up_runs: int | None,
    compared: bool,
    once: bool,
) -> dict[str, Any]:
    """Warm a built benchmark up, and return the answer to `load`.

    Args:
        variant: the variant of this process.
        name: name of the benchmark from now on.
        loaded: its workload.
        first_result: returns the result of its first run, which is not kept here, and around which a look is taken.
        file: the file that it comes from.
        warm_up_runs: number of warm-up runs; None to run until it is warm.
        compared: whether its outcome is returned, and compared with that of another run.
        once: whether it is run once only: for its outcome, and as its warm-up.
    """
    variant.workloads[name] = loaded
    first_look = _look(variant, loaded, counted=not once)
    # A tool that watches from outside would count what looking takes.
    first_look.only_times = not (compared or once or warm_up_runs is None)
    first, told = _first(loaded, first_result(first_look), compared=compared)
    later, is_same = None, True
    warm = _warm_by(first_look)
    if warm_up_runs is None and not once and loaded.command is None:
        later = _look(variant, loaded)
        is_same = _repeats(loaded, later, first)
        if later.uninterrupted_ns >= LONG_RUN_NS:
            warm = _warm_by(later)
        else:
            warm = warmed_up(variant, loaded, None)
            later = _look(variant, loaded)
            is_same = _repeats(loaded, later, first)
    elif not once:
        left = warm_up_runs
        if left is not None and not compared:
            left = max(0, left - 1)  # the first run was one of them
        warm = warmed_up(variant, loaded, left)
        if first:
            later = _look(variant, loaded)
            is_same = _repeats(loaded, later, first)
    if not is_same:
        told = not_compared(CHANGES)
    gc.collect()
    gc.freeze()
    return {
        **told,
        **warm,
        "first_ns": first_look.uninterrupted_ns,
        "runs": warm["runs"] if warm_up_runs is None else warm_up_runs,
        "most_runs": loaded.most_runs,
        "file": file,
        "peak_bytes": loaded.command.peak_bytes if loaded.command else None,
        "traps": [] if loaded.command else traps(first_look, later, warm["run_ns"]),
        "first_calls": first_calls(first_look, later),
        "clock_step_ns": 0 if warm_up_runs is not None else clock_step_ns(),  # only timing needs it, and it takes time
    }


def _first(loaded: Workload, result: Any, *, compared: bool) -> tuple[str, dict[str, Any]]:
    """Return the outcome of a first run as text, and what is sent of it."""
    return first_told(lambda: loaded.text(result)) if compared else ("", {})


def _look(variant: Variant, loaded: Workload, *, counted: bool = True) -> Look:
    calls = variant.threads.calls(loaded.own) if counted and variant.threads is not None else None
    return Look(loaded.called, variant.meter, calls)


def _repeats(loaded: Workload, look: Look, first: str) -> bool:
    """Run once more with a look around it, and return whether the result is the first one's, or is not compared."""
    (run,) = loaded.prepared(1)
    with look:
        result = run()
    return not first or loaded.text(result) == first


def _warm_by(look: Look) -> dict[str, Any]:
    """Return a warm-up of the one run that was looked at."""
    return {"runs": 1, "run_ns": look.uninterrupted_ns, "used": look.used, "warmed_up": True}


def close(variant: Variant, name: str) -> dict[str, Any]:
    """Release what a benchmark holds."""
    variant.workloads.pop(name).close()
    return {}


def configurations(_variant: Variant, target: str, arguments: dict[str, Any] | None) -> dict[str, Any]:
    """Return the names of a factory's configurations."""
    return {"names": list(configurations_of(target, arguments))}


def imported(_variant: Variant, tree: str) -> dict[str, Any]:
    """Return the files of modules that were imported from a source tree, without its libraries."""
    own = Own([], [tree])
    files = {str(getattr(module, "__file__", "") or "") for module in list(sys.modules.values())}
    return {"files": sorted(file for file in files if own.holds(file))}


def packages(_variant: Variant) -> dict[str, Any]:
    """Return the files of all top-level modules but those of the standard library, by name."""
    standard: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items()) if "." not in name}
    return {"packages": {name: file for name, file in files.items() if file and name not in standard}}


def pin(_variant: Variant, cpus: Sequence[int]) -> dict[str, Any]:
    """Run on these processors from now on; threads that exist already stay where they are."""
    os.sched_setaffinity(0, cpus)
    return {}


def run(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Run `runs` times for a tool that watches from outside."""
    once = variant.workloads[name].run
    for _ in range(runs):
        once()
    return {}

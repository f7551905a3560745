"""Plans for the user's own code that no file describes: a factory, or two functions."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points

from wfperf.errors import UsageError
from wfperf.measure.blocks import ORIGINAL
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.variant import Interpreter, Variant
from wfperf.plan import Benchmark, Configuration, Plan

GROUP = "wfperf.workloads"
BENCHMARK = "call"
A, B = "a", "b"


def pair_plan(a: str, b: str, path: Sequence[str], python: str = "") -> Plan:
    """Return the plan that compares two functions.

    Args:
        a: `module:function` of the baseline.
        b: `module:function` of the variant.
        path: source trees that come before the interpreter's own packages.
        python: the interpreter; empty for this one.

    Raises:
        UsageError: one is not written `module:function`.
    """
    targets = {A: a, B: b}
    return Plan(
        configurations=tuple(
            Configuration(name=name, title=target, target=checked_target(target, f"--{name}"), python=python)
            for name, target in targets.items()
        ),
        benchmarks=(Benchmark(name=BENCHMARK),),
        path=tuple(path),
        baseline=A,
    )


def workload_plan(workload: str, path: Sequence[str], python: str = "", executor: Executor = DEFAULT_EXECUTOR) -> Plan:
    """Return the plan of a factory that names its configurations itself, without claims.

    The baseline is the one called `original`, or else the first.

    Args:
        workload: `module:factory`, or the name of an entry point in the group `wfperf.workloads`.
        path: source trees that come before the interpreter's own packages.
        python: the interpreter; empty for this one.
        executor: starts the worker that asks the factory.

    Raises:
        UsageError: there is no such entry point.
        NothingMeasuredError: the factory cannot be called.
    """
    target = checked_target(workload if ":" in workload else _entry_point(workload), "--workload")
    interpreter = Interpreter(python, tuple(path)) if python else Interpreter(path=tuple(path))
    with executor.start({target: [Variant(target, interpreter=interpreter)]}, hash_seed=0) as workers:
        names = workers.call(target, "configurations", target=target, arguments={})["names"]
    baseline = ORIGINAL if ORIGINAL in names else names[0]
    return Plan(
        configurations=tuple(Configuration(name=name, python=python) for name in names),
        benchmarks=(Benchmark(name=BENCHMARK),),
        workload=target,
        path=tuple(path),
        baseline=baseline,
    )


def checked_target(target: str, option: str) -> str:
    """Return a target after a check of its form.

    Raises:
        UsageError: it is not `module:function`.
    """
    module, colon, path = target.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module.split("."), *path.split("."))):
        raise UsageError(f"{option} takes module:function, such as shop.orders:load, not {target!r}")
    return target


def _entry_point(name: str) -> str:
    known = {each.name: each.value for each in entry_points(group=GROUP)}
    if name not in known:
        there = f"there are: {', '.join(sorted(known))}" if known else "no installed package has any"
        raise UsageError(
            f"there is no entry point {name!r} in the group {GROUP} ({there}); name one, or give module:factory"
        )
    return known[name]

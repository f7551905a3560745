"""Plans for the user's own code that no file describes: a factory, or functions."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.measure.blocks import CONTROL, ORIGINAL
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.variant import Call, Interpreter, Variant
from wfperf.plan import Benchmark, Configuration, Plan

GROUP = "wfperf.workloads"
BENCHMARK = "call"
A_FEW = 2
"""Most functions, commands or environments that are named in the first line of the output."""


@dataclass(frozen=True, slots=True)
class VariantEnvironment:
    """An environment to run functions in.

    Args:
        label: what tells it from the others of a comparison; empty if it is the only one.
        python: its interpreter; empty for this one.
        variables: its environment variables.
    """

    label: str = ""
    python: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


def functions_plan(
    targets: Sequence[str],
    call: Call,
    path: Sequence[str],
    environments: Sequence[VariantEnvironment] = (VariantEnvironment(),),
) -> Plan:
    """Return the plan that compares functions in environments; the first function in the first one is the baseline.

    Args:
        targets: each `module:function`, or `FILE.py:function`, whose folder then comes first among the source trees.
        call: how each run calls any of them.
        path: source trees that come before the interpreter's own packages.
        environments: each function runs in all of them.

    Raises:
        UsageError: a target is not written so, or a target or an environment stands there twice.
    """
    found = [_target(each) for each in targets]
    labels = [each.label for each in environments]
    check_distinct(found, "to compare a function with itself, see: wfperf doctor")
    check_distinct(labels, "leave one out")
    names = _short_names(found, targets)
    configurations = tuple(
        Configuration(
            name=joined(name if len(names) > 1 or not environment.label else "", environment.label),
            title=joined(given, environment.label),
            target=target,
            python=environment.python,
            variables=environment.variables,
            path=(str(file.parent),) if (file := _file(target)) else (),
            args=call.args,
            kwargs=call.kwargs,
            setup=call.setup,
        )
        for name, target, given in zip(names, found, targets, strict=True)
        for environment in environments
    )
    within = f" in {listed(labels, 'environments')}" if any(labels) else ""
    return Plan(
        what=listed(targets, "functions") + within,
        configurations=configurations,
        benchmarks=(Benchmark(name=BENCHMARK),),
        path=tuple(path),
        baseline=configurations[0].name,
    )


def check_distinct(names: Sequence[str], remedy: str) -> None:
    """Check that no name stands there twice.

    Raises:
        UsageError: one does; the message ends with the remedy.
    """
    if twice := next((each for each in names if names.count(each) > 1), ""):
        raise UsageError(f"{twice} stands there twice; {remedy}")


def listed(names: Sequence[str], noun: str) -> str:
    """Return names as text; only their number, if there are more than a few."""
    return " and ".join(names) if len(names) <= A_FEW else f"{len(names)} {noun}"


def joined(name: str, label: str) -> str:
    """Return the name of a configuration: its own, and its environment's, as far as there are such names."""
    return ", ".join(each for each in (name, label) if each)


def benchmark_files(targets: Sequence[str]) -> tuple[Path, ...]:
    """Return the files of targets that are written `FILE.py:function`: benchmarks, not the code that they are about."""
    return tuple(dict.fromkeys(_plain(file) for file in map(_file, targets) if file))


def _plain(file: Path) -> Path:
    """Return an absolute path without `..`, so that it can be told to lie in a folder; links stay."""
    return Path(os.path.abspath(file))  # noqa: PTH100 - resolving would follow links


def _file(target: str) -> Path | None:
    """Return the file of a target that is written `FILE.py:function`; None for `module:function`."""
    file = Path(target.rpartition(":")[0])
    return file if file.suffix == ".py" else None


def _target(given: str) -> str:
    """Return a target after a check of its form; the path of a file becomes absolute.

    Raises:
        UsageError: it is not written `module:function` or `FILE.py:function`, or there is no such file.
    """
    file = _file(given)
    if file is None:
        return checked_target(given, "compare")
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    function = given.rpartition(":")[2]
    checked_target(f"file:{function}", "compare")
    return f"{_plain(file)}:{function}"


def _short_names(targets: Sequence[str], given: Sequence[str]) -> list[str]:
    """Return the functions' names; targets as given where names are not unique, or taken by the A/A control."""
    names = [target.rpartition(":")[2] for target in targets]
    is_clear = len(set(names)) == len(names) and CONTROL not in names
    return names if is_clear else list(given)


def workload_plan(workload: str, path: Sequence[str], python: str = "", executor: Executor = DEFAULT_EXECUTOR) -> Plan:
    """Return the plan of a factory that names its configurations itself, without claims.

    The baseline is the one called `original`, or else the first.

    Args:
        workload: `module:factory`, or the name of an entry point in the group `wfperf.workloads`.
        path: source trees that come before the interpreter's own packages.
        python: the interpreter; empty for this one.
        executor: starts the worker that calls the factory.

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
        module, _, function = target.rpartition(".")
        is_dotted = module and not colon and all(part.isidentifier() for part in target.split("."))
        hint = f"; did you mean {f'{module}:{function}'!r}?" if is_dotted else ""
        raise UsageError(f"{option} takes module:function, such as shop.orders:load, not {target!r}{hint}")
    return target


def _entry_point(name: str) -> str:
    known = {each.name: each.value for each in entry_points(group=GROUP)}
    if name not in known:
        there = f"there are: {', '.join(sorted(known))}" if known else "no installed package has any"
        raise UsageError(
            f"there is no entry point {name!r} in the group {GROUP} ({there}); name one, or give module:factory"
        )
    return known[name]

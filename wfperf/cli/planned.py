"""Which plan a command is about: the built-in one, or a workload of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.plan import Plan

_OPTIONS = (
    click.option("--plan", "plan_file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
                 help="A plan of your own, TOML; else [tool.wfperf] of ./pyproject.toml, else the built-in one."),
    click.option("--workload", metavar="MODULE:FACTORY",
                 help="A workload of your own, or the name of an entry point in the group wfperf.workloads."),
    click.option("--path", metavar="DIR", multiple=True,
                 help="Source tree in which --workload, --a and --b are found; default: here."),
    click.option("--python", metavar="FILE", default="", help="Interpreter that runs them; default: this one."),
)  # fmt: skip


def plan_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose a plan."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def chosen_plan(given: dict[str, Any]) -> Plan:
    """Return the plan that the options name.

    Raises:
        UsageError: they exclude each other, or what they name cannot be used.
        NothingMeasuredError: the workload's factory fails.
    """
    from wfperf.measure.own import pair_plan, workload_plan
    from wfperf.plan import find_plan, load_plan, read_plan

    file, workload, path, python = (given[name] for name in ("plan_file", "workload", "path", "python"))
    a, b = given.get("a"), given.get("b")
    if bool(file) + bool(workload) + bool(a or b) > 1:
        raise UsageError("--plan, --workload, and --a with --b exclude each other; give one")
    if bool(a) != bool(b):
        raise UsageError("--a and --b belong together; give both")
    if a and b:
        return pair_plan(a, b, source_trees(path), python)
    if workload:
        return workload_plan(workload, source_trees(path), python)
    if path or python:
        raise UsageError("--path and --python are for --workload, --a and --b; a plan says its own")
    found = file or find_plan(Path())
    return read_plan(found) if found else load_plan()


def source_trees(path: Sequence[str]) -> list[str]:
    """Return the source trees that were named as absolute paths, or the folder that we are in.

    Raises:
        UsageError: one is no folder.
    """
    for each in path:
        if not Path(each).is_dir():
            raise UsageError(f"--path {each} is no folder")
    return [str(Path(each).absolute()) for each in path or ["."]]

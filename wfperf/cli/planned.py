"""Which plan a command is about: one of the reader's own, named or found, or the built-in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli.grouping import grouped
from wfperf.cli.options import DEFAULT_DB, KEPT
from wfperf.cli.output import announce
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.measure.hooks import Prepared
    from wfperf.measure.trials import SubjectOf
    from wfperf.plan import Plan

BUILT_IN = "built-in"

plan_file = click.option(
    "--plan", "plan_file", metavar="FILE",
    help="A plan of your own, TOML, or `built-in`.  [default: wfperf.toml or [tool.wfperf] of pyproject.toml, here or "
         "above; else the built-in one]",
)  # fmt: skip

_OPTIONS = (
    plan_file,
    click.option("--workload", metavar="MODULE:FACTORY",
                 help="A workload of your own, or the name of an entry point in the group wfperf.workloads."),
    click.option("--path", metavar="DIR", multiple=True,
                 help="Source tree in which --workload, --a and --b are found; default: here."),
    click.option("--python", metavar="FILE", default="", help="Interpreter that runs them; default: this one."),
)  # fmt: skip


_PAIR = (
    click.option("--a", metavar="MODULE:FUNCTION", help="Compare a function of your own ..."),
    click.option("--b", metavar="MODULE:FUNCTION", help="... with another one."),
)


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What the options say about the plan; None where an option is not given."""

    plan_file: str | None
    workload: str | None
    path: tuple[str, ...]
    python: str
    a: str | None = None
    b: str | None = None


plan_options = grouped(PlanOptions, "source", *_OPTIONS)
"""The options that choose a plan."""

plan_or_pair_options = grouped(PlanOptions, "source", *_PAIR, *_OPTIONS)
"""The same, with those that make a plan of two functions."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan, and where it comes from.

    Args:
        plan: the plan.
        origin: where it comes from, in words.
        file: the file that holds it; None where it is in none of the reader's own.
        is_named: whether an option says which plan it is.
    """

    plan: Plan
    origin: str
    file: Path | None = None
    is_named: bool = True

    @property
    def is_built_in(self) -> bool:
        """Whether it is the plan that ships with wfperf."""
        return bool(self.plan.root)

    @property
    def folder(self) -> Path:
        """Where everything is run: where a plan lies that was found above, so that each folder below is as good."""
        return Path() if self.file is None or self.is_named else self.file.parent

    def prepared(self, db: str) -> Prepared:
        """Have the plan's `prepare` make ready what its benchmarks need; a database other than the default is named.

        Raises:
            UsageError: the hook fails, in its words.
            NothingMeasuredError: it cannot be run.
        """
        from wfperf.cli.database import absolute_url
        from wfperf.measure.hooks import UNPREPARED, prepared
        from wfperf.measure.trials import places_of

        if not self.plan.prepare:
            return UNPREPARED
        here = self.folder == Path()
        options = {} if db == DEFAULT_DB else {"db": db if here else absolute_url(db)}
        return prepared(self.plan, places_of(self.plan, self.folder), Path(KEPT), options)

    def subjects(self, db: str) -> SubjectOf:
        """Return how the plan's benchmarks and variants are built, when all that they need is ready.

        Raises:
            UsageError: as `prepared`.
            NothingMeasuredError: as `prepared`.
        """
        from wfperf.measure.trials import subjects_of

        return subjects_of(self.plan, self.folder, self.prepared(db))

    def announce(self, doing: str, form: str) -> None:
        """Say what is measured, before it is: a minute of the wrong thing is a minute lost."""
        from wfperf.report.heading import heading

        announce(form, heading(doing, self.plan, self.origin))


def chosen_plan(source: PlanOptions) -> Chosen:
    """Return the plan that the options name, or that is found; else the built-in one.

    Raises:
        UsageError: they exclude each other, or what they name, or what is found, cannot be used.
        NothingMeasuredError: the workload's factory fails.
    """
    from wfperf.measure.own import pair_plan, workload_plan

    named, workload, path, python = source.plan_file, source.workload, source.path, source.python
    a, b = source.a, source.b
    # Not by whether they are empty: a variable that was not set is a mistake, and no wish for another plan.
    if (named is not None) + (workload is not None) + (a is not None or b is not None) > 1:
        raise UsageError("--plan, --workload, and --a with --b exclude each other; give one")
    if (a is None) != (b is None):
        raise UsageError("--a and --b belong together; give both")
    if a is not None and b is not None:
        return Chosen(pair_plan(a, b, source_trees(path), python), "--a and --b")
    if workload is not None:
        return Chosen(workload_plan(workload, source_trees(path), python), f"--workload {workload}")
    if path or python:
        raise UsageError("--path and --python are for --workload, --a and --b; a plan says its own")
    return named_or_found(named)


def named_or_found(named: str | None) -> Chosen:
    """Return the plan of --plan, or the one that is found here or above; else the built-in one.

    Raises:
        UsageError: a file cannot be used.
    """
    from wfperf.plan import find_plan, load_plan, read_plan

    if named == BUILT_IN:
        return Chosen(load_plan(), "built-in plan")
    if named is not None:
        return Chosen(read_plan(Path(named)), f"plan: {named}", Path(named))
    found = find_plan(Path(), _say_skipped)
    if found is None:
        return Chosen(load_plan(), "built-in plan", is_named=False)
    unused = f"; the one in {found.passed_over} is not used" if found.passed_over else ""
    return Chosen(read_plan(found.file), f"plan: {found.file}{unused}", found.file, is_named=False)


def _say_skipped(plan: Path) -> None:
    from wfperf.cli.output import say

    say(
        f"wfperf: note: {plan} is not used, for another user could have written it and it names code to run; if you "
        f"trust it: --plan {plan}"
    )


def source_trees(path: Sequence[str]) -> list[str]:
    """Return the source trees that were named as absolute paths, or the folder that we are in.

    Raises:
        UsageError: one is no folder.
    """
    for each in path:
        if not Path(each).is_dir():
            raise UsageError(f"--path {each} is no folder")
    return [str(Path(each).absolute()) for each in path or ["."]]

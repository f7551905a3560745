"""Choose the plan of a command: the one that an option names, the one found nearby, or the built-in one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from wfperf.cli import completion
from wfperf.cli.environments import environments, with_interpreter
from wfperf.cli.grouping import grouped
from wfperf.cli.options import DEFAULT_DB, KEPT
from wfperf.cli.output import announce, say
from wfperf.cli.sources import origin
from wfperf.cli.suites import chosen_suite, named_suite, with_benchmarks, with_suite_environments
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.cli.revisions import Revisions
    from wfperf.measure.benchmarks import VariantOf
    from wfperf.measure.executor import Executor
    from wfperf.measure.hooks import Prepared
    from wfperf.measure.variant import Call
    from wfperf.plan import Plan
    from wfperf.variants.repository import Repository

BUILT_IN = "built-in"

T = TypeVar("T", list[object], dict[str, object])

plan_file = click.option(
    "--plan", "plan_file", metavar="FILE", shell_complete=completion.plans,
    help="Plan to use: a TOML file, or `built-in`.  [default: wfperf.toml or [tool.wfperf] in pyproject.toml, in this "
         "folder or above; else the built-in plan]",
)  # fmt: skip

_OPTIONS = (
    plan_file,
    click.option("--workload", metavar="MODULE:FACTORY", shell_complete=completion.functions,
                 help="Workload to use instead of a plan: a factory, or an entry point in the group wfperf.workloads."),
    click.option("--path", metavar="DIR", multiple=True, shell_complete=completion.folders,
                 help="Source tree to import the workload or functions from; repeatable.  [default: this folder, src]"),
    click.option("--python", "pythons", metavar="FILE", multiple=True, shell_complete=completion.files,
                 help="Interpreter that runs the workload or functions; several are compared.  "
                      "[default: the one that runs wfperf]"),
)  # fmt: skip


_FUNCTIONS = (
    click.argument("targets", metavar="[MODULE:FUNCTION | SUITE]...", nargs=-1, shell_complete=completion.targets),
    click.option("--a", metavar="MODULE:FUNCTION", shell_complete=completion.functions,
                 help="The first function, as an option."),
    click.option("--b", metavar="MODULE:FUNCTION", shell_complete=completion.functions,
                 help="The second function, as an option."),
    click.option("--args", metavar="JSON", help="Positional arguments of the functions, as a JSON list: '[1000]'."),
    click.option("--kwargs", metavar="JSON", help="Keyword arguments, as a JSON object: '{\"size\": 1000}'."),
    click.option("--setup", metavar="MODULE:FUNCTION", shell_complete=completion.functions,
                 help="Function that makes fresh arguments for each run, untimed: a tuple of them, or the only one."),
    click.option("-k", "keyword", metavar="EXPRESSION", help="Only benchmarks of the suite whose names match."),
    click.option("-m", "marker", metavar="EXPRESSION", help="Only benchmarks of the suite with such pytest markers."),
    click.option("--suite", "kind", metavar="KIND",
                 help="What runs the suite: pytest, asv or pyperf.  [default: recognized by its files]"),
    click.option("--with", "withs", metavar="PACKAGES", multiple=True,
                 help="Run the functions in an environment with these packages, such as 'markdown-it-py==4.0.0'; "
                      "several are compared. wfperf makes each one once and keeps it."),
    click.option("--env", "variables", metavar="NAME=VALUE", multiple=True,
                 help="Environment variable of the functions; several values of one name are compared."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """The values of the options that choose a plan; None for an option that was not given."""

    plan_file: str | None
    workload: str | None
    path: tuple[str, ...]
    pythons: tuple[str, ...]
    targets: tuple[str, ...] = ()
    a: str | None = None
    b: str | None = None
    args: str | None = None
    kwargs: str | None = None
    setup: str | None = None
    withs: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    keyword: str | None = None
    marker: str | None = None
    kind: str | None = None


plan_options = grouped(PlanOptions, "source", *_OPTIONS)
"""The options that choose a plan."""

plan_or_function_options = grouped(PlanOptions, "source", *_FUNCTIONS, *_OPTIONS)
"""The same options, and functions, which make a plan of their own."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan and its origin.

    Args:
        plan: the plan.
        origin: its origin, as text for the first line of the output.
        file: the user's file that holds it; None if there is no such file.
        is_named: whether an option chose it.
        benchmark_files: files of benchmarks that are not the code under test.
        uncollected: files of a suite that cannot be collected, each with the reason.
    """

    plan: Plan
    origin: str
    file: Path | None = None
    is_named: bool = True
    benchmark_files: tuple[Path, ...] = ()
    uncollected: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_built_in(self) -> bool:
        """Whether this is the plan that ships with wfperf."""
        return bool(self.plan.root)

    @property
    def folder(self) -> Path:
        """The folder where everything runs: the current one, or the one above that holds the plan."""
        return Path() if self.file is None or self.is_named else self.file.parent

    def repository(self) -> Repository:
        """Return the repository of the folder where everything runs, or else that of the code that is measured.

        Raises:
            UsageError: none of them lies in a repository, or git refuses it.
            NothingMeasuredError: git is not installed.
        """
        from wfperf.variants.repository import find_repository

        suite = [Path(self.plan.suite.path)] if self.plan.suite else []
        files = [*self.benchmark_files, *suite, *([self.file] if self.file else [])]
        trees = [] if self.is_built_in else [Path(each) for each in self.plan.path]
        folders = [each if each.is_dir() else each.parent for each in (*files, *trees)]
        return find_repository(self.folder, *(each for each in folders if each.is_dir()))

    def prepared(self, db: str) -> Prepared:
        """Call the plan's hook `prepare`, with the database URL if it is not the default, and return the result.

        Raises:
            UsageError: the hook fails; the message is its own.
            NothingMeasuredError: the hook cannot be run.
        """
        from wfperf.fixtures.urls import absolute_url
        from wfperf.measure.benchmarks import interpreters_of
        from wfperf.measure.hooks import prepared

        here = self.folder == Path()
        options = {} if db == DEFAULT_DB else {"db": db if here else absolute_url(db)}
        return prepared(self.plan, interpreters_of(self.plan, self.folder), Path(KEPT), options)

    def variants(self, db: str) -> VariantOf:
        """Prepare the plan, and return the function that builds the variants of its benchmarks.

        Raises:
            UsageError: as `prepared`.
            NothingMeasuredError: as `prepared`.
        """
        from wfperf.measure.benchmarks import variants_of

        return variants_of(self.plan, self.folder, self.prepared(db))

    def announce(self, doing: str, form: str, benchmark: str = "") -> None:
        """Print what is going to be measured, so that the user can stop a wrong measurement at once."""
        from wfperf.report.heading import heading

        announce(form, heading(doing, self.plan, self.origin, benchmark))


def chosen_plan(source: PlanOptions, revisions: Revisions | None = None, executor: Executor | None = None) -> Chosen:
    """Return the plan that the options name, or the one found nearby, or else the built-in one; a suite is collected.

    Args:
        source: the options.
        revisions: the revisions that are compared; None if none are.
        executor: starts the worker that collects a suite; None for the default.

    Raises:
        UsageError: the options exclude each other, or the plan that they name or that was found is invalid.
        NothingMeasuredError: the workload's factory fails, or a suite cannot be collected.
    """
    from wfperf.measure.executor import DEFAULT_EXECUTOR

    chosen = _chosen(source)
    ref = revisions.of_benchmarks if revisions else None
    if chosen.plan.suite:
        return with_benchmarks(chosen, source, ref, executor or DEFAULT_EXECUTOR)
    if (source.keyword, source.marker, source.kind) != (None, None, None):
        raise UsageError("-k, -m and --suite are about a suite; name its file or folder")
    if ref is not None and not chosen.benchmark_files:
        raise UsageError(
            "--benchmarks-from-base is about suites, and functions that are named FILE.py:FUNCTION; each revision runs "
            "its own code of anything else"
        )
    return chosen


def _chosen(source: PlanOptions) -> Chosen:
    """Return that plan; a suite is not collected yet."""
    from wfperf.measure.own import benchmark_files, functions_plan, workload_plan

    named, workload, path, pythons = source.plan_file, source.workload, source.path, source.pythons
    targets = _targets(source)
    # Test for None: an empty value comes from an unset variable and must be an error, not select another plan.
    if (named is not None) + (workload is not None) + bool(targets) > 1:
        raise UsageError("functions, --plan and --workload exclude each other; give one")
    if suite := named_suite(source, targets):
        return chosen_suite(source, suite, source_trees(path, [suite]))
    if targets:
        files = benchmark_files(targets)
        trees = source_trees(path, files)
        within = environments(pythons, source.withs, source.variables)
        plan = functions_plan(targets, _call(source), trees, within)
        return Chosen(plan, origin(targets, trees), benchmark_files=files)
    if (source.args, source.kwargs, source.setup, source.withs, source.variables) != (None, None, None, (), ()):
        raise UsageError("--args, --kwargs, --setup, --with and --env need functions or a suite; name them first")
    if workload is not None:
        if len(pythons) > 1:
            raise UsageError("--workload takes one --python; to compare interpreters, name functions or write a plan")
        return Chosen(workload_plan(workload, source_trees(path), next(iter(pythons), "")), f"--workload {workload}")
    if path or len(pythons) > 1:
        raise UsageError("--path and several --python need functions or --workload; a plan sets its own")
    found = named_or_found(named)
    if pythons and found.is_built_in:
        raise UsageError("the built-in engine runs on the interpreter of wfperf; leave out --python, or name a plan")
    plan = with_interpreter(found.plan, pythons[0]) if pythons else found.plan
    return with_suite_environments(replace(found, plan=plan), source)


def _targets(source: PlanOptions) -> list[str]:
    """Return the functions that are named, in their order.

    Raises:
        UsageError: --a and --b are mixed with others, or one of them is missing.
    """
    a, b = source.a, source.b
    if (a is None) != (b is None):
        raise UsageError("--a and --b need each other; give both")
    if a is None or b is None:
        return list(source.targets)
    if source.targets:
        raise UsageError("--a and --b name two functions; leave them out, or the others")
    return [a, b]


def _call(source: PlanOptions) -> Call:
    """Return how the functions are called.

    Raises:
        UsageError: a text is not the JSON that its option takes.
    """
    from wfperf.measure.own import checked_target
    from wfperf.measure.variant import Call

    args = _parsed(source.args, "--args", list, "list, such as '[1000]'", [])
    kwargs = _parsed(source.kwargs, "--kwargs", dict, "object, such as '{\"size\": 1000}'", {})
    setup = "" if source.setup is None else checked_target(source.setup, "--setup")
    return Call(tuple(args), kwargs, setup)


def _parsed(text: str | None, option: str, kind: type[T], what: str, default: T) -> T:
    if text is None:
        return default
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{option} takes a JSON {what}; {text!r} is none: {error}") from error
    if not isinstance(found, kind):
        raise UsageError(f"{option} takes a JSON {what}, not {text!r}")
    return found


def named_or_found(named: str | None) -> Chosen:
    """Return the plan that --plan names, or the one found in this folder or above, or else the built-in one.

    Raises:
        UsageError: a file cannot be read, or is invalid.
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
    say(
        f"wfperf: note: {plan} is not used, because another user could have written it, and a plan names code to run; "
        f"if you trust it, give --plan {plan}"
    )


def source_trees(path: Sequence[str], files: Sequence[Path] = ()) -> list[str]:
    """Return the source trees of --path as absolute paths.

    Without any, these are the current folder, and `src` in it; then the same of the repositories that benchmark files
    lie in.

    Raises:
        UsageError: one of them is not a folder.
    """
    for each in path:
        if not Path(each).is_dir():
            raise UsageError(f"--path {each} is not a folder")
    if path:
        return [str(Path(each).absolute()) for each in path]
    roots = [above for file in files for above in file.absolute().parents if (above / ".git").exists()]
    usual = [root / each for root in (Path.cwd(), *roots) for each in ("", "src")]
    return list(dict.fromkeys(str(each) for each in usual if each.is_dir()))

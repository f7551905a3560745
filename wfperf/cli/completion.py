"""Complete for a shell: names of the plan, scenarios, functions, modules, files, and git's references.

A shell shows no errors, so what cannot be read has no names. No code of the user's is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import click

from wfperf.cli.sources import source_file

if TYPE_CHECKING:
    import ast

    from click.shell_completion import CompletionItem

    from wfperf.plan import Plan


def benchmarks(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the plan's benchmarks that begin so."""
    plan = _plan(context)
    return _beginning(begun, [each.name for each in plan.benchmarks] if plan else [])


def names(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the plan's configurations, optimizations and pairs that begin so."""
    plan = _plan(context)
    if plan is None:
        return []
    found = (each.name for each in plan.configurations)
    singles, pairs = (each.id for each in plan.optimizations), (each.id for each in plan.pairs)
    return _beginning(begun, [*found, *singles, *pairs])


def scenarios(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the scenarios of the built-in engine that begin so."""
    from wfperf.fixtures.scenarios import SCENARIOS

    return _beginning(begun, SCENARIOS)


def references(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """Return the branches and tags of the repository that begin so."""
    from wfperf.errors import WfperfError
    from wfperf.variants.repository import find_repository

    try:
        return _beginning(begun, ["HEAD", *find_repository(Path()).references()])
    except WfperfError:
        return []


def files(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell complete a file."""
    return _items([begun], "file")


def folders(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Let the shell complete a folder."""
    return _items([begun], "dir")


def plans(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the built-in plan if it begins so; else let the shell complete a file."""
    from wfperf.cli.planned import BUILT_IN

    return _items([BUILT_IN]) if begun and BUILT_IN.startswith(begun) else files(context, parameter, begun)


def targets(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the functions of a module or file that begin so; else modules; else let the shell complete a file."""
    return functions(context, parameter, begun) or ([] if ":" in begun else files(context, parameter, begun))


def functions(context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the functions of a module or file that begin so; modules before a colon stands there."""
    trees = [Path(each) for each in context.params.get("path") or (".", "src")]
    module, colon, function = begun.rpartition(":")
    if not colon:
        return _items(_beginning(begun, _modules(trees, begun.rpartition(".")[0])))
    found = _beginning(function, _functions(source_file(trees, module)))
    return _items(f"{module}:{each}" for each in found if function or not each.startswith("_"))


def _modules(trees: Iterable[Path], package: str) -> Iterator[str]:
    """Yield what a target can begin with: the modules in a package, or all that lie in source trees."""
    from pkgutil import iter_modules

    inner = [str(each.joinpath(*package.split(".")) if package else each) for each in trees]
    for each in iter_modules(inner, f"{package}." if package else ""):
        yield f"{each.name}:"
        if each.ispkg:
            yield f"{each.name}."


def _functions(source: Path | None) -> Iterator[str]:
    """Yield the functions of a source file, and the methods of its classes; it is read, not run."""
    import ast

    try:
        tree = ast.parse(source.read_bytes()) if source else None
    except (OSError, SyntaxError, ValueError):
        return
    for node in tree.body if tree else ():
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{each.name}" for each in node.body if _is_function(each))
        elif _is_function(node):
            yield node.name


def _is_function(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    import ast

    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _plan(context: click.Context) -> Plan | None:
    from wfperf.cli.planned import BUILT_IN
    from wfperf.errors import WfperfError
    from wfperf.plan import find_plan, load_plan, read_plan

    named = context.params.get("plan_file")
    try:
        if named and named != BUILT_IN:
            return read_plan(Path(named))
        found = None if named else find_plan(Path(), lambda _passed_over: None)
        return read_plan(found.file) if found else load_plan()
    except WfperfError:
        return None


def _beginning(begun: str, found: Iterable[str]) -> list[str]:
    return [each for each in found if each.startswith(begun)]


def _items(values: Iterable[str], kind: str = "plain") -> list[CompletionItem]:
    """Return completions; the shell itself completes those of the kinds `file` and `dir`."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(each, type=kind) for each in values]

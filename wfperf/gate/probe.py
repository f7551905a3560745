"""Check first that every case runs in both trees, is imported from them, and has equal results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.answers import Loaded
from wfperf.measure.blocks import variants_by_name
from wfperf.measure.executor import Executor, Workers
from wfperf.measure.revisions import BASE, HEAD, Case, Role, Tree, VariantBuilder, VariantKey
from wfperf.measure.variant import Variant
from wfperf.results.budget import ANY, EQUAL
from wfperf.results.decision import RESULTS, Check, Status
from wfperf.results.difference import text_differences

LONGEST = 80
"""Characters shown of a value that differs: with its place, about a line."""


def probe(
    builder: VariantBuilder, trees: Mapping[Role, Tree], cases: Sequence[Case], executor: Executor
) -> dict[Case, Check]:
    """Run every case once in both trees, and return a check of its results.

    A pair that head cannot run is an error. A new pair, which only base cannot run, is inconclusive.

    Raises:
        NothingMeasuredError: the head cannot run a case, or a tree cannot be imported at all.
        UsageError: a workload is not imported from its tree.
    """
    benchmarks = builder.benchmarks([*trees.values()], cases)
    variants = {benchmark.name: benchmark.variants for benchmark in benchmarks}
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        return {case: _of_case(workers, variants[case[0]], builder.top, trees, case) for case in cases}


def _of_case(
    workers: Workers, variants: Mapping[str, Variant], top: Path, trees: Mapping[Role, Tree], case: Case
) -> Check:
    benchmark, configuration = case
    answers: dict[Role, Loaded] = {}
    for role in (HEAD, BASE):
        named = str(VariantKey(role, configuration))
        variant = variants[named]
        try:
            answers[role] = workers.load(benchmark, {named: variant}, warm_up_runs=0)[named]
        except NothingMeasuredError as error:
            if role is HEAD:
                raise
            reason = f"{trees[BASE].revision} cannot run it: {error}"
            return Check(benchmark, configuration, RESULTS, EQUAL, Status.INCONCLUSIVE, reason=reason)
        _check_origin(answers[role].file, trees[role], variant.target)
        imported = workers.call(named, "imported", tree=str(top))["files"]
        _check_strays(imported, top, trees[role], variant.target)
    if answers[BASE].uncompared and answers[HEAD].uncompared:
        reason = f"not compared: {answers[HEAD].uncompared}"
        return Check(benchmark, configuration, RESULTS, ANY, Status.PASS, reason=reason)
    if answers[BASE].digest == answers[HEAD].digest:
        return Check(benchmark, configuration, RESULTS, EQUAL, Status.PASS)
    return Check(benchmark, configuration, RESULTS, EQUAL, Status.DIFFERS, reason=_difference(answers))


def _check_origin(file: str, tree: Tree, target: str) -> None:
    if not Path(file).resolve().is_relative_to(tree.folder):
        raise UsageError(
            f"{target} was imported from {file or 'nowhere'}, not from the tree of {tree.revision}; name the folder in "
            "it where its module is found with --path (or `path` of the plan), or install it there with --setup"
        )


def _check_strays(imported: Iterable[str], top: Path, tree: Tree, target: str) -> None:
    """Check that nothing of a tree is imported from the user's working tree: it would be the same in both trees."""
    for file in (Path(each).resolve() for each in imported):
        is_elsewhere = file.is_relative_to(top) and not file.is_relative_to(tree.folder)
        if is_elsewhere and (tree.folder / file.relative_to(top)).exists():
            raise UsageError(
                f"{target} imports {file} from your working tree, not from the tree of {tree.revision}; name the "
                "folder in it where that is found with --path (or `path` of the plan), or install it there with --setup"
            )


def _difference(answers: Mapping[Role, Loaded]) -> str:
    base, head = answers[BASE].outcome, answers[HEAD].outcome
    if base is None or head is None:
        uncompared = answers[HEAD].uncompared or answers[BASE].uncompared
        return (
            f"one of the outcomes is no plain data: {uncompared}" if uncompared else "they are too long to show where"
        )
    first = text_differences(base, head)[0]
    return f"{first.where}: {first.expected[:LONGEST]} in {BASE}, {first.got[:LONGEST]} in {HEAD}"

"""Before anything is counted or timed: does every pair run in both trees, from these trees, with equal results?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.gate.sides import BASE, HEAD, Pair, Sides, Tree, side
from wfperf.measure.workers import Conditions, Workers
from wfperf.results.decision import RESULTS, Check, Status
from wfperf.results.difference import text_differences

EQUAL = "equal"
LONGEST = 80


def probe(sides: Sides, trees: Mapping[str, Tree], pairs: Sequence[Pair], conditions: Conditions) -> dict[Pair, Check]:
    """Run every pair once in both trees, and return a check of what it returns.

    What the head does not run cannot be gated. What only the base does not run, as it is new, is inconclusive.

    Raises:
        NothingMeasuredError: the head cannot run a pair, or a tree cannot be imported at all.
        UsageError: a workload is imported from somewhere else than its tree.
    """
    subjects = {
        side(name, configuration): [sides.subject(tree, pair) for pair in pairs if pair[1] == configuration]
        for name, tree in trees.items()
        for configuration in dict.fromkeys(pair[1] for pair in pairs)
    }
    with Workers(subjects, hash_seed=0, conditions=conditions) as workers:
        return {pair: _of_pair(workers, sides, trees, pair) for pair in pairs}


def _of_pair(workers: Workers, sides: Sides, trees: Mapping[str, Tree], pair: Pair) -> Check:
    scenario, configuration = pair
    answers = {}
    for name in (HEAD, BASE):
        subject = sides.subject(trees[name], pair)
        named = side(name, configuration)
        try:
            answers[name] = workers.load(scenario, {named: subject}, warm_up_runs=0)[named]
        except NothingMeasuredError as error:
            if name == HEAD:
                raise
            reason = f"{trees[BASE].shown} cannot run it: {error}"
            return Check(scenario, configuration, RESULTS, EQUAL, Status.INCONCLUSIVE, reason=reason)
        _check_origin(answers[name]["file"], trees[name], subject.target)
        imported = workers.call(named, "imported", tree=str(sides.top))["files"]
        _check_strays(imported, sides.top, trees[name], subject.target)
    if answers[BASE]["digest"] == answers[HEAD]["digest"]:
        return Check(scenario, configuration, RESULTS, EQUAL, Status.PASS)
    return Check(scenario, configuration, RESULTS, EQUAL, Status.DIFFERS, reason=_difference(answers))


def _check_origin(file: str, tree: Tree, target: str) -> None:
    if not Path(file).resolve().is_relative_to(tree.folder):
        raise UsageError(
            f"{target} was imported from {file or 'nowhere'}, not from the tree of {tree.shown}; name the folder in it "
            "where its module is found with --path (or `path` of the plan), or install it there with --setup"
        )


def _check_strays(imported: Iterable[str], top: Path, tree: Tree, target: str) -> None:
    """Make sure that nothing of a tree is imported from the user's working tree: it would be the same in both trees."""
    for file in (Path(each).resolve() for each in imported):
        is_elsewhere = file.is_relative_to(top) and not file.is_relative_to(tree.folder)
        if is_elsewhere and (tree.folder / file.relative_to(top)).exists():
            raise UsageError(
                f"{target} imports {file} from your working tree, not from the tree of {tree.shown}; name the folder "
                "in it where that is found with --path (or `path` of the plan), or install it there with --setup"
            )


def _difference(answers: Mapping[str, Mapping[str, Any]]) -> str:
    base, head = answers[BASE]["outcome"], answers[HEAD]["outcome"]
    if base is None or head is None:
        return "the outcomes are too long to show where"
    first = text_differences(base, head)[0]
    return f"{first.where}: {first.expected[:LONGEST]} in {BASE}, {first.got[:LONGEST]} in {HEAD}"

"""Find the commit that made the code slower: git bisects, and the gate tells good from bad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.gate.against_base import checkouts_of, decide_on
from wfperf.gate.progress import Progress
from wfperf.gate.request import COUNTERS, TIME, Request
from wfperf.measure.checkouts import Checkouts, revision_of
from wfperf.measure.revisions import BASE, HEAD, Tree
from wfperf.results.bisected import Bisected, Tried
from wfperf.results.decision import PEAK_MEMORY_INCREASE, SPEEDUP, WALL_TIME, Check, CheckStatus, Decision
from wfperf.results.revision import Revision
from wfperf.variants.repository import Repository
from wfperf.variants.worktrees import Worktrees

STEPS = "steps"
"""The tree in which git keeps the state of the bisection; nothing is checked out there."""

ONLY_SKIPPED = 2
"""Exit code of git when only skipped commits are left."""

_FIRST = re.compile(r"^# first bad commit: \[(\w+)\]", re.MULTILINE)
_POSSIBLE = re.compile(r"^# possible first bad commit: \[(\w+)\]", re.MULTILINE)
_WORDS = {CheckStatus.PASS: "good", CheckStatus.FAIL: "bad"}

Key = tuple[str, str, str]


def bisect(repository: Repository, good_ref: str, bad_ref: str, request: Request, progress: Progress) -> Bisected:
    """Return the first commit that breaks a budget which `bad_ref` breaks against `good_ref`; none if it breaks none.

    Every commit is compared with `good_ref`, in separate trees. A commit that cannot be run, or that the gate cannot
    judge, is skipped, as `git bisect skip` does.

    Args:
        repository: the user's; neither its working tree nor a bisection in it is touched.
        good_ref: a revision that was fast.
        bad_ref: a later revision that is slow.
        request: what is gated, and how.
        progress: shows what is under way.

    Raises:
        UsageError: there is no such revision, or `good_ref` is no ancestor of `bad_ref`.
        NothingMeasuredError: one of the two cannot be run.
    """
    good, bad = repository.commit(good_ref), repository.commit(bad_ref)
    if good == bad or repository.run("merge-base", good, bad, expected=(0, 1)).strip() != good:
        raise UsageError(f"--good {good_ref} is not an ancestor of --bad {bad_ref}; give an earlier commit as --good")
    with Worktrees(repository) as worktrees:
        revision = revision_of(repository, good_ref, good)
        progress.step(f"preparing {revision}")
        checkouts = checkouts_of(worktrees, request)
        base = checkouts.tree(BASE, revision, good)
        search = _Search(repository, checkouts, base, progress)
        # Calls that rise are found without any noise, and at once.
        lost = search.decide(revision_of(repository, bad_ref, bad), replace(request, calls_decide=True))
        broken = lost.of(CheckStatus.FAIL)
        if not broken:
            return Bisected(revision, lost, ())
        return search.run(good, bad, _narrowed(request, broken), lost, frozenset(map(_key, broken)))


class _Search:
    def __init__(self, repository: Repository, checkouts: Checkouts, base: Tree, progress: Progress) -> None:
        self._repository = repository
        self._checkouts = checkouts
        self._worktrees = checkouts.worktrees
        self._base = base
        self._watch = progress
        self._at = self._worktrees.folder / STEPS

    def run(self, good: str, bad: str, request: Request, lost: Decision, broken: frozenset[Key]) -> Bisected:
        self._worktrees.add(STEPS, good)
        self._git("start", "--no-checkout", bad, good)
        tried: list[Tried] = []
        while not (found := self._found()):
            commit = self._repository.run("rev-parse", "BISECT_HEAD", at=self._at).strip()
            revision = self._revision(commit)
            status, decision, reason = self._judge(revision, request, broken)
            tried.append(Tried(revision, status, reason, decision))
            self._git(_WORDS.get(status, "skip"))
        decisions = {each.revision.commit: each.decision for each in tried}
        return Bisected(
            self._base.revision,
            lost,
            tuple(tried),
            tuple(map(self._revision, found)),
            decisions.get(found[0]) or lost,
        )

    def decide(self, revision: Revision, request: Request) -> Decision:
        self._watch.step(f"judging {revision}")
        try:
            trees = {BASE: self._base, HEAD: self._checkouts.tree(HEAD, revision, revision.commit)}
            return decide_on(self._checkouts.builder, trees, request, Progress(seen=self._watch.seen))
        finally:
            self._worktrees.remove(HEAD)

    def _judge(
        self, revision: Revision, request: Request, broken: frozenset[Key]
    ) -> tuple[CheckStatus, Decision | None, str]:
        try:
            decision = self.decide(revision, request)
        except (NothingMeasuredError, UsageError) as error:
            return CheckStatus.INCONCLUSIVE, None, str(error)
        mine = [check for check in decision.checks if _key(check) in broken]
        return _status(mine, broken), decision, "; ".join(_reasons(mine))

    def _found(self) -> list[str]:
        log = self._repository.run("bisect", "log", at=self._at)
        return _FIRST.findall(log) or _POSSIBLE.findall(log)

    def _revision(self, commit: str) -> Revision:
        subject = self._repository.run("log", "-1", "--format=%s", commit).strip()
        return Revision(commit, commit, subject=subject)

    def _git(self, *arguments: str) -> None:
        self._repository.run("bisect", *arguments, at=self._at, expected=(0, ONLY_SKIPPED))


def _status(checks: list[Check], broken: frozenset[Key]) -> CheckStatus:
    statuses = {check.status for check in checks}
    if CheckStatus.FAIL in statuses:
        return CheckStatus.FAIL
    return (
        CheckStatus.PASS if statuses == {CheckStatus.PASS} and len(checks) == len(broken) else CheckStatus.INCONCLUSIVE
    )


def _reasons(checks: list[Check]) -> Iterator[str]:
    for check in checks:
        if check.status is not CheckStatus.PASS:
            yield f"{check.metric} of {check.configuration} on {check.benchmark}: {check.reason}"


def _narrowed(request: Request, broken: tuple[Check, ...]) -> Request:
    """Return the request for the broken budgets alone."""
    timed = [check for check in broken if check.metric in {WALL_TIME, SPEEDUP, PEAK_MEMORY_INCREASE}]
    bases = [(check.benchmark, request.plan.baseline) for check in timed if check.metric == SPEEDUP]
    return replace(
        request,
        only=TIME if timed else COUNTERS,
        among={*bases, *((check.benchmark, check.configuration) for check in broken)},
    )


def _key(check: Check) -> Key:
    return check.benchmark, check.configuration, check.metric

"""Why a run takes longer: the functions whose self time grew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wfperf.errors import NothingMeasuredError
from wfperf.gate.counted import Locate
from wfperf.measure.executor import Executor
from wfperf.measure.revisions import BASE, HEAD, Role, Tree, VariantBuilder, VariantKey
from wfperf.measure.self_times import grown, self_time_changes
from wfperf.results.decision import WALL_TIME, Check, CheckStatus, Decision, SelfTimeChange

EXPLAINED = 2
"""How many failures are explained, the largest first: each takes about ten seconds."""


def explained(
    decision: Decision,
    builder: VariantBuilder,
    trees: Mapping[Role, Tree],
    locate: Locate,
    max_time_s: float,
    executor: Executor,
) -> Decision:
    """Return a decision whose largest failures by wall time name the functions that take longer.

    If they cannot be found, a note says why.

    Args:
        decision: what was decided.
        builder: builds the variants.
        trees: base and head.
        locate: finds a function's definition.
        max_time_s: time budget, in seconds.
        executor: starts the workers.
    """
    failed = [check for check in decision.of(CheckStatus.FAIL) if check.metric == WALL_TIME]
    # The largest are selected, so their ratios are only as sure as those of all checks together.
    slower = [
        (check, replace(more.through(lambda each: 1 + each), level=decision.level))
        for check in failed
        if (more := check.confirmation)
    ]
    slower.sort(key=lambda each: -each[1].estimate)
    start_s = executor.now_s()
    found: dict[Check, Check] = {}
    notes: list[str] = []
    for check, ratio in slower[:EXPLAINED]:
        benchmark = builder.benchmark(check.benchmark, [trees[BASE], trees[HEAD]], [check.configuration])
        base, head = (str(VariantKey(role, check.configuration)) for role in (BASE, HEAD))
        left_s = max(0.0, max_time_s - (executor.now_s() - start_s))
        try:
            changes = self_time_changes(
                *(benchmark, base, head), ratio=ratio, seed=decision.seed or 0, max_time_s=left_s, executor=executor
            )
        except NothingMeasuredError as error:
            where = f"{check.configuration} on {check.benchmark}"
            notes.append(f"Cannot tell which functions of {where} take longer: {error}")
            continue
        longer = tuple(SelfTimeChange(name, more, *locate(name)) for name, more in grown(changes).items())
        found[check] = replace(check, self_time_changes=longer)
    if any(check.self_time_changes for check in found.values()):
        # The ratios hold together, and so do the functions of each failure, each at the same level.
        sure = decision.level - (1 - decision.level) * len(found)
        notes.append(f"The changes of all functions hold together with {100 * sure:.0f} % confidence.")
    checks = tuple(found.get(check, check) for check in decision.checks)
    took_s = decision.duration_s + executor.now_s() - start_s
    return replace(decision, checks=checks, notes=(*decision.notes, *notes), duration_s=took_s)

"""What each seam could give at most: its share of the original's time, looked at from outside while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wfperf.engine.config import IMPLEMENTATIONS
from wfperf.engine.trace import RunResult
from wfperf.fixtures.workload import engine_workload
from wfperf.measure.blocks import Trial
from wfperf.measure.questions import Asked
from wfperf.measure.subject import Subject
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers
from wfperf.plan import Plan
from wfperf.results.ceiling import Ceiling, amdahl

SEAMS = "wfperf.engine.seams"
DRIVER = "driver"


def ceilings(
    plan: Plan, asked: Asked, trials: Sequence[Trial], seconds: float, conditions: Conditions = DEFAULT_CONDITIONS
) -> tuple[Ceiling, ...]:
    """Return the ceiling of every subject that is asked about, over the base of the built-in engine.

    Only what is held against the base has one, and no idiom. A share is seen within about 1 / sqrt(samples).

    Args:
        plan: which seams a subject exchanges.
        asked: the subjects.
        trials: the scenarios' bases.
        seconds: how long to look at each scenario.
        conditions: what holds for the processes.

    Raises:
        NothingMeasuredError: the base cannot be run.
    """
    idioms = {each.id for each in plan.idioms}
    wanted: dict[str, dict[str, set[str]]] = {}
    for question in asked.questions:
        if question.base == asked.base and question.scenario not in idioms:
            seams = set(plan.configuration(question.subject).seams)
            wanted.setdefault(question.scenario, {})[question.subject] = seams
    bases = {trial.name: trial.subjects[asked.base] for trial in trials if trial.name in wanted}
    found: list[Ceiling] = []
    for scenario, subject in bases.items():
        looked = _look(scenario, subject, seconds, conditions)
        overlap = _overlap(subject) if _reorders(wanted[scenario].values()) else 0.0
        for name, seams in wanted[scenario].items():
            within_ns = sum(passed_ns for seen, passed_ns in looked["within"] if seams & set(seen))
            share = within_ns / max(looked["watched_ns"], 1)
            gain = (1 + amdahl(share)) * (1 + (overlap if DRIVER in seams else 0.0)) - 1
            only_order = seams == {DRIVER}
            found.append(Ceiling(scenario, name, asked.base, None if only_order else share, looked["samples"], gain))
    return tuple(found)


def _reorders(choices: Iterable[set[str]]) -> bool:
    return any(DRIVER in seams for seams in choices)


def _look(scenario: str, subject: Subject, seconds: float, conditions: Conditions) -> dict[str, Any]:
    modules = {f"{SEAMS}.{seam}": seam for seam in IMPLEMENTATIONS if seam != DRIVER}
    with Workers({scenario: [subject]}, hash_seed=0, conditions=conditions) as workers:
        workers.load(scenario, {scenario: subject})
        return workers.call(scenario, "shares", name=scenario, modules=modules, seconds=seconds)


def _overlap(subject: Subject) -> float:
    """Return what overlapping every node with all that it does not wait for would gain: work / span - 1."""
    workload = engine_workload(**dict(subject.arguments or {}))
    workload.run()
    result = workload.run()
    workload.close()
    if not isinstance(result, RunResult):
        return 0.0
    work_s, span_s = work_and_span_s(result)
    return work_s / span_s - 1


def work_and_span_s(result: RunResult) -> tuple[float, float]:
    """Return the seconds of all nodes of a run, and of the longest path through them that was taken."""
    ends: dict[str, float] = {}
    arrival: dict[str, float] = {}
    for node in result.nodes:
        ends[node.guid] = arrival.get(node.guid, 0.0) + node.duration_s
        for target in node.taken:
            arrival[target] = max(arrival.get(target, 0.0), ends[node.guid])
    return sum(node.duration_s for node in result.nodes), max(ends.values(), default=0.0)

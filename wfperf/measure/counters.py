"""Work counters: what a run does, counted in a deterministic pass; they explain a speedup and gate without noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.errors import NothingMeasuredError
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.measure.subject import engine_subject
from wfperf.measure.workers import Workers
from wfperf.plan import Configuration

RUNS = 3
NODE_CONSTRUCTOR = "engine/nodes/base.py:NodeType.__init__"


@dataclass(frozen=True, slots=True)
class Work:
    """What one run does.

    `function_calls` are calls of the engine's own functions, and `calls` tells which; `node_objects` are
    node objects built, `sql_statements` statements sent. Comprehensions are not counted as calls: only some
    Python versions make them so.
    """

    function_calls: int
    node_objects: int
    sql_statements: int
    calls: Mapping[str, int]


def count_work(
    configurations: Sequence[Configuration], db: str, on_scenario: Callable[[int, int], None] | None = None
) -> dict[str, dict[str, Work]]:
    """Return the work of one run by scenario and configuration: (2N runs minus N runs) / N, hash seed 0.

    Raises:
        NothingMeasuredError: a subject cannot be run, or its counts differ from run to run.
    """
    seams = {each.name: each.seams for each in configurations}
    work: dict[str, dict[str, Work]] = {}
    subjects = {
        scenario: {name: engine_subject(scenario, chosen, db) for name, chosen in seams.items()}
        for scenario in SCENARIOS
    }
    with Workers({name: [each[name] for each in subjects.values()] for name in seams}, hash_seed=0) as workers:
        for done, scenario in enumerate(SCENARIOS, 1):
            workers.load(scenario, subjects[scenario], warm_up_runs=RUNS)
            counted = workers.call_all("count", {name: {"name": scenario, "runs": RUNS} for name in seams})
            work[scenario] = {name: _work(scenario, name, answer) for name, answer in counted.items()}
            if on_scenario:
                on_scenario(done, len(SCENARIOS))
    return work


def _work(scenario: str, name: str, answer: Mapping[str, Mapping[str, float]]) -> Work:
    uneven = [key for counts in answer.values() for key, value in counts.items() if value != int(value)]
    if uneven:
        raise NothingMeasuredError(f"{scenario}, {name}: the count of {uneven[0]} differs from run to run")
    calls = {key: int(value) for key, value in sorted(answer["calls"].items()) if value}
    return Work(
        function_calls=sum(calls.values()),
        node_objects=calls.get(NODE_CONSTRUCTOR, 0),
        sql_statements=int(answer["counters"]["sql_statements"]),
        calls=calls,
    )

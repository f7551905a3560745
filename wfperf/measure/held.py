"""Every configuration of one's own workload held to the results of its base, with nothing timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wfperf.equivalence.outcome import Difference, text_differences
from wfperf.measure.blocks import subjects_by_side
from wfperf.measure.trials import gate_trials, subjects_of
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers
from wfperf.plan import Plan

# Version 1: the first format.
SCHEMA_VERSION = 1

HASH_SEEDS = (0, 1, 2)
"""Each configuration runs under each of them: what depends on the order of a set differs then."""


@dataclass(frozen=True, slots=True)
class Held:
    """One configuration on one scenario, run several times in fresh processes: where it differs from the base's first.

    The base is here where it differs from itself under another hash seed, or where there is nothing else.
    """

    scenario: str
    configuration: str
    base: str
    runs: int
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def hold(
    plan: Plan,
    on_scenario: Callable[[int, int], None] | None = None,
    conditions: Conditions = DEFAULT_CONDITIONS,
    folder: Path = Path(),
) -> tuple[Held, ...]:
    """Run every configuration on every scenario, in fresh processes, and compare what they return.

    The only configuration of a plan is held against itself.

    Args:
        plan: the workload of one's own.
        on_scenario: told how many scenarios are done, and of how many.
        conditions: what holds for all processes.
        folder: where the workload finds the files that it opens by relative names.

    Raises:
        NothingMeasuredError: a subject cannot be run, or returns something else from run to run.
    """
    trials = gate_trials(plan, subjects_of(plan, "", folder))
    found: dict[tuple[str, str], list[Difference]] = {
        (trial.name, name): [] for trial in trials for name in trial.subjects if name != plan.base or plan.has_only_base
    }
    done = 0
    expected: dict[str, Mapping[str, str | None]] = {}
    for hash_seed in HASH_SEEDS:
        with Workers(subjects_by_side(trials), hash_seed=hash_seed, conditions=conditions) as workers:
            for trial in trials:
                answers = workers.load(trial.name, trial.subjects, warm_up_runs=0)
                base = expected.setdefault(trial.name, answers[plan.base])
                for name, answer in answers.items():
                    if answer["digest"] != base["digest"]:
                        found.setdefault((trial.name, name), []).extend(_differences(base, answer))
                done += 1
                if on_scenario:
                    on_scenario(done, len(trials) * len(HASH_SEEDS))
    return tuple(
        Held(scenario, name, plan.base, runs=len(HASH_SEEDS), differences=tuple(dict.fromkeys(each)))
        for (scenario, name), each in found.items()
    )


def _differences(base: Mapping[str, str | None], answer: Mapping[str, str | None]) -> list[Difference]:
    expected, got = base["outcome"], answer["outcome"]
    if expected is None or got is None:
        return [Difference("outcome", "too long to show", "too long to show")]
    return list(text_differences(expected, got))


def held_data(held: Sequence[Held]) -> dict[str, Any]:
    """Return plain data for JSON, the schema's version first."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "held",
        "equal": all(each.equal for each in held),
        "held": [asdict(each) for each in held],
    }

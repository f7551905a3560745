"""Compare the results of every variant of a plan with the baseline's; and call the plan's own hook for more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from wfperf.errors import UsageError
from wfperf.faults import first_fault
from wfperf.measure.answers import Loaded
from wfperf.measure.benchmarks import interpreter_in, variants_of
from wfperf.measure.blocks import ComparedBenchmark, variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.hooks import UNPREPARED, Prepared, call_hook
from wfperf.plan import Optimization, Plan
from wfperf.results.difference import Difference, text_differences
from wfperf.results.verification import Beyond, Equivalence, Example, Verification, VerifiedVariant

HASH_SEEDS = (0, 1, 2)
"""Each variant runs under each of them: what depends on the order of a set differs then."""

AT_ONCE = 8
"""Variants that are loaded at a time: each keeps open what all its benchmarks hold, such as connections."""

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class _Tally:
    """What is known of one variant so far: how often it differs, where, and on which benchmarks."""

    kind: str
    choices: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    cases: int = 0
    differences: int = 0
    benchmarks: dict[str, None] = field(default_factory=dict)
    differing: dict[Difference, None] = field(default_factory=dict)

    def verified(self, name: str) -> VerifiedVariant:
        is_meant = Equivalence.AS_MARKED if self.marks else Equivalence.DIFFERS
        return VerifiedVariant(
            name=name,
            kind=self.kind,
            equivalence=is_meant if self.differences else Equivalence.EQUAL,
            cases=self.cases,
            differences=self.differences,
            choices=self.choices,
            marks=self.marks,
            example=Example((("benchmark", ", ".join(self.benchmarks)),), tuple(self.differing))
            if self.differences
            else None,
        )


def verify(
    plan: Plan,
    *,
    folder: Path = Path(),
    prepared: Prepared = UNPREPARED,
    advance: Advance | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> Verification:
    """Run every variant on every benchmark, in fresh processes, and compare their results with the baseline's.

    The only configuration of a plan is compared with itself.

    Args:
        plan: the variants.
        folder: where they find the files that they open by relative names.
        prepared: what the plan's `prepare` has returned.
        advance: told how many benchmarks are done, and of how many.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run, or returns something else from run to run.
    """
    groups = _groups(plan, folder, prepared)
    tallies = _tallies(plan)
    expected: dict[str, Loaded] = {}
    done, total = 0, len(HASH_SEEDS) * sum(map(len, groups))
    for hash_seed, benchmarks in product(HASH_SEEDS, groups):
        with executor.start(variants_by_name(benchmarks), hash_seed=hash_seed) as workers:
            for benchmark in benchmarks:
                answers = workers.load(benchmark.name, benchmark.variants, warm_up_runs=0)
                baseline = expected.setdefault(benchmark.name, answers[plan.baseline])
                for variant, answer in answers.items():
                    if variant != plan.baseline or benchmarks is groups[0]:  # elsewhere it is there for the others
                        _count(tallies[variant], benchmark.name, baseline, answer)
                done += 1
                if advance:
                    advance(done, total)
    variants = {name: tally for name, tally in tallies.items() if tally.cases}
    if not plan.has_only_baseline and not variants[plan.baseline].differences:
        del variants[plan.baseline]  # it is no news that it returns what it returns
    return Verification(plan.baseline, tuple(tally.verified(name) for name, tally in variants.items()), HASH_SEEDS)


def _groups(plan: Plan, folder: Path, prepared: Prepared) -> list[list[ComparedBenchmark]]:
    """Return the benchmarks with a few variants at a time, and the baseline; and the pairs."""
    of = variants_of(plan, folder, prepared)
    names = [*(each.name for each in plan.configurations), *(each.id for each in plan.optimizations)]
    others = [name for name in names if name != plan.baseline]
    groups = [
        [
            ComparedBenchmark(each.name, {name: of(each.name, name) for name in (plan.baseline, *some)})
            for each in plan.benchmarks
        ]
        for some in (others[at : at + AT_ONCE] for at in range(0, max(len(others), 1), AT_ONCE))
    ]
    pairs = [
        ComparedBenchmark(
            each.id, {plan.baseline: of(each.id, plan.baseline), each.id: of(each.id, each.id)}, each.claim.metric
        )
        for each in plan.pairs
    ]
    return [*groups, *([pairs] if pairs else [])]


def _tallies(plan: Plan) -> dict[str, _Tally]:
    kinds = {each.name: "configuration" for each in plan.configurations}
    kinds |= {each.id: "optimization" for each in plan.optimizations}
    tallies = {}
    for name, kind in kinds.items():
        choices = plan.configuration(name).choices
        tallies[name] = _Tally(kind, choices, marks_of(plan.optimizations_in(choices)))
    return tallies | {each.id: _Tally("pair") for each in plan.pairs}


def marks_of(optimizations: Iterable[Optimization]) -> dict[str, str]:
    """Return the reasons why optimizations change results, by `choice=implementation`."""
    return {
        f"{each.choice}={each.implementation}": each.changes_results for each in optimizations if each.changes_results
    }


def _count(tally: _Tally, benchmark: str, baseline: Loaded, answer: Loaded) -> None:
    tally.cases += 1
    if answer.digest != baseline.digest:
        tally.differences += 1
        tally.benchmarks[benchmark] = None
        tally.differing |= dict.fromkeys(_differences(baseline, answer))


def _differences(baseline: Loaded, answer: Loaded) -> tuple[Difference, ...]:
    expected, got = baseline.outcome, answer.outcome
    if expected is None or got is None:
        return (Difference("outcome", "too long to show", "too long to show"),)
    return text_differences(expected, got)


def verify_beyond(
    plan: Plan,
    *,
    folder: Path,
    prepared: Prepared,
    random: int,
    seed: int,
    executor: Executor = DEFAULT_EXECUTOR,
) -> Beyond:
    """Return what the plan's `verify` hook finds beyond the benchmarks, where the baseline runs.

    Args:
        plan: whose hook it is.
        folder: where variants find the files that they open by relative names.
        prepared: what the plan's `prepare` has returned.
        random: how many random cases the hook is asked to draw.
        seed: what it draws them by.
        executor: starts its worker.

    Raises:
        UsageError: the hook fails, in its words, or returns something else than findings.
        NothingMeasuredError: it cannot be run.
    """
    interpreter = interpreter_in(plan, plan.configuration(plan.baseline), folder)
    found = call_hook(
        plan.verify,
        interpreter,
        {
            "parameters": dict(prepared.get(interpreter, {})),
            "configurations": {each.name: dict(each.choices) for each in plan.configurations},
            "changes_results": marks_of(plan.optimizations),
            "random": random,
            "seed": seed,
        },
        executor,
    )
    try:
        return TypeAdapter(Beyond).validate_python(found)
    except ValidationError as error:
        raise UsageError(f"the hook {plan.verify} returned invalid findings: {first_fault(error, {})}") from error

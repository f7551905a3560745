"""Compare the results of every variant of a plan with the baseline's, and call the plan's `verify` hook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from wfperf.errors import NothingMeasuredError, UsageError
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
"""Each variant runs under each of them: results that depend on the order of a set differ then."""

AT_ONCE = 8
"""Variants loaded at a time: each keeps the resources of all its benchmarks open, such as connections."""

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class _Tally:
    """The findings on one variant so far: how often it differs, where, and on which benchmarks."""

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

    If a plan has only one configuration, it is compared with itself.

    Args:
        plan: the variants.
        folder: their working directory.
        prepared: what the plan's `prepare` has returned.
        advance: called with the number of finished benchmarks and the total.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run, or its results change from run to run.
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
                    if answer.uncompared:
                        raise NothingMeasuredError(
                            f"cannot verify {variant!r} on {benchmark.name}: {answer.uncompared}; return plain data or "
                            "dataclasses, seed what is random, freeze its clock"
                        )
                    if variant != plan.baseline or benchmarks is groups[0]:  # later, only the others count
                        _count(tallies[variant], benchmark.name, baseline, answer)
                done += 1
                if advance:
                    advance(done, total)
    variants = {name: tally for name, tally in tallies.items() if tally.cases}
    if not plan.has_only_baseline and not variants[plan.baseline].differences:
        del variants[plan.baseline]  # it equals itself, which is no finding
    return Verification(plan.baseline, tuple(tally.verified(name) for name, tally in variants.items()), HASH_SEEDS)


def _groups(plan: Plan, folder: Path, prepared: Prepared) -> list[list[ComparedBenchmark]]:
    """Return groups of benchmarks: each with the baseline and a few variants; last the pairs."""
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
    """Return the findings of the plan's `verify` hook beyond the benchmarks; it runs where the baseline does.

    Args:
        plan: the plan with the hook.
        folder: working directory of variants.
        prepared: what the plan's `prepare` has returned.
        random: number of random cases that the hook shall draw.
        seed: random seed of these cases.
        executor: starts its worker.

    Raises:
        UsageError: the hook fails (the message is its own), or returns no findings.
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

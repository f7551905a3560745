"""What could be gained at most: the share of the base's time in what is exchanged, seen from outside while it runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.measure.answers import Shares
from wfperf.measure.blocks import Trial
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.hooks import call_hook
from wfperf.measure.questions import Asked
from wfperf.measure.subject import Subject
from wfperf.plan import Plan
from wfperf.results.amdahl_bound import AmdahlBound, amdahl


def amdahl_bounds(
    plan: Plan, asked: Asked, trials: Sequence[Trial], seconds: float, executor: Executor = DEFAULT_EXECUTOR
) -> tuple[AmdahlBound, ...]:
    """Return the ceiling of every variant that is asked about, if the plan tells where it could save time.

    Only what is compared with the base has one, and no pair. A share is seen within about 1 / sqrt(samples).

    Args:
        plan: which modules and bounds a variant has.
        asked: the variants.
        trials: the benchmarks' bases.
        seconds: how long to look at each benchmark.
        executor: starts the workers.

    Raises:
        UsageError: a bound of the plan fails, or gives no number.
        NothingMeasuredError: the base cannot be run.
    """
    wanted: dict[str, dict[str, _Exchanged]] = {}
    for question in asked.questions:
        if question.base == asked.base and question.kind != "pair":
            exchanged = _exchanged(plan, question.subject)
            if exchanged.modules or exchanged.bounds:
                wanted.setdefault(question.scenario, {})[question.subject] = exchanged
    bases = {trial.name: trial.subjects[asked.base] for trial in trials if trial.name in wanted}
    return tuple(
        amdahl_bound
        for benchmark, base in bases.items()
        for amdahl_bound in _of_benchmark(benchmark, base, asked.base, wanted[benchmark], seconds, executor)
    )


@dataclass(frozen=True, slots=True)
class _Exchanged:
    """What a variant exchanges: modules in which the base's time passes; and hooks that bound what else it gains."""

    modules: frozenset[str]
    bounds: tuple[str, ...]


def _exchanged(plan: Plan, name: str) -> _Exchanged:
    optimizations = plan.optimizations_in(plan.configuration(name).choices)
    return _Exchanged(plan.modules_of(name), tuple(dict.fromkeys(each.bound for each in optimizations if each.bound)))


def _of_benchmark(
    benchmark: str, base: Subject, name: str, wanted: Mapping[str, _Exchanged], seconds: float, executor: Executor
) -> Iterable[AmdahlBound]:
    modules = frozenset[str]().union(*(each.modules for each in wanted.values()))
    looked = _look(benchmark, base, modules, seconds, executor) if modules else Shares()
    watched_ns = max(looked.watched_ns, 1)
    bounds = {each: _bound(each, base, executor) for each in {hook for one in wanted.values() for hook in one.bounds}}
    for variant, exchanged in wanted.items():
        within_ns = sum(passed_ns for seen, passed_ns in looked.within if exchanged.modules & set(seen))
        share = within_ns / watched_ns
        effect = math.prod((1 + amdahl(share), *(1 + bounds[each] for each in exchanged.bounds))) - 1
        yield AmdahlBound(benchmark, variant, name, share if exchanged.modules else None, looked.samples, effect)


def _look(benchmark: str, base: Subject, modules: Iterable[str], seconds: float, executor: Executor) -> Shares:
    labels = {module: module for module in sorted(modules)}
    with executor.start({benchmark: [base]}, hash_seed=0) as workers:
        workers.load(benchmark, {benchmark: base})
        return Shares(**workers.call(benchmark, "shares", name=benchmark, modules=labels, seconds=seconds))


def _bound(hook: str, base: Subject, executor: Executor) -> float:
    """Return what a hook says that the base could gain at most, as a fraction; it is given the base's arguments."""
    found = call_hook(hook, base.place, base.arguments or {}, executor)
    if not isinstance(found, int | float) or not 0 <= found < math.inf:
        raise UsageError(f"the hook {hook} returned {found!r}; it must return the gain as a fraction, such as 0.5")
    return float(found)

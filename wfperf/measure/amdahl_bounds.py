"""Amdahl bounds: the largest possible effects, from the sampled share of the baseline's time in the exchanged code."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.measure.answers import Shares
from wfperf.measure.blocks import ComparedBenchmark
from wfperf.measure.contrasts import Design
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.hooks import call_hook
from wfperf.measure.variant import Variant
from wfperf.plan import Plan
from wfperf.plan.metrics import THROUGHPUT
from wfperf.results.amdahl_bound import AmdahlBound, amdahl


def amdahl_bounds(
    plan: Plan,
    design: Design,
    benchmarks: Sequence[ComparedBenchmark],
    seconds: float,
    executor: Executor = DEFAULT_EXECUTOR,
) -> tuple[AmdahlBound, ...]:
    """Return the Amdahl bound of every variant for which the plan names modules or a bound hook.

    Only contrasts with the baseline have one, and no pairs. The error of a share is about 1 / sqrt(samples).

    Args:
        plan: names the modules and bound hooks of variants.
        design: the contrasts.
        benchmarks: the benchmarks with their baselines.
        seconds: how long to sample each benchmark.
        executor: starts the workers.

    Raises:
        UsageError: a bound hook fails, or returns no number.
        NothingMeasuredError: the baseline cannot be run.
    """
    wanted: dict[str, dict[str, _Exchanged]] = {}
    for contrast in design.contrasts:
        if contrast.baseline == design.baseline and contrast.kind != "pair":
            exchanged = _exchanged(plan, contrast.variant)
            if exchanged.modules or exchanged.bounds:
                wanted.setdefault(contrast.benchmark, {})[contrast.variant] = exchanged
    bases = {
        benchmark.name: benchmark.variants[design.baseline]
        for benchmark in benchmarks
        if benchmark.name in wanted and benchmark.metric == THROUGHPUT
    }
    return tuple(
        amdahl_bound
        for benchmark, baseline in bases.items()
        for amdahl_bound in _of_benchmark(benchmark, baseline, design.baseline, wanted[benchmark], seconds, executor)
    )


@dataclass(frozen=True, slots=True)
class _Exchanged:
    """What a variant exchanges: modules of the baseline, and hooks that bound the rest of its effect."""

    modules: frozenset[str]
    bounds: tuple[str, ...]


def _exchanged(plan: Plan, name: str) -> _Exchanged:
    optimizations = plan.optimizations_in(plan.configuration(name).choices)
    return _Exchanged(plan.modules_of(name), tuple(dict.fromkeys(each.bound for each in optimizations if each.bound)))


def _of_benchmark(
    benchmark: str, baseline: Variant, name: str, wanted: Mapping[str, _Exchanged], seconds: float, executor: Executor
) -> Iterable[AmdahlBound]:
    modules = frozenset[str]().union(*(each.modules for each in wanted.values()))
    looked = _look(benchmark, baseline, modules, seconds, executor) if modules else Shares()
    watched_ns = max(looked.watched_ns, 1)
    bounds = {
        each: _bound(each, baseline, executor) for each in {hook for one in wanted.values() for hook in one.bounds}
    }
    for variant, exchanged in wanted.items():
        within_ns = sum(passed_ns for seen, passed_ns in looked.within if exchanged.modules & set(seen))
        share = within_ns / watched_ns
        effect = math.prod((1 + amdahl(share), *(1 + bounds[each] for each in exchanged.bounds))) - 1
        yield AmdahlBound(benchmark, variant, name, share if exchanged.modules else None, looked.samples, effect)


def _look(benchmark: str, baseline: Variant, modules: Iterable[str], seconds: float, executor: Executor) -> Shares:
    labels = {module: module for module in sorted(modules)}
    with executor.start({benchmark: [baseline]}, hash_seed=0) as workers:
        workers.load(benchmark, {benchmark: baseline})
        return Shares(**workers.call(benchmark, "shares", name=benchmark, modules=labels, seconds=seconds))


def _bound(hook: str, baseline: Variant, executor: Executor) -> float:
    """Call a hook with the baseline's arguments, and return its bound on the effect, as a fraction."""
    found = call_hook(hook, baseline.interpreter, baseline.arguments or {}, executor)
    if not isinstance(found, int | float) or not 0 <= found < math.inf:
        raise UsageError(f"the hook {hook} returned {found!r}; it must return the gain as a fraction, such as 0.5")
    return float(found)

"""A comparison's samples in the format of pyperf, whose commands then read them."""

from __future__ import annotations

from typing import Any

from wfperf.plan.metrics import ALLOCATIONS, MEMORY, PEAK_MEMORY
from wfperf.results.comparison import Comparison, MeasuredBenchmark

FORMAT_VERSION = "1.0"
NS = 1e-9
"""pyperf's unit of time is the second."""

_UNITS = {MEMORY: "byte", PEAK_MEMORY: "byte", ALLOCATIONS: "integer"}
"""pyperf's names of other units, by metric."""


def pyperf_suite(comparison: Comparison, variant: str | None = None) -> dict[str, Any]:
    """Return a pyperf suite: one entry for each benchmark and variant, one run for each block.

    Source: the JSON format 1.0 of pyperf (its documentation, "Runner, JSON format").

    Args:
        comparison: what was measured.
        variant: leave out all others, and name entries by their benchmarks alone, so that `pyperf compare_to` compares
            two suites.
    """
    return {
        "version": FORMAT_VERSION,
        "metadata": {"unit": "second"},
        "benchmarks": [
            _benchmark(comparison, benchmark, name, named_by_variant=variant is None)
            for benchmark in comparison.benchmarks
            for name in benchmark.variants
            if variant in {None, name}
        ],
    }


def _benchmark(
    comparison: Comparison, benchmark: MeasuredBenchmark, variant: str, *, named_by_variant: bool
) -> dict[str, Any]:
    unit = _UNITS.get(benchmark.metric, "second")
    first, *_ = benchmark.blocks
    return {
        "metadata": {
            "name": f"{benchmark.name} {variant}" if named_by_variant else benchmark.name,
            "unit": unit,
            "python_version": first.pythons.get(variant, comparison.environment.python),
            "platform": comparison.environment.platform,
            "cpu_model_name": comparison.environment.cpu,
            "description": f"measured by wfperf, interleaved with {len(benchmark.variants) - 1} other variants",
        },
        "runs": [
            {
                "metadata": {"python_hash_seed": block.hash_seed, "loops": block.runs.get(variant, 1)},
                "values": [cost * NS if unit == "second" else round(cost) for cost in block.costs[variant]],
            }
            for block in benchmark.blocks
            if variant in block.costs
        ],
    }

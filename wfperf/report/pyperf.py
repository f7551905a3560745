"""A comparison's samples in the format of pyperf, whose commands then read them."""

from __future__ import annotations

from typing import Any

from wfperf.results.comparison import Comparison, Measured

FORMAT_VERSION = "1.0"
NS = 1e-9
"""pyperf's unit is the second."""


def pyperf_suite(comparison: Comparison, side: str | None = None) -> dict[str, Any]:
    """Return a benchmark suite: one benchmark for each scenario and side, one run for each block.

    Source: the JSON format 1.0 of pyperf (its documentation, "Runner, JSON format").

    Args:
        comparison: what was measured.
        side: leave out all others, and name benchmarks by their scenarios alone, so that two suites made of two sides
            are compared by `pyperf compare_to`.
    """
    return {
        "version": FORMAT_VERSION,
        "metadata": {"unit": "second"},
        "benchmarks": [
            _benchmark(comparison, trial, name, with_side=side is None)
            for trial in comparison.trials
            for name in trial.variants
            if side in {None, name}
        ],
    }


def _benchmark(comparison: Comparison, trial: Measured, side: str, *, with_side: bool) -> dict[str, Any]:
    in_bytes = trial.metric == "memory"
    first, *_ = trial.blocks
    return {
        "metadata": {
            "name": f"{trial.scenario} {side}" if with_side else trial.scenario,
            "unit": "byte" if in_bytes else "second",
            "python_version": first.pythons.get(side, comparison.environment.python),
            "platform": comparison.environment.platform,
            "cpu_model_name": comparison.environment.cpu,
            "description": f"measured by wfperf, interleaved with {len(trial.variants) - 1} other sides",
        },
        "runs": [
            {
                "metadata": {"python_hash_seed": block.hash_seed, "loops": block.runs.get(side, 1)},
                "values": [round(cost) if in_bytes else cost * NS for cost in block.costs[side]],
            }
            for block in trial.blocks
        ],
    }

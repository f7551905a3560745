"""A comparison's samples in the format of pyperf, whose commands then read them."""

from __future__ import annotations

from typing import Any

from wfperf.results.comparison import Comparison, Measured, Side

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
            for name in trial.sides
            if side in {None, name}
        ],
    }


def _benchmark(comparison: Comparison, trial: Measured, side: str, *, with_side: bool) -> dict[str, Any]:
    in_bytes = trial.metric == "memory"
    measured: Side = trial.sides[side]
    loops_of_blocks = measured.runs or [1] * len(measured.samples)
    return {
        "metadata": {
            "name": f"{trial.scenario} {side}" if with_side else trial.scenario,
            "unit": "byte" if in_bytes else "second",
            "python_version": measured.python,
            "platform": comparison.environment.platform,
            "cpu_model_name": comparison.environment.cpu,
            "description": f"measured by wfperf, interleaved with {len(trial.sides) - 1} other sides",
        },
        "runs": [
            {
                "metadata": {"python_hash_seed": seed, "loops": loops},
                "values": [round(cost) if in_bytes else cost * NS for cost in costs],
            }
            for seed, loops, costs in zip(trial.hash_seeds, loops_of_blocks, measured.samples, strict=True)
        ],
    }

"""The metrics of benchmarks and claims, under the names that plans and results have for them."""

from __future__ import annotations

from typing import Literal

Metric = Literal["throughput", "memory", "peak-memory", "allocations"]
"""What a claim is about.

`throughput` is the time of a run. `memory` is what a run's result holds. `peak-memory` is the most that one run holds
beyond what was held before it; of a command, the memory of all its processes. `allocations` is their number in one run.
"""

THROUGHPUT, MEMORY, PEAK_MEMORY, ALLOCATIONS = "throughput", "memory", "peak-memory", "allocations"

OF_MEMORY = frozenset({MEMORY, PEAK_MEMORY, ALLOCATIONS})
"""Metrics whose effect is what is saved of them: 1 - new / old."""

TRACED = frozenset({PEAK_MEMORY, ALLOCATIONS})
"""Metrics that need processes of their own, because a process that traces memory never times."""

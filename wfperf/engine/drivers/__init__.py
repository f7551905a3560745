"""The order in which a run's nodes execute. Invariant: the same result, whatever the order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wfperf.engine.drivers.adaptive import adaptive
from wfperf.engine.drivers.concurrent import concurrent, dataflow
from wfperf.engine.drivers.sequential import sequential

DRIVERS: Mapping[str, Callable[..., Any]] = {
    "sequential": sequential,
    "concurrent": concurrent,
    "dataflow": dataflow,
    "adaptive": adaptive,
}

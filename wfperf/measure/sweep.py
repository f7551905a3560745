"""One benchmark at several values of a parameter: where a claim holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wfperf.errors import UsageError
from wfperf.measure.benchmarks import VariantOf
from wfperf.measure.contrasts import Design
from wfperf.measure.variant import Variant
from wfperf.results.swept import SweptPoint

POINTS = 6
"""Two for each factor of ten of a usual sweep; each is measured like a separate benchmark."""

UNITS_US = {"ns": 0.001, "us": 1.0, "ms": 1000.0, "s": 1_000_000.0}
_WRITTEN = re.compile(r"(?P<name>\w+)=(?P<low>[\d.]+)(?P<low_unit>[a-z]*)\.\.(?P<high>[\d.]+)(?P<high_unit>[a-z]*)")


@dataclass(frozen=True, slots=True)
class Sweep:
    """A parameter of the workload, and its values by their text."""

    parameter: str
    values: Mapping[str, float | int]

    def points(self, design: Design) -> tuple[SweptPoint, ...]:
        """Return every benchmark of the design at every value."""
        return tuple(
            SweptPoint(f"{benchmark}, {written}", benchmark, written)
            for benchmark in dict.fromkeys(each.benchmark for each in design.contrasts)
            for written in self.values
        )


def parse_sweep(text: str, allowed: Mapping[str, str]) -> Sweep:
    """Return the sweep of a text such as `work=0us..1ms`.

    It has six values at equal ratios. From 0, they are 0 and five values half a decade apart, up to the highest.

    Args:
        text: `name=low..high`. A unit (ns, us, ms, s) makes durations, which the workload gets in microseconds.
        allowed: the parameters that a sweep may name, each with an example; empty if it may name any that the
            workload's factory takes.

    Raises:
        UsageError: the text has another form, or names a parameter that is not allowed.
    """
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise UsageError(f"--sweep takes name=low..high, such as work=0us..1ms, not {text!r}")
    name, unit = found["name"], found["high_unit"] or found["low_unit"]
    for each in (found["low_unit"], found["high_unit"]):
        if each and each not in UNITS_US:
            raise UsageError(f"--sweep does not know the unit {each!r}; choose one of: {', '.join(UNITS_US)}")
    parameter = f"{name}_us" if unit else name
    if allowed and parameter not in allowed:
        raise UsageError(f"the plan does not allow --sweep {text}; it allows: {'; '.join(allowed.values())}")
    try:
        low, high = (float(found[end]) * UNITS_US[found[f"{end}_unit"] or unit or "us"] for end in ("low", "high"))
    except ValueError as error:
        raise UsageError(f"--sweep {text}: {error}") from error
    if not 0 <= low < high:
        raise UsageError(f"--sweep goes from a lower value to a higher one, not from {found['low']} to {found['high']}")
    whole = not unit and "." not in text.replace("..", "")
    values = [round(each) if whole else float(f"{each:.3g}") for each in _spaced(low, high)]
    shown = {f"{name}={_duration(each) if unit else f'{each:g}'}": each for each in values}
    return Sweep(parameter, shown)


def _spaced(low: float, high: float) -> list[float]:
    steps = POINTS - 1
    if low == 0:
        return [0.0, *(high / 10 ** ((steps - step) / 2) for step in range(1, POINTS))]
    return [low * (high / low) ** (step / steps) for step in range(POINTS)]


def _duration(us: float) -> str:
    for unit, size in (("s", 1_000_000.0), ("ms", 1000.0)):
        if us >= size:
            return f"{us / size:g} {unit}"
    return f"{us:g} us"


def swept(design: Design, of: VariantOf, sweep: Sweep) -> tuple[Design, VariantOf]:
    """Return the contrasts at every value, and the function that builds their variants."""
    points = {each.benchmark: each for each in sweep.points(design)}
    contrasts = [
        replace(contrast, benchmark=point.benchmark)
        for contrast in design.contrasts
        for point in points.values()
        if point.of == contrast.benchmark
    ]

    def variant(label: str, name: str) -> Variant:
        point = points[label]
        built = of(point.of, name)
        arguments: Mapping[str, Any] = {**(built.arguments or {}), sweep.parameter: sweep.values[point.value]}
        return replace(built, arguments=arguments)

    return Design(design.baseline, contrasts), variant

"""Entries of a history, for what keeps and shows them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from wfperf.results.history import CERTAIN, TIME_FORMAT, Entry, Machine

MACHINE = Machine("A processor", "2", "Linux", "", "", "CPython", "3.11.7", "numpy 2")
OTHER = replace(MACHINE, python="3.12.1", libraries="numpy 3")
BEGIN = datetime(2026, 11, 1, 12, tzinfo=UTC)

ENTRY = Entry(
    at="2026-11-24T15:48:12Z",
    run="one",
    command="compare",
    revision="3f2a9c1d8e21",
    workload="",
    benchmark="typical",
    variant="optimized",
    baseline="original",
    metric="throughput",
    estimate=0.46,
    low=0.41,
    high=0.52,
    level=0.95,
    blocks=20,
    verdict="confirmed",
    machine=MACHINE,
    wfperf="0.1.0",
)


def time_of(number: int) -> str:
    """Return when the run of this number was: one every thirteen hours."""
    return (BEGIN + timedelta(hours=13 * number)).strftime(TIME_FORMAT)


def effects(levels, *, half=0.05, dispersion=0.02, seed=1, **fields) -> list[Entry]:
    """Return one entry for each level, with noise."""
    noise = random.Random(seed)
    estimates = [level + noise.gauss(0, dispersion) for level in levels]
    return [
        replace(
            ENTRY,
            at=time_of(number),
            run=f"run {number}",
            revision=f"{number:04x}c1d8e21{'+' if number % 7 == 3 else ''}",
            estimate=estimate,
            low=estimate - half,
            high=estimate + half,
            **fields,
        )
        for number, estimate in enumerate(estimates)
    ]


def counts(numbers, **fields) -> list[Entry]:
    """Return one entry for each count."""
    exact = {"baseline": "", "level": CERTAIN, "blocks": 0, "verdict": "", **fields}
    return [
        replace(each, **exact)
        for each in effects(numbers, half=0.0, dispersion=0.0, **{"metric": "function_calls"} | exact)
    ]


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ENTRIES = st.lists(
    st.builds(
        replace,
        st.just(ENTRY),
        at=st.datetimes(BEGIN.replace(tzinfo=None, year=2000), BEGIN.replace(tzinfo=None, year=2099)).map(
            lambda when: when.strftime(TIME_FORMAT)
        ),
        run=NAMES,
        revision=NAMES,
        workload=NAMES,
        benchmark=NAMES,
        variant=NAMES,
        baseline=NAMES,
        metric=NAMES,
        verdict=NAMES,
        against=NAMES,
        estimate=st.floats(-1, 1e6),
        low=st.floats(-1e9, -1) | st.just(float("-inf")),
        high=st.floats(1e6, 1e9) | st.just(float("inf")),
        blocks=st.integers(0, 1000),
        machine=st.builds(replace, st.just(MACHINE), cpu=NAMES, python=NAMES, libraries=NAMES),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)

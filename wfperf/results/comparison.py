"""What `compare` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wfperf.plan import Claim
from wfperf.results.environment import Environment
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import Verdict

# Version 1: the first format.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Control:
    """The A/A control of a scenario: `original` against itself, as a gain. Off: nothing there is judged."""

    scenario: str
    gain: Interval
    off: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One subject against its base on one scenario.

    `gain` and `saved` are fractions: throughput gained and time saved, or twice the memory saved where that
    is the metric; None where the results differ, for then there is no speedup. `verdict` is None where
    nobody claimed anything. `flips` tells that the claim read as time saved would be judged otherwise,
    `hangs_together` that blocks look dependent on the ones before them, so that the interval may be too narrow.
    `scatter` is that of the blocks' log-ratios, as one standard deviation.
    """

    subject: str
    title: str
    phase: int | None
    scenario: str
    base: str
    metric: str
    claim: Claim | None
    equal: bool
    gain: Interval | None
    saved: Interval | None
    verdict: Verdict | None
    flips: bool
    scatter: float
    changes_results: tuple[str, ...]
    hangs_together: bool = False


@dataclass(frozen=True, slots=True)
class RankFinding:
    """Whether one optimization gains more than every other on a scenario; `runner_up` is the best of the others."""

    subject: str
    text: str
    reading: str
    scenario: str
    gain: Interval
    runner_up: str
    runner_up_gain: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """All findings of one `compare`, with what is needed to doubt or repeat them.

    `samples` holds by scenario and side one list of costs (ns or bytes a run) a block.
    """

    findings: tuple[Finding, ...]
    ranks: tuple[RankFinding, ...]
    controls: tuple[Control, ...]
    blocks: int
    seed: int
    duration_s: float
    node_types: int
    environment: Environment
    hash_seeds: tuple[int, ...]
    samples: Mapping[str, Mapping[str, Sequence[Sequence[float]]]]

    def to_data(self) -> dict[str, Any]:
        """Return plain data, with the schema's version first; an open range ends in infinity."""
        return {"schema_version": SCHEMA_VERSION, "kind": "comparison", **asdict(self)}

"""What an interval says about a claim.

A verdict is a comparison of numbers, in whatever unit claim and interval share; the speedup (a fraction of
throughput gained) unless the claim says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wfperf.stats.rule import decisions_within
from wfperf.stats.speedup import speedup

if TYPE_CHECKING:
    from wfperf.stats.interval import Interval

MINIMUM_BLOCKS = 8
"""With fewer blocks there is no verdict: a sequence at 95 % has no ends before."""

SMALLEST_EFFECT = 0.01
"""The smallest effect that counts: a speedup of 1 %. Memory layout alone moves a process by as much."""

LEVEL = 0.95
"""The confidence that all intervals of a run hold together, whenever it stops: one run in 20 may be wrong, as is usual
(R. Fisher, "Statistical Methods for Research Workers", 1925), and a FAIL is measured twice besides."""

CONTROL_LEVEL = 0.999
"""The confidence of an A/A control's interval: so high, because a control that is off takes all verdicts with it."""


class Verdict(StrEnum):
    """What a measurement says about a claim."""

    CONFIRMED = "confirmed"
    EXCEEDED = "exceeded"
    BELOW = "below"
    SLOWER = "slower"
    NO_EFFECT = "no effect"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """How a claim [L, H] is judged: see `judge`.

    Args:
        low: the claim's lower end.
        high: its upper end; infinite where the claim is open.
        effect: gives the claim's unit of a log-ratio; the speedup, unless it says otherwise.
        smallest_effect: d, the smallest effect that counts, in the same unit, not negative.

    Raises:
        ValueError: the claim is not a range, or `smallest_effect` is negative or no number.
    """

    low: float
    high: float
    effect: Callable[[float], float] = speedup
    smallest_effect: float = SMALLEST_EFFECT

    def __post_init__(self) -> None:
        _check_claim(self.low, self.high)
        if not 0 <= self.smallest_effect < math.inf:
            raise ValueError(f"the smallest effect that counts cannot be {self.smallest_effect}")

    @property
    def undecided(self) -> Verdict:
        """The verdict where an interval allows for several."""
        return Verdict.INCONCLUSIVE

    @property
    def edges(self) -> tuple[float, ...]:
        """The claim's ends, and the smallest effects that count."""
        return -self.smallest_effect, self.smallest_effect, self.low, self.high

    def decide(self, low: float, high: float) -> Verdict:
        """Return the verdict on an interval of effects."""
        rules = (
            (Verdict.SLOWER, high < -self.smallest_effect),
            (Verdict.NO_EFFECT, -self.smallest_effect <= low and high <= self.smallest_effect),
            (Verdict.BELOW, high < self.low),
            (Verdict.EXCEEDED, low > self.high),
            (Verdict.CONFIRMED, low >= self.low),
        )
        return next((verdict for verdict, holds in rules if holds), Verdict.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class NoClaim:
    """The rule where nobody claimed anything: there is an effect, and no verdict."""

    effect: Callable[[float], float] = speedup

    @property
    def undecided(self) -> None:
        """No verdict."""
        return

    @property
    def edges(self) -> tuple[float, ...]:
        """None: there is nothing to be decided."""
        return ()

    def decide(self, low: float, high: float) -> None:  # noqa: ARG002 - as any rule
        """Return no verdict."""
        return


def judge(
    interval: Interval, low: float, high: float, *, smallest_effect: float = SMALLEST_EFFECT, blocks: int
) -> Verdict:
    """Hold an interval [l, u] against a claim [L, H]; d is the smallest effect that counts.

    The first that is true: `slower` u < -d; `no effect` -d <= l and u <= d; `below` u < L; `exceeded` l > H;
    `confirmed` l >= L; else `inconclusive`. Always `inconclusive` below `MINIMUM_BLOCKS`.

    `confirmed` means that the claim's lower end is reached: the interval may still pass its upper end.
    A claim of no effect is written L = H = 0. What confirms it is `no effect`; against it, `exceeded` and `below`
    say that something was gained or lost after all, and `refutes` tells the two readings apart.

    Args:
        interval: the effect, in the claim's unit.
        low: the claim's lower end.
        high: its upper end; infinite where the claim is open.
        smallest_effect: d, in the same unit, not negative.
        blocks: how many blocks the interval rests on.

    Raises:
        ValueError: the claim is not a range, or `smallest_effect` is negative or no number.
    """
    rule = ClaimRule(low, high, smallest_effect=smallest_effect)
    return rule.decide(interval.low, interval.high) if blocks >= MINIMUM_BLOCKS else rule.undecided


def other_verdicts(
    interval: Interval, low: float, high: float, *, smallest_effect: float = SMALLEST_EFFECT, blocks: int
) -> tuple[Verdict, ...]:
    """Return what a narrower interval within this one could still be judged, other than as this one is.

    They are the verdicts on the single effects in it, from the smallest effect to the largest: what is `confirmed`
    by an interval that reaches over the claim's upper end may yet be `exceeded`. With none, measuring on would not
    change the verdict, if the interval holds the truth. That the truth is exactly an end of the claim, or exactly the
    smallest effect, is left out: no interval with a width ever says so.

    Args:
        interval: the effect, in the claim's unit.
        low: the claim's lower end.
        high: its upper end.
        smallest_effect: the smallest effect that counts, in the same unit.
        blocks: how many blocks the interval rests on.

    Raises:
        ValueError: as for `judge`.
    """
    verdict = judge(interval, low, high, smallest_effect=smallest_effect, blocks=blocks)
    rule = ClaimRule(low, high, smallest_effect=smallest_effect)
    return tuple(each for each in decisions_within(rule, interval.low, interval.high) if each is not verdict)


def refutes(verdict: Verdict, low: float, high: float) -> bool:
    """Return whether a verdict speaks against the claim [low, high] that it was given for.

    `slower` and `below` do. `no effect` does, but for a claim that allows for none (low <= 0 <= high).
    `exceeded` does not, but for a claim of no effect (low = high = 0): there something was to be had.

    Raises:
        ValueError: the claim is not a range.
    """
    _check_claim(low, high)
    if verdict is Verdict.NO_EFFECT:
        return not low <= 0 <= high
    if verdict is Verdict.EXCEEDED:
        return low == high == 0
    return verdict in {Verdict.SLOWER, Verdict.BELOW}


def flips(
    gained: Interval,
    saved: Interval,
    low: float,
    high: float,
    *,
    smallest_effect: float = SMALLEST_EFFECT,
    blocks: int,
) -> bool:
    """Return whether a claim [low, high] would be judged otherwise if it meant time saved, not throughput gained.

    False for a claim that starts at 100 % or more: nobody saves all the time, so it has no such reading.

    Args:
        gained: the effect as throughput gained.
        saved: the same effect as time saved.
        low: the claim's lower end.
        high: its upper end.
        smallest_effect: the smallest effect that counts, in either reading.
        blocks: how many blocks the intervals rest on.

    Raises:
        ValueError: as for `judge`.
    """
    as_gained, as_saved = (
        judge(reading, low, high, smallest_effect=smallest_effect, blocks=blocks) for reading in (gained, saved)
    )
    return low < 1 and as_gained is not as_saved


def judge_rank(first: Interval, others: Sequence[Interval], *, blocks: int) -> Verdict:
    """Judge the claim that `first` is the largest single gain.

    `confirmed` when it is a gain and lies wholly above every other; `below` when some other lies wholly above
    it; else `inconclusive`, as also with nothing to compare it with and below `MINIMUM_BLOCKS`.

    A wrong `confirmed` takes an interval of `first` or of the truly largest that misses its truth: at 95 %, at
    most 1 in 20 whatever the number of others. A wrong `below` can come from any of the others, so its
    chance grows with them.

    Args:
        first: the gain of the one that is claimed to be largest.
        others: the gains of all others, in the same unit.
        blocks: how many blocks the intervals rest on.
    """
    if blocks < MINIMUM_BLOCKS or not others:
        return Verdict.INCONCLUSIVE
    if any(other.low > first.high for other in others):
        return Verdict.BELOW
    if first.low > 0 and all(first.low > other.high for other in others):
        return Verdict.CONFIRMED
    return Verdict.INCONCLUSIVE


def control_is_off(control: Interval, *, smallest_effect: float = SMALLEST_EFFECT) -> bool:
    """Return whether an A/A control differs from what it is a copy of, so that nothing beside it can be judged.

    Off: the interval excludes 0, and the estimate passes the smallest effect that counts. The second, because
    with enough blocks any interval excludes 0.

    Args:
        control: log-ratio or speedup (alike at this size) of `original` against itself, at `CONTROL_LEVEL` or above.
        smallest_effect: in the same unit.

    Raises:
        ValueError: the interval is of a lower level.
    """
    if control.level < CONTROL_LEVEL:
        raise ValueError(f"a control is judged by an interval of {CONTROL_LEVEL:.1%}, found {control.level:.1%}")
    return (control.low > 0 or control.high < 0) and abs(control.estimate) > smallest_effect


def _check_claim(low: float, high: float) -> None:
    if not low <= high:
        raise ValueError(f"not a range of claimed effects: {low} to {high}")

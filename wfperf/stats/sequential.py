"""The sequential analysis that claims and budgets share: what blocks decide, and how many more could change it.

Whoever watches asks this after every block; `rule` says what is asked. Everything here is numbers, and the answer to
the same numbers is the same: there is no clock, and the order of blocks matters only to the warning that they depend on
each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from wfperf.stats.dispersion import FEWEST_VALUES, block_dispersion, blocks_are_autocorrelated
from wfperf.stats.forecast import blocks_needed, decisive_half_width
from wfperf.stats.independent import log_ratio_of_medians
from wfperf.stats.interval import Interval
from wfperf.stats.rule import Rule, decisions_within
from wfperf.stats.sequence import median_sequence, simultaneous_level
from wfperf.stats.verdict import CONTROL_LEVEL, LEVEL, MINIMUM_BLOCKS, control_is_off

D = TypeVar("D")

OBVIOUS = 0.1
"""A log-ratio, ten times the smallest effect that counts: an interval that lies wholly beyond it does not owe its sign
to what an A/A control would show, which is a percent or two."""


class Obstacle(StrEnum):
    """Why nothing can be decided, whatever an interval says."""

    RESULTS_DIFFER = "results differ"
    CONTROL_UNKNOWN = "too few blocks to judge the control"
    CONTROL_OFF = "the control is off"
    TOO_FEW_BLOCKS = "too few blocks"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the blocks of one question say, before anything is decided.

    Args:
        interval: of log-ratios, from a confidence sequence.
        blocks: how many it rests on.
        dispersion: of their log-ratios, as one standard deviation; None where more blocks do not narrow the interval as
            `forecast` takes it, for half of what it rests on was measured before.
        control: the A/A control as a log-ratio, from a confidence sequence at `CONTROL_LEVEL`; None without one.
        is_awaited: whether a control that is still unknown is waited for; not where only some blocks have one.
        equal: whether the results of both variants were the same in every block.
        dependent: whether blocks look dependent on the ones before them, so that the interval may be too narrow. This
            is a warning and no obstacle: it is raised by chance, too.
    """

    interval: Interval
    blocks: int
    dispersion: float | None = None
    control: Interval | None = None
    is_awaited: bool = True
    equal: bool = True
    dependent: bool = False

    @property
    def awaits_control(self) -> bool:
        """Whether the control is still unknown, and waited for."""
        return self.is_awaited and self.control is not None and not self.control.bounded

    def obstacle(self, *, needs_control: bool = False) -> Obstacle | None:
        """Return what is in the way of any decision; None where nothing is.

        Args:
            needs_control: whether a control that is still unknown is in the way, too.
        """
        if not self.equal:
            return Obstacle.RESULTS_DIFFER
        if self.awaits_control and needs_control:
            return Obstacle.CONTROL_UNKNOWN
        if self.control and control_is_off(self.control):
            return Obstacle.CONTROL_OFF
        return None if self.blocks >= MINIMUM_BLOCKS and self.interval.bounded else Obstacle.TOO_FEW_BLOCKS


def shared_level(intervals: int) -> float:
    """Return the level of each of so many intervals that one run decides by: they share the risk of one wrong one."""
    return simultaneous_level(LEVEL, intervals)


def control_interval(log_ratios: Sequence[float]) -> Interval:
    """Return what the blocks of an A/A control say, as a log-ratio.

    Raises:
        ValueError: no value, or one that is not finite.
    """
    return median_sequence(log_ratios, level=CONTROL_LEVEL)


def side_by_side(
    log_ratios: Sequence[float],
    *,
    level: float,
    control: Interval | None = None,
    is_awaited: bool = True,
    equal: bool = True,
) -> Evidence:
    """Return what blocks say in which both variants were sampled in turn.

    Args:
        log_ratios: one for each block, in the order of measurement.
        level: of the interval.
        control: the A/A control beside it, from `control_interval`.
        is_awaited: whether a control that is still unknown is waited for.
        equal: whether the results were the same in every block.

    Raises:
        ValueError: no value, or one that is not finite.
    """
    several = len(log_ratios) >= FEWEST_VALUES
    return Evidence(
        interval=median_sequence(log_ratios, level=level),
        blocks=len(log_ratios),
        dispersion=block_dispersion(log_ratios) if several else 0.0,
        control=control,
        is_awaited=is_awaited,
        equal=equal,
        dependent=several and blocks_are_autocorrelated(log_ratios),
    )


def apart(over: Sequence[float], under: Sequence[float], *, level: float, equal: bool = True) -> Evidence:
    """Return what blocks of now say against stored ones.

    Args:
        over: a cost for each block of now, above 0.
        under: those that were stored.
        level: of the interval.
        equal: whether the results are those that were stored.

    Raises:
        ValueError: a sample is empty, or a cost is not finite and above 0.
    """
    return Evidence(log_ratio_of_medians(over, under, level=level), len(over), equal=equal)


@dataclass(frozen=True, slots=True)
class Analysis(Generic[D]):
    """What evidence decides by a rule.

    Args:
        evidence: what the blocks say.
        rule: what is asked of them.
        needs_control: whether nothing is decided while the A/A control is unknown. A budget needs it, for its FAIL
            stops others; a claim is told beside its interval, and is measured on.
    """

    evidence: Evidence
    rule: Rule[D]
    needs_control: bool = False

    @property
    def effect(self) -> Interval:
        """The interval in the rule's unit."""
        return self.evidence.interval.through(self.rule.effect)

    @property
    def obstacle(self) -> Obstacle | None:
        """Why nothing can be decided; None where the interval decides, even if it says nothing yet."""
        return self.evidence.obstacle(needs_control=self.needs_control)

    @property
    def decision(self) -> D:
        """The decision now."""
        if self.obstacle:
            return self.rule.undecided
        return self.rule.decide(self.effect.low, self.effect.high)

    @property
    def possible(self) -> tuple[D, ...]:
        """The decision now, and then the others that measuring on could end with.

        Those are the decisions on the single effects in the interval. On the way an interval that still holds an edge
        can give yet another one: a claim of no effect is `confirmed` by [0 %, 3 %], which ends as `no effect` or as
        `exceeded`.
        """
        if not self.evidence.equal:
            return (self.rule.undecided,)
        return tuple(dict.fromkeys((self.decision, *self._within(self.effect.low, self.effect.high))))

    @property
    def is_final(self) -> bool:
        """Whether more blocks cannot change the decision, if the interval holds the truth."""
        return self.obstacle in {None, Obstacle.RESULTS_DIFFER} and len(self.possible) == 1

    def is_decided(self, half_width: float = math.inf) -> bool:
        """Return whether nothing is left to measure: the decision is final, and the interval is as narrow as asked.

        An A/A control that is off, as 1 in 1,000 is by chance, or still unknown settles nothing: more blocks bring it
        back. Only an obvious effect is told without a control, which has ends 6 blocks later; a budget waits for it.
        Results that differ settle everything.

        Args:
            half_width: what is narrow enough, as a log-ratio.
        """
        if not self.evidence.equal:
            return True
        interval = self.evidence.interval
        is_obvious = interval.low > OBVIOUS or interval.high < -OBVIOUS
        awaits_control = self.evidence.awaits_control and (self.needs_control or not is_obvious)
        return not awaits_control and interval.high - interval.low <= 2 * half_width and self.is_final

    @property
    def missing_blocks(self) -> int | None:
        """About how many more blocks make the decision final.

        None where no number would do, for the estimate lies on an edge; 0 where nothing is missing, or where it is not
        known, as while a control is off.
        """
        if self.evidence.dispersion is None or len(self.possible) == 1:
            return 0
        if self.obstacle not in {None, Obstacle.TOO_FEW_BLOCKS}:
            return 0
        interval = self.evidence.interval
        needed = blocks_needed(self.evidence.dispersion, decisive_half_width(self._settles), interval.level)
        return None if needed is None else max(needed - self.evidence.blocks, 1)

    def _settles(self, half_width: float) -> bool:
        """Return whether an interval that reaches so far to either side of the estimate would decide for good."""
        estimate = self.evidence.interval.estimate
        low, high = self.rule.effect(estimate - half_width), self.rule.effect(estimate + half_width)
        return {self.rule.decide(low, high)} == {*self._within(low, high)}

    def _within(self, low: float, high: float) -> tuple[D, ...]:
        return decisions_within(self.rule, low, high)

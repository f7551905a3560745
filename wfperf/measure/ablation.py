"""The effect of each part of a configuration: alone, when removed, or when added in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import pairwise

from wfperf.errors import UsageError
from wfperf.measure.blocks import Blocks
from wfperf.measure.contrasts import Contrast, Design
from wfperf.plan import Configuration, Plan
from wfperf.results.ablation import Ablation, Part
from wfperf.stats.interval import Interval
from wfperf.stats.sequence import median_sequence
from wfperf.stats.sequential import shared_level
from wfperf.stats.speedup import speedup_interval

FEWEST_PARTS = 2
"""A single part is the whole configuration."""


class Mode(StrEnum):
    """What each part is compared with, besides the baseline."""

    SOLO = "solo"
    LEAVE_ONE_OUT = "leave-one-out"
    CUMULATIVE = "cumulative"


class Ablated:
    """The ablation of a configuration on one benchmark.

    Args:
        plan: the plan.
        name: name of the configuration.
        mode: what each part is compared with; each is also measured alone.
        benchmark: the benchmark.

    Raises:
        UsageError: no such configuration, or it has fewer than two parts.
    """

    def __init__(self, plan: Plan, name: str, mode: Mode, benchmark: str) -> None:
        self.whole = plan.configuration(name)
        self.mode = mode
        self.benchmark = benchmark
        self._base = plan.baseline
        self._parts = parts_of(plan, self.whole)
        if len(self._parts) < FEWEST_PARTS:
            raise UsageError(
                f"--ablate needs at least two parts, and {name!r} has fewer; list them in the plan: "
                'combines = ["one", "another"]'
            )
        self._pairs = self._within(plan)
        variants = [each for pair in self._pairs.values() for each in pair]
        known = {each.name for each in plan.configurations}
        self.plan = replace(
            plan,
            configurations=(
                *plan.configurations,
                *{each.name: each for each in variants if each.name not in known}.values(),
            ),
        )

    @property
    def design(self) -> Design:
        """The contrasts: the whole, every part alone, and those of the mode."""
        pairs = [(self.whole.name, self._base), *((part, self._base) for part in self._parts)]
        pairs += [(after.name, before.name) for before, after in self._pairs.values()]
        contrasts = [Contrast(variant, variant, None, self.benchmark, baseline) for variant, baseline in pairs]
        return Design(self._base, contrasts, interactions=len(self._pairs) or 1)

    def result(self, blocks: Blocks) -> Ablation | None:
        """Return the effect of each part, alone and with the others; None if results differ."""
        measured = blocks[self.benchmark]
        if not all(block.equal(each.baseline, each.variant) for each in self.design.contrasts for block in measured):
            return None
        level = shared_level(self.design.intervals)

        def ratios(variant: str, baseline: str) -> list[float]:
            return [block.log_ratio(baseline, variant) for block in measured]

        def effect(values: Sequence[float]) -> Interval:
            return speedup_interval(median_sequence(values, level=level))

        alone = {part: ratios(part, self._base) for part in self._parts}
        within = {part: ratios(after.name, before.name) for part, (before, after) in self._pairs.items()}
        total = ratios(self.whole.name, self._base)
        multiplied = [sum(each) for each in zip(*alone.values(), strict=True)]
        return Ablation(
            configuration=self.whole.name,
            baseline=self._base,
            benchmark=self.benchmark,
            mode=self.mode,
            total=effect(total),
            multiplied=effect(multiplied),
            interaction=effect([a - b for a, b in zip(total, multiplied, strict=True)]),
            parts=tuple(
                Part(
                    name=part,
                    alone=effect(alone[part]),
                    within=effect(within[part]) if part in within else None,
                    running=effect(ratios(self._pairs[part][1].name, self._base))
                    if self.mode is Mode.CUMULATIVE
                    else None,
                    interaction=effect([a - b for a, b in zip(within[part], alone[part], strict=True)])
                    if part in within
                    else None,
                )
                for part in self._parts
            ),
        )

    def _within(self, plan: Plan) -> dict[str, tuple[Configuration, Configuration]]:
        """Return for each part the configurations without and with it, among the other parts of the mode."""
        if self.mode is Mode.SOLO:
            return {}
        if self.mode is Mode.LEAVE_ONE_OUT:
            return {
                part: (self._combined([each for each in self._parts if each != part], plan), self.whole)
                for part in self._parts
            }
        steps = [plan.configuration(self._base)]
        steps += [self._combined(self._parts[:count], plan) for count in range(1, len(self._parts))]
        steps.append(self.whole)
        return dict(zip(self._parts, pairwise(steps), strict=True))

    def _combined(self, parts: Sequence[str], plan: Plan) -> Configuration:
        if len(parts) == 1:
            return plan.configuration(parts[0])
        choices: dict[str, str] = {}
        for part in parts:
            choices |= plan.configuration(part).choices
        return replace(self.whole, name="+".join(parts), choices=choices, claims=(), combines=tuple(parts))


def parts_of(plan: Plan, configuration: Configuration) -> list[str]:
    """Return the parts of a configuration, in plan order: what it combines, or else its optimizations."""
    return list(configuration.combines) or [each.id for each in plan.optimizations_in(configuration.choices)]

"""What a measurement is asked: the options that say it, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.cli.planned import Chosen
    from wfperf.measure.ablation import Ablated
    from wfperf.measure.blocks import Trial
    from wfperf.measure.executor import Executor
    from wfperf.measure.questions import Asked
    from wfperf.measure.trials import SubjectOf
    from wfperf.plan import Plan
    from wfperf.results.ceiling import Ceiling
    from wfperf.results.swept import SweptPoint

_OPTIONS = (
    click.option("--phase", type=click.IntRange(1), help="One phase: its optimizations alone, and its total."),
    click.option("--only", metavar="NAME", help="One optimization, configuration or pair."),
    click.option("--all", "every", is_flag=True, help="Every optimization alone, the pairs and the configurations."),
    click.option("--scenario", metavar="NAME", help="Ask only what is asked of this benchmark."),
    click.option("--ablate", type=click.Choice(["solo", "leave-one-out", "cumulative"]),
                 help="Take a configuration apart (--only NAME, or optimized): what is each part of it worth?"),
    click.option("--sweep", metavar="NAME=LOW..HIGH",
                 help="Ask at several values of a parameter; the built-in engine adds work=0us..1ms to every node."),
)  # fmt: skip


LONGEST_LOOK_S = 1.0
"""At 4,000 looks a second a share is then known within 2 %, which is all that a bound is good for."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked, and what builds the subjects it is about.

    `ablated` is there where a configuration is taken apart, `sweep` where scenarios are asked about at several values.
    """

    asked: Asked
    of: SubjectOf
    ablated: Ablated | None = None
    sweep: tuple[SweptPoint, ...] = ()

    def ceilings(
        self, plan: Plan, trials: Sequence[Trial], max_time_s: float, executor: Executor
    ) -> tuple[Ceiling, ...]:
        """Look how much could be had at most, in a small part of the time; not of what is taken apart or swept.

        Raises:
            NothingMeasuredError: a subject cannot be run.
        """
        from wfperf.measure.ceilings import ceilings

        if self.ablated or self.sweep:
            return ()
        return ceilings(plan, self.asked, trials, min(LONGEST_LOOK_S, max_time_s / 50), executor)


def question_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is asked."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def inquiry(chosen: Chosen, db: str, given: dict[str, Any]) -> Inquiry:
    """Return what the options ask of a plan.

    Raises:
        UsageError: they exclude each other, or name what the plan does not have.
    """
    from wfperf.measure.sweep import parse_sweep, swept
    from wfperf.measure.trials import subjects_of

    if (given["phase"] is not None) + (given["only"] is not None) + given["every"] > 1:
        raise UsageError("--phase, --only and --all exclude each other; give one")
    if given["ablate"] and (given["sweep"] or given["every"] or given["phase"] is not None):
        raise UsageError(
            "--ablate takes one configuration apart, on one scenario; leave out --sweep, --all and --phase"
        )
    plan = chosen.plan
    asked = _on(given["scenario"], _asked(plan, given).checked())
    sweep = given["sweep"] and parse_sweep(given["sweep"], plan.sweeps)
    ablated = _ablated(plan, asked, given) if given["ablate"] else None
    if ablated:
        plan, asked = ablated.plan, ablated.asked
    of = subjects_of(plan, chosen.folder, chosen.prepared(db))
    return Inquiry(*swept(asked, of, sweep), sweep=sweep.points(asked)) if sweep else Inquiry(asked, of, ablated)


def _asked(plan: Plan, given: dict[str, Any]) -> Asked:
    from wfperf.measure.questions import Asked, default_questions, everything, named_questions, phase_questions

    if given["every"]:
        return everything(plan)
    if given["phase"] is not None:
        return Asked(plan.base, phase_questions(plan, given["phase"]))
    only = given["only"] or (_configuration_to_ablate(plan) if given["ablate"] else None)
    return Asked(plan.base, named_questions(plan, only) if only else default_questions(plan))


def _configuration_to_ablate(plan: Plan) -> str:
    last = plan.configurations[-1]
    if last.name == plan.base:
        raise UsageError("there is no configuration to take apart")
    return last.name


def _on(scenario: str | None, asked: Asked) -> Asked:
    from dataclasses import replace

    if scenario is None:
        return asked
    questions = [each for each in asked.questions if each.scenario == scenario]
    ranks = [each for each in asked.ranks if each.claim.scenario == scenario]
    if not questions:
        known = ", ".join(dict.fromkeys(each.scenario for each in asked.questions))
        raise UsageError(f"nothing of this is asked of the benchmark {scenario!r}; choose one of: {known}")
    return replace(asked, questions=questions, ranks=ranks)


def _ablated(plan: Plan, asked: Asked, given: dict[str, Any]) -> Ablated:
    from wfperf.measure.ablation import Ablated, Mode

    first = asked.questions[0]
    return Ablated(plan, first.subject, Mode(given["ablate"]), first.scenario)

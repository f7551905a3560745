"""What a selection asks of a plan: everything, a phase, one name, one benchmark; taken apart, or swept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wfperf.errors import UsageError
from wfperf.measure.ablation import Ablated, Mode
from wfperf.measure.blocks import Blocks
from wfperf.measure.questions import Asked, default_questions, everything, named_questions, phase_questions
from wfperf.measure.selection import Selection
from wfperf.measure.sweep import Sweep, parse_sweep, swept
from wfperf.measure.trials import SubjectOf
from wfperf.plan import Plan
from wfperf.results.ablation import Ablation
from wfperf.results.swept import SweptPoint


@dataclass(frozen=True, slots=True)
class Selected:
    """The questions that a selection comes to.

    Args:
        asked: the questions.
        plan: where the variants stand that they are about: a configuration that is taken apart has more of them.
        ablated: the configuration that is taken apart; None where none is.
        swept: the values of the parameter that is swept; None where none is.
    """

    asked: Asked
    plan: Plan
    ablated: Ablated | None = None
    swept: Sweep | None = None

    @property
    def is_whole(self) -> bool:
        """Whether variants and benchmarks are those of the plan itself, neither taken apart nor swept."""
        return not (self.ablated or self.swept)

    @property
    def points(self) -> tuple[SweptPoint, ...]:
        """The benchmarks that are one at several values of the swept parameter, in their order."""
        return self.swept.points(self.asked) if self.swept else ()

    def built_by(self, of: SubjectOf) -> tuple[Asked, SubjectOf]:
        """Return the questions that are measured, and what builds their variants.

        Args:
            of: builds the variants of `plan`.
        """
        return swept(self.asked, of, self.swept) if self.swept else (self.asked, of)

    def ablation(self, blocks: Blocks) -> Ablation | None:
        """Return what the parts of the configuration are worth; None where none is taken apart."""
        return self.ablated.result(blocks) if self.ablated else None


def selected(plan: Plan, selection: Selection) -> Selected:
    """Return the questions that a selection asks of a plan.

    Raises:
        UsageError: parts of the selection exclude each other, or name what the plan does not have.
    """
    if (selection.phase is not None) + (selection.only is not None) + selection.every > 1:
        raise UsageError("--phase, --only and --all exclude each other; give one")
    if selection.ablate and (selection.sweep or selection.every or selection.phase is not None):
        raise UsageError("--ablate works on one configuration and one benchmark; leave out --sweep, --all and --phase")
    asked = _on(selection.scenario, _asked(plan, selection).checked())
    if selection.ablate:
        first = asked.questions[0]
        ablated = Ablated(plan, first.subject, Mode(selection.ablate), first.scenario)
        return Selected(ablated.asked, ablated.plan, ablated=ablated)
    return Selected(asked, plan, swept=parse_sweep(selection.sweep, plan.sweeps) if selection.sweep else None)


def _asked(plan: Plan, selection: Selection) -> Asked:
    if selection.every:
        return everything(plan)
    if selection.phase is not None:
        return Asked(plan.base, phase_questions(plan, selection.phase))
    only = selection.only or (_configuration_to_ablate(plan) if selection.ablate else None)
    return Asked(plan.base, named_questions(plan, only) if only else default_questions(plan))


def _configuration_to_ablate(plan: Plan) -> str:
    last = plan.configurations[-1]
    if last.name == plan.base:
        raise UsageError("--ablate needs a configuration other than the baseline, and the plan has none")
    return last.name


def _on(scenario: str | None, asked: Asked) -> Asked:
    if scenario is None:
        return asked
    questions = [each for each in asked.questions if each.scenario == scenario]
    ranks = [each for each in asked.ranks if each.claim.scenario == scenario]
    if not questions:
        known = ", ".join(dict.fromkeys(each.scenario for each in asked.questions))
        raise UsageError(f"nothing that was selected runs on the benchmark {scenario!r}; choose one of: {known}")
    return replace(asked, questions=questions, ranks=ranks)

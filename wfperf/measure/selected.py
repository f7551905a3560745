"""The contrasts that a selection takes from a plan: all, a phase, one name, one benchmark; ablated, or swept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from wfperf.errors import UsageError
from wfperf.measure.ablation import Ablated, Mode
from wfperf.measure.benchmarks import VariantOf
from wfperf.measure.blocks import Blocks
from wfperf.measure.contrasts import Design, default_contrasts, everything, named_contrasts, phase_contrasts
from wfperf.measure.selection import Selection
from wfperf.measure.sweep import Sweep, parse_sweep, swept
from wfperf.plan import Plan
from wfperf.results.ablation import Ablation
from wfperf.results.swept import SweptPoint


@dataclass(frozen=True, slots=True)
class Selected:
    """The selected contrasts.

    Args:
        design: the contrasts.
        plan: the plan with their variants; an ablation adds some.
        ablated: the ablation, or None.
        swept: the sweep, or None.
        is_between: whether variants are those of two revisions.
    """

    design: Design
    plan: Plan
    ablated: Ablated | None = None
    swept: Sweep | None = None
    is_between: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether variants and benchmarks are those of the plan itself, neither ablated nor swept nor of revisions."""
        return not (self.ablated or self.swept or self.is_between)

    @property
    def points(self) -> tuple[SweptPoint, ...]:
        """The benchmarks of the sweep, one for each value of the parameter, in order."""
        return self.swept.points(self.design) if self.swept else ()

    def measured_by(self, metric: str) -> Selected:
        """Return the same contrasts with another metric than time. Claims about something else are left out.

        Raises:
            UsageError: an ablation or a sweep, which are about time.
        """
        if self.ablated or self.swept:
            raise UsageError("--ablate and --sweep measure time; leave them out, or --metric")
        contrasts = {
            (each.variant, each.benchmark, each.baseline, claim): replace(each, metric=metric, claim=claim)
            for each in self.design.contrasts
            for claim in [each.claim if each.claim and each.claim.metric == metric else None]
        }
        left_out = any(each.claim and each.claim.metric != metric for each in self.design.contrasts)
        notes = (*self.plan.notes, f"Measured by --metric {metric}; claims about something else are not judged.")
        return replace(
            self,
            design=Design(self.design.baseline, [*contrasts.values()]),
            plan=replace(self.plan, notes=notes) if left_out or self.design.ranks else self.plan,
        )

    def built_by(self, of: VariantOf) -> tuple[Design, VariantOf]:
        """Return the contrasts to measure, and the function that builds their variants.

        Args:
            of: builds the variants of `plan`.
        """
        return swept(self.design, of, self.swept) if self.swept else (self.design, of)

    def ablation(self, blocks: Blocks) -> Ablation | None:
        """Return the effects of the parts; None without an ablation, or if results differ."""
        return self.ablated.result(blocks) if self.ablated else None


def selected(plan: Plan, selection: Selection) -> Selected:
    """Return the contrasts that a selection takes from a plan.

    Raises:
        UsageError: parts of the selection exclude each other, or name what the plan lacks.
    """
    if (selection.phase is not None) + (selection.only is not None) + selection.every > 1:
        raise UsageError("--phase, --only and --all exclude each other; give one")
    if selection.ablate and (selection.sweep or selection.every or selection.phase is not None):
        raise UsageError("--ablate works on one configuration and one benchmark; leave out --sweep, --all and --phase")
    design = _on(selection.benchmark, _design(plan, selection).checked())
    if selection.ablate:
        first = design.contrasts[0]
        ablated = Ablated(plan, first.variant, Mode(selection.ablate), first.benchmark)
        return Selected(ablated.design, ablated.plan, ablated=ablated)
    return Selected(design, plan, swept=parse_sweep(selection.sweep, plan.sweeps) if selection.sweep else None)


def _design(plan: Plan, selection: Selection) -> Design:
    if selection.every:
        return everything(plan)
    if selection.phase is not None:
        return Design(plan.baseline, phase_contrasts(plan, selection.phase))
    only = selection.only or (_configuration_to_ablate(plan) if selection.ablate else None)
    return Design(plan.baseline, named_contrasts(plan, only) if only else default_contrasts(plan))


def _configuration_to_ablate(plan: Plan) -> str:
    last = plan.configurations[-1]
    if last.name == plan.baseline:
        raise UsageError("--ablate needs a configuration other than the baseline, and the plan has none")
    return last.name


def _on(benchmark: str | None, design: Design) -> Design:
    if benchmark is None:
        return design
    contrasts = [each for each in design.contrasts if each.benchmark == benchmark]
    ranks = [each for each in design.ranks if each.claim.benchmark == benchmark]
    if not contrasts:
        known = ", ".join(dict.fromkeys(each.benchmark for each in design.contrasts))
        raise UsageError(f"nothing that was selected runs on the benchmark {benchmark!r}; choose one of: {known}")
    return replace(design, contrasts=contrasts, ranks=ranks)

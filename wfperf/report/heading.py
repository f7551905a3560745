"""The first line of a command's output: what is measured, and from which file."""

from __future__ import annotations

from wfperf.plan import Plan
from wfperf.report.terminal import printable

A_FEW = 2
"""Functions that are named where each configuration is one."""


def heading(doing: str, plan: Plan, origin: str, *, is_built_in: bool) -> str:
    """Return the line.

    Args:
        doing: its verb, such as `Measuring`.
        plan: what is measured.
        origin: where the plan comes from, in words.
        is_built_in: whether it is the plan that ships with wfperf.
    """
    what = "the built-in engine, PERF_TEST and its scenarios" if is_built_in else _shown(plan)
    return printable(f"{doing} {what} ({origin})")


def _shown(plan: Plan) -> str:
    number = len(plan.configurations)
    configurations = "1 configuration" if number == 1 else f"{number} configurations"
    if not plan.is_own:
        return f"the built-in engine in {configurations}"
    if plan.workload:
        return f"{configurations} of {plan.workload}"
    targets = [each.target for each in plan.configurations]
    return " and ".join(targets) if number <= A_FEW else configurations

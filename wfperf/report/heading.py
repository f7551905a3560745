"""The first line of a command's output: what is measured, and from which file."""

from __future__ import annotations

from wfperf.plan import Plan
from wfperf.report.intervals import counted_text
from wfperf.report.terminal import printable

A_FEW = 2
"""Most functions or commands that the line names, if each configuration is one."""


def heading(doing: str, plan: Plan, origin: str) -> str:
    """Return the first line.

    Args:
        doing: its verb, such as `Measuring`.
        plan: the plan that is measured.
        origin: the origin of the plan, as text.
    """
    return printable(f"{doing} {plan.what or _shown(plan)} ({origin})")


def _shown(plan: Plan) -> str:
    number = len(plan.configurations)
    configurations = counted_text(number, "configuration")
    if plan.workload:
        return f"{configurations} of {plan.workload}"
    targets = [each.command.run if each.command else each.target for each in plan.configurations]
    return " and ".join(targets) if number <= A_FEW else configurations

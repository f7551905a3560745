"""The first line of a command's output: what is measured, and from which file."""

from __future__ import annotations

from wfperf.plan import Plan
from wfperf.report.intervals import counted_text
from wfperf.report.terminal import printable

A_FEW = 2
"""Most functions or commands that the line names, if each configuration is one."""


def heading(doing: str, plan: Plan, origin: str, benchmark: str = "") -> str:
    """Return the first line.

    Args:
        doing: its verb, such as `Measuring`.
        plan: the plan that is measured.
        origin: the origin of the plan, as text.
        benchmark: the only benchmark of a suite that is measured; empty for all.
    """
    what = plan.what or _shown(plan)
    if benchmark and plan.suite:
        number = len(plan.benchmarks)
        what = f"{benchmark}, " + (f"one of {number} benchmarks of {what}" if number > 1 else f"of {what}")
    return printable(f"{doing} {what} ({origin})")


def _shown(plan: Plan) -> str:
    number = len(plan.configurations)
    configurations = counted_text(number, "configuration")
    if plan.workload:
        return f"{configurations} of {plan.workload}"
    targets = [each.command.run if each.command else each.target for each in plan.configurations]
    return " and ".join(targets) if number <= A_FEW else configurations

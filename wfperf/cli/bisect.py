"""`wfperf bisect`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from wfperf.cli import completion, options
from wfperf.cli.gating import GateOptions, asked_policy, gate_options, request_of, show_progress
from wfperf.cli.help import SectionedCommand
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_options
from wfperf.errors import ExitCode

if TYPE_CHECKING:
    from wfperf.cli.options import Output


EXAMPLES = """\b
Examples:
  wfperf bisect --good v1.4
  wfperf bisect --good v1.4 --bad main --only counters
"""


@click.command("bisect", cls=SectionedCommand, epilog=EXAMPLES)
@click.option(
    "--good", metavar="REF", shell_complete=completion.references, required=True, help="Revision that was fast enough."
)
@click.option(
    "--bad",
    metavar="REF",
    shell_complete=completion.references,
    default="HEAD",
    show_default=True,
    help="Later revision that is too slow.",
)
@gate_options
@plan_options
@options.output("the result as JSON")
def command(good: str, bad: str, gating: GateOptions, source: PlanOptions, output: Output) -> ExitCode:
    """Find the commit that made the code slower.

    wfperf bisects as `git bisect` does, and the gate decides whether a commit is good or bad. It compares each commit
    with --good, by the budgets that --bad breaks, and skips commits that it cannot judge. All commits are checked out
    in temporary worktrees; the working tree stays as it is.
    """
    from wfperf.gate.bisection import bisect
    from wfperf.report.bisected import bisect_tables
    from wfperf.results.decision import CheckStatus

    output.check()
    chosen = chosen_plan(source)
    request = request_of(chosen, asked_policy(chosen, gating), gating)
    repository = chosen.repository()
    chosen.announce("Bisecting", output.form)
    with show_progress() as progress:
        found = bisect(repository, good, bad, request, progress)
    found = replace(found, lost=replace(found.lost, workload=options.chosen_workload()))
    output.show(found, lambda: bisect_tables(found))
    if len(found.found) == 1:
        return ExitCode.DONE
    return ExitCode.USAGE if found.lost.status is CheckStatus.PASS else ExitCode.INCONCLUSIVE

"""`wfperf bisect`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from wfperf.cli import options
from wfperf.cli.gating import asked_policy, gate_options, request_of, watch
from wfperf.cli.output import show_result
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode


@click.command("bisect")
@click.option("--good", metavar="REF", required=True, help="A revision that was fast.")
@click.option("--bad", metavar="REF", default="HEAD", show_default=True, help="A later one that is not.")
@gate_options
@plan_options
@options.output_format
@options.output("the result as JSON")
def command(good: str, bad: str, form: str, file: str | None, force: bool, **given: Any) -> ExitCode:
    """Find the commit that lost the speed: git bisect, with the gate to tell good from bad.

    Every commit is checked out beside the working tree and held against --good, by the budgets that --bad breaks.
    What cannot be judged is skipped.
    """
    from wfperf.gate.bisection import bisect
    from wfperf.report.bisected import bisect_tables
    from wfperf.results.decision import Status
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.kinds import to_data
    from wfperf.trees.repository import find_repository

    chosen = chosen_plan(given)
    policy = asked_policy(chosen, given)
    if file:
        check_writable(Path(file), force=force)
    request = request_of(chosen, policy, given)
    repository = find_repository(Path())
    chosen.announce("Bisecting", form)
    with watch() as watching:
        found = bisect(repository, good, bad, request, watching)
    data = to_json(to_data(found))
    if file:
        write_text(Path(file), data)
    show_result(form, data, lambda: bisect_tables(found))
    if len(found.found) == 1:
        return ExitCode.DONE
    return ExitCode.USAGE if found.lost.status is Status.PASS else ExitCode.INCONCLUSIVE

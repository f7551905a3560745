"""`wfperf gate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wfperf.cli import options
from wfperf.cli.gating import asked_policy, gate_options, request_of, show_decision, watch
from wfperf.cli.output import reader_may_leave, say
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.gate.policy import Policy
    from wfperf.plan import Plan
    from wfperf.results.decision import Decision

BASELINE = "wfperf-baseline.json"
FORMATS = ("table", "json", "markdown", "junit", "sarif", "github")


@click.command("gate")
@click.option("--base", metavar="REF", help="Hold against this revision, side by side with --head.")
@click.option("--head", metavar="REF", help="What is judged; `.` is the working tree as it stands.  [default: HEAD]")
@click.option(
    "--baseline",
    metavar="FILE",
    help=f"Without --base: hold against the counts that are committed here.  [default: {BASELINE}]",
)
@click.option("--update", is_flag=True, help="Write what is counted now into the baseline, and show what moved.")
@click.option("--wall-time", is_flag=True, help="Keep times in the baseline too, or compare them: one machine's only.")
@gate_options
@click.option(
    "--inconclusive", type=click.Choice(["pass", "fail"]), help="What INCONCLUSIVE exits with: 0 or 1.  [default: 3]"
)
@plan_options
@options.db
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How it is shown; `github` also writes the step summary.",
)
@options.output("the decision as JSON")
@options.history
def command(
    base: str | None,
    head: str | None,
    baseline: str | None,
    update: bool,
    wall_time: bool,
    inconclusive: str | None,
    db: str,
    form: str,
    file: str | None,
    force: bool,
    no_history: bool,
    **given: Any,
) -> ExitCode:
    """Decide whether performance was kept: PASS, FAIL or INCONCLUSIVE.

    With --base REF both revisions are checked out beside the working tree, run side by side, counted, and timed until
    every budget of the policy is kept or broken. Without it, work is counted and held against the committed baseline:
    calls, objects and SQL statements of one run, the same on every machine with the same version of Python.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from wfperf.history.keeping import keep
    from wfperf.report.github import write_summary
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.history import entries_of_decision

    _check_options(base, head, baseline, update=update, wall_time=wall_time)
    plan = chosen_plan(given)
    policy = asked_policy(plan, given)
    if file:
        check_writable(Path(file), force=force)
    if base is not None:
        decision = _against_base(base, "HEAD" if head is None else head, plan, policy, given)
    else:
        decision = _against_baseline(
            Path(baseline or BASELINE), plan, policy, db, given, update=update, wall_time=wall_time
        )
    decision = replace(decision, command=options.reproduction("seed") if base else options.reproduction())
    if file:
        write_text(Path(file), to_json(decision.to_data()))
    if not no_history:
        keep(entries_of_decision(decision, datetime.now(UTC)))
    if form == "github":
        write_summary(decision)
    with reader_may_leave():
        show_decision(decision, form)
    return ExitCode.DONE if update else _exit_code(decision, inconclusive)


def _check_options(base: str | None, head: str | None, baseline: str | None, *, update: bool, wall_time: bool) -> None:
    if base is not None and (baseline or update or wall_time):
        raise UsageError("--base holds revisions against each other; leave out --baseline, --update and --wall-time")
    if head is not None and base is None:
        raise UsageError("--head is held against a revision; name it with --base")


def _against_base(base: str, head: str, plan: Plan, policy: Policy, given: dict[str, Any]) -> Decision:
    from wfperf.gate.against_base import decide_between
    from wfperf.trees.repository import find_repository

    repository = find_repository(Path())
    request = request_of(plan, policy, given)
    with watch() as watching:
        return decide_between(repository, base, head, request, watching)


def _against_baseline(
    file: Path, plan: Plan, policy: Policy, db: str, given: dict[str, Any], *, update: bool, wall_time: bool
) -> Decision:
    from wfperf.cli.database import seeded_url
    from wfperf.gate.against_baseline import Now, check_version, decide_against, updated
    from wfperf.gate.baseline import Baseline, read_baseline, write_baseline
    from wfperf.measure.trials import gate_trials, subjects_of
    from wfperf.results.files import check_writable

    if given["setup"] or given["accept_results"] or given["only"]:
        raise UsageError("--setup, --accept-results and --only belong to --base REF")
    if update:
        check_writable(file, force=True)
    known = Baseline({}) if update and not file.exists() else read_baseline(file)
    if not update:
        check_version(file, known)
    request = request_of(plan, policy, given)
    trials = gate_trials(plan, subjects_of(plan, "" if plan.is_own else seeded_url(db)))
    now = Now(trials, request)
    with watch() as watching:
        if not update:
            return decide_against(file, known, now, wall_time=wall_time, watch=watching)
        decision, new = updated(file, known, now, wall_time=wall_time, watch=watching)
    write_baseline(file, new)
    say(f"wrote {file}")
    return decision


def _exit_code(decision: Decision, inconclusive: str | None) -> ExitCode:
    from wfperf.results.decision import Status

    undecided = {"pass": ExitCode.DONE, "fail": ExitCode.REGRESSION}.get(inconclusive or "", ExitCode.INCONCLUSIVE)
    return {
        Status.PASS: ExitCode.DONE,
        Status.FAIL: ExitCode.REGRESSION,
        Status.DIFFERS: ExitCode.RESULTS_DIFFER,
        Status.INCONCLUSIVE: undecided,
    }[decision.status]

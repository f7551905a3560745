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
    from wfperf.cli.planned import Chosen
    from wfperf.gate.policy import Policy
    from wfperf.results.decision import Decision

FORMATS = ("table", "json", "markdown", "junit", "sarif", "github")


@click.command("gate")
@click.option("--base", metavar="REF", help="Hold against this revision, side by side with --head.")
@click.option("--head", metavar="REF", help="What is judged; `.` is the working tree as it stands.  [default: HEAD]")
@click.option(
    "--baseline",
    metavar="FILE",
    help="Without --base: hold against the counts that are committed here.  [default: wfperf-baseline.json beside the "
    "plan; of the built-in one, here or above]",
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
    from wfperf.results.kinds import to_data

    _check_options(base, head, baseline, update=update, wall_time=wall_time)
    chosen = chosen_plan(given)
    policy = asked_policy(chosen, given)
    if file:
        check_writable(Path(file), force=force)
    if base is not None:
        decision = _against_base(base, "HEAD" if head is None else head, chosen, policy, given, form)
    else:
        decision = _against_baseline(baseline, chosen, policy, db, given, form, update=update, wall_time=wall_time)
    decision = replace(decision, command=options.reproduction("seed") if base else options.reproduction())
    if file:
        write_text(Path(file), to_json(to_data(decision)))
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


def _against_base(base: str, head: str, chosen: Chosen, policy: Policy, given: dict[str, Any], form: str) -> Decision:
    from wfperf.gate.against_base import decide_between
    from wfperf.trees.repository import find_repository

    repository = find_repository(Path())
    request = request_of(chosen, policy, given)
    chosen.announce("Gating", form)
    with watch() as watching:
        return decide_between(repository, base, head, request, watching)


def _against_baseline(
    named: str | None,
    chosen: Chosen,
    policy: Policy,
    db: str,
    given: dict[str, Any],
    form: str,
    *,
    update: bool,
    wall_time: bool,
) -> Decision:
    from wfperf.gate.against_baseline import Now, check_version, decide_against, updated
    from wfperf.gate.baseline import Baseline, read_baseline, write_baseline
    from wfperf.measure.trials import gate_trials
    from wfperf.results.files import check_writable

    if given["setup"] or given["accept_results"] or given["only"]:
        raise UsageError("--setup, --accept-results and --only belong to --base REF")
    file, plan = _baseline_file(named, chosen), chosen.plan
    if update:
        check_writable(file, force=True)
    known = Baseline({}) if update and not file.exists() else read_baseline(file)
    if not update:
        check_version(file, known)
    request = request_of(chosen, policy, given)
    trials = gate_trials(plan, chosen.subjects(db))
    now = Now(trials, request)
    chosen.announce("Gating", form)
    with watch() as watching:
        if not update:
            return decide_against(file, known, now, wall_time=wall_time, watch=watching)
        decision, new = updated(file, known, now, wall_time=wall_time, watch=watching)
    write_baseline(file, new)
    say(f"wrote {file}")
    return decision


def _baseline_file(named: str | None, chosen: Chosen) -> Path:
    """Return the baseline that is named, or the one beside the plan.

    Raises:
        UsageError: nothing says that the built-in engine is meant, or the file is the baseline of something else.
    """
    from wfperf.gate.baseline import FILE, find_baseline, read_baseline

    if not chosen.is_built_in:
        beside = chosen.file.with_name(FILE) if chosen.file else Path(FILE)
        return beside if named is None else Path(named)
    found = find_baseline(Path())
    file = found or Path(FILE) if named is None else Path(named)
    lying = (file,) if chosen.is_named else (file, found)
    known = {each: read_baseline(each).is_of(chosen.plan) for each in lying if each and each.exists()}
    if not known.get(file, True):
        raise UsageError(
            f"{file} is no baseline of the built-in engine; say what it is of with --plan or --workload, or "
            "name another one with --baseline"
        )
    if not chosen.is_named and not any(known.values()):
        raise UsageError(
            f"nothing says what to gate: there is no plan here or above, and no {FILE} of the built-in engine; write a "
            "plan (wfperf init), name one with --plan FILE, or gate the built-in engine with --plan built-in"
        )
    return file


def _exit_code(decision: Decision, inconclusive: str | None) -> ExitCode:
    from wfperf.results.decision import Status

    undecided = {"pass": ExitCode.DONE, "fail": ExitCode.REGRESSION}.get(inconclusive or "", ExitCode.INCONCLUSIVE)
    return {
        Status.PASS: ExitCode.DONE,
        Status.FAIL: ExitCode.REGRESSION,
        Status.DIFFERS: ExitCode.RESULTS_DIFFER,
        Status.INCONCLUSIVE: undecided,
    }[decision.status]

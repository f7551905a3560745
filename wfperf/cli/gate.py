"""`wfperf gate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli import completion, options
from wfperf.cli.commands import CommandOptions, chosen_commands, command_options
from wfperf.cli.gating import GateOptions, asked_policy, gate_options, request_of, show_decision, show_progress
from wfperf.cli.grouping import grouped
from wfperf.cli.help import SectionedCommand
from wfperf.cli.output import reader_may_leave, say
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_or_function_options
from wfperf.cli.revisions import Revisions, benchmarks_from_base
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.cli.options import Output
    from wfperf.cli.planned import Chosen
    from wfperf.gate.policy import Policy
    from wfperf.results.decision import Decision

FORMATS = ("table", "json", "markdown", "junit", "sarif", "github")


@dataclass(frozen=True, slots=True)
class AgainstOptions:
    """What the gate compares with: another revision, or a baseline file."""

    base: str | None
    head: str | None
    benchmarks_from_base: bool
    baseline: str | None
    update: bool
    wall_time: bool


against_options = grouped(
    AgainstOptions,
    "against",
    click.option(
        "--base",
        metavar="REF",
        shell_complete=completion.references,
        help="Compare --head with this revision, side by side.",
    ),
    click.option(
        "--head",
        metavar="REF",
        shell_complete=completion.references,
        help="Revision to judge; `.` is the working tree with its uncommitted changes.  [default: HEAD]",
    ),
    benchmarks_from_base,
    click.option(
        "--baseline",
        metavar="FILE",
        shell_complete=completion.files,
        help="Without --base: compare with the counters stored in this file.  [default: wfperf-baseline.json beside "
        "the plan; for the built-in plan, in this folder or above]",
    ),
    click.option("--update", is_flag=True, help="Write the current counters to the baseline file, and show changes."),
    click.option(
        "--wall-time",
        is_flag=True,
        help="Also compare wall times with the baseline file, or store them with --update. They hold for one machine "
        "only.",
    ),
)


EXAMPLES = """\b
Examples:
  wfperf gate --base origin/main
  wfperf gate benchmarks/ --base origin/main
  wfperf gate shop.orders:load --args '[1000]' --base origin/main
  wfperf gate --command 'make report' --base origin/main
  wfperf gate --update
"""


@click.command("gate", cls=SectionedCommand, epilog=EXAMPLES)
@against_options
@gate_options
@click.option(
    "--inconclusive",
    type=click.Choice(["pass", "fail"]),
    help="Exit code for INCONCLUSIVE: `pass` is 0, `fail` is 1.  [default: 3]",
)
@plan_or_function_options
@command_options
@options.db
@options.output(
    "the decision as JSON",
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="Output format; `github` also writes the summary of the step.",
    ),
)
@options.history
def command(
    against: AgainstOptions,
    gating: GateOptions,
    inconclusive: str | None,
    source: PlanOptions,
    commands: CommandOptions,
    db: str,
    output: Output,
    no_history: bool,
) -> ExitCode:
    """Decide whether performance was kept: PASS, FAIL or INCONCLUSIVE.

    With --base REF, wfperf checks out both revisions in temporary worktrees and compares their counters. Then it times
    them side by side until every budget of the policy is kept or broken. Functions and suites that are named are gated
    so without a plan.

    Without --base, wfperf compares the counters with a committed baseline file: calls, objects and SQL statements per
    run. They are the same on every machine with the same version of Python.
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from wfperf.history.keeping import keep
    from wfperf.report.github import write_summary
    from wfperf.results.history import entries_of_decision

    _check(against, source)
    output.check()
    head = "HEAD" if against.head is None else against.head
    revisions = Revisions(against.base, head, against.benchmarks_from_base)
    executor = options.executor(gating.cpu, gating.timeout)
    chosen = chosen_commands(commands, source, revisions) or chosen_plan(source, revisions, executor)
    policy = asked_policy(chosen, gating)
    if against.base is not None:
        decision = _against_base(revisions, against.base, chosen, policy, gating, output.form)
    else:
        decision = _against_baseline(against, chosen, policy, db, gating, output.form)
    decision = replace(
        decision,
        command=options.reproduction("seed") if against.base else options.reproduction(),
        workload=options.chosen_workload(),
    )
    output.keep(decision)
    if not no_history:
        keep(entries_of_decision(decision, datetime.now(UTC)))
    if output.form == "github":
        write_summary(decision)
    with reader_may_leave():
        show_decision(decision, output.form)
    return ExitCode.DONE if against.update else _exit_code(decision, inconclusive)


def _check(against: AgainstOptions, source: PlanOptions) -> None:
    if source.setup is not None and not (source.targets or source.a):
        raise UsageError(
            "--setup makes arguments of functions, and none is named; a command that prepares each tree is --tree-setup"
        )
    if against.base is not None and (against.baseline or against.update or against.wall_time):
        raise UsageError("--base compares two revisions; leave out --baseline, --update and --wall-time")
    if against.head is not None and against.base is None:
        raise UsageError("--head needs a revision to compare with; give it as --base REF")


def _against_base(
    revisions: Revisions, base: str, chosen: Chosen, policy: Policy, gating: GateOptions, form: str
) -> Decision:
    from wfperf.gate.against_base import decide_between

    repository = chosen.repository()
    request = request_of(chosen, policy, gating, from_base=revisions.benchmarks_from_base)
    chosen.announce("Gating", form)
    with show_progress() as progress:
        return decide_between(repository, base, revisions.head, request, progress)


def _against_baseline(
    against: AgainstOptions, chosen: Chosen, policy: Policy, db: str, gating: GateOptions, form: str
) -> Decision:
    from wfperf.gate.against_baseline import Now, check_version, decide_against, updated
    from wfperf.gate.baseline import Baseline, read_baseline, write_baseline
    from wfperf.measure.benchmarks import counted_benchmarks
    from wfperf.results.files import check_writable

    if gating.tree_setup or gating.accept_results or gating.only:
        raise UsageError("--tree-setup, --accept-results and --only need --base REF")
    if not (chosen.plan.workload or chosen.file):
        raise UsageError("what is named on the command line is gated against a revision; give it as --base REF")
    if chosen.plan.suite:
        raise UsageError("a suite is gated against a revision; give it as --base REF")
    file, plan = _baseline_file(against.baseline, chosen), chosen.plan
    if against.update:
        check_writable(file, force=True)
    known = Baseline({}) if against.update and not file.exists() else read_baseline(file)
    if not against.update:
        check_version(file, known)
    request = request_of(chosen, policy, gating)
    benchmarks = counted_benchmarks(plan, chosen.variants(db))
    now = Now(benchmarks, request)
    chosen.announce("Gating", form)
    with show_progress() as progress:
        if not against.update:
            return decide_against(file, known, now, wall_time=against.wall_time, progress=progress)
        decision, new = updated(file, known, now, wall_time=against.wall_time, progress=progress)
    write_baseline(file, new)
    say(f"wrote {file}")
    return decision


def _baseline_file(named: str | None, chosen: Chosen) -> Path:
    """Return the baseline file that --baseline names, or the one beside the plan.

    Raises:
        UsageError: no plan is named or found and no file is a baseline of the built-in engine, or the named file is the
            baseline of another plan.
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
            f"{file} is not a baseline of the built-in engine; name its plan with --plan or its workload with "
            "--workload, or give another file with --baseline"
        )
    if not chosen.is_named and not any(known.values()):
        raise UsageError(
            f"nothing to gate: this folder and those above hold no plan, and no {FILE} of the built-in engine; write a "
            "plan (wfperf init), name one with --plan FILE, or gate the built-in engine with --plan built-in"
        )
    return file


def _exit_code(decision: Decision, inconclusive: str | None) -> ExitCode:
    from wfperf.results.decision import CheckStatus

    undecided = {"pass": ExitCode.DONE, "fail": ExitCode.REGRESSION}.get(inconclusive or "", ExitCode.INCONCLUSIVE)
    return {
        CheckStatus.PASS: ExitCode.DONE,
        CheckStatus.FAIL: ExitCode.REGRESSION,
        CheckStatus.DIFFERS: ExitCode.RESULTS_DIFFER,
        CheckStatus.INCONCLUSIVE: undecided,
    }[decision.status]

"""`wfperf compare`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from wfperf.cli import options
from wfperf.cli.inquiry import inquiry, question_options
from wfperf.cli.output import say, show_result
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.measure.blocks import Schedule
    from wfperf.results.comparison import Comparison

MAX_TIME_S, QUICK_MAX_TIME_S, ALL_MAX_TIME_S = 55.0, 13.0, 240.0
"""A minute, 15 seconds and 4 minutes for the whole command, less what starting and counting take."""


@click.command("compare")
@question_options
@click.option("--a", metavar="MODULE:FUNCTION", help="Hold a function of your own ...")
@click.option("--b", metavar="MODULE:FUNCTION", help="... against another one.")
@plan_options
@click.option("--quick", is_flag=True, help="Within 15 seconds; wider intervals.")
@click.option("--max-time", type=click.FloatRange(min=1), help="Seconds to measure for, at most.")
@click.option(
    "--precision",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop when every interval reaches no further than this fraction to either side. [default: 0.02]",
)
@click.option("--blocks", type=click.IntRange(min=1), help="Blocks of fresh processes, at most.")
@options.cpu
@options.timeout
@options.seed
@click.option(
    "--count",
    type=click.Choice(["allocations", "instructions"]),
    multiple=True,
    help="Count these too: allocations by memray, instructions by valgrind's callgrind, which takes a while.",
)
@click.option("--fail-on", metavar="LIST", default="", help="Exit 1 on `refuted`, 3 on `inconclusive`; or both.")
@options.db
@options.output_format
@options.output("the result as JSON")
@options.history
def command(
    fail_on: str, db: str, form: str, file: str | None, force: bool, no_history: bool, **given: Any
) -> ExitCode:
    """Measure what each phase is really worth, and judge its claim.

    Every subject runs in its own fresh process, without a profiler, sampled in turn with the original;
    a speedup counts only where results are equal. Without options: the phases and `optimized`. With
    --a and --b, --workload or --plan the same on code of your own.
    """
    from wfperf.history.keeping import keep
    from wfperf.measure.claims import PRECISION, blocks_of, compare
    from wfperf.measure.counters import count_work, with_allocations, with_instructions
    from wfperf.measure.trials import trials_for
    from wfperf.report.compared import comparison_tables
    from wfperf.report.progress import progress
    from wfperf.report.watching import watching
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.history import entries_of_comparison
    from wfperf.results.kinds import to_data

    failing = _failing(fail_on)
    chosen = chosen_plan(given)
    plan = chosen.plan
    asks = inquiry(chosen, db, given)
    schedule, executor = _schedule(given), options.executor(given)
    if file:
        check_writable(Path(file), force=force)
    chosen.announce("Measuring", form)
    began_s = monotonic()
    trials = trials_for(asks.asked, asks.of)
    with progress("counting work") as advance:
        work = count_work(trials, advance, executor)
    if "allocations" in given["count"]:
        work = with_allocations(work, trials, executor)
    if "instructions" in given["count"]:
        say("counting instructions ...")
        work = with_instructions(work, trials, executor)
    ceilings = asks.ceilings(plan, trials, schedule.max_time_s, executor)
    schedule = replace(schedule, max_time_s=max(1.0, schedule.max_time_s - (monotonic() - began_s)))
    precision = given["precision"] or PRECISION
    with watching(schedule.max_time_s) as watch:
        result = compare(asks.asked, asks.of, schedule, precision=precision, executor=executor, watch=watch)
    result = replace(
        result,
        work=work,
        ceilings=ceilings,
        ablation=asks.ablated.result(blocks_of(result.trials)) if asks.ablated else None,
        sweep=asks.sweep,
        command=options.reproduction("seed"),
        workload=options.chosen_workload(),
        notes=plan.notes,
    )
    data = to_json(to_data(result))
    if file:
        write_text(Path(file), data)
    if not no_history:
        keep(entries_of_comparison(result, datetime.now(UTC)))
    show_result(form, data, lambda: comparison_tables(result))
    return _exit_code(result, failing)


def _schedule(given: dict[str, Any]) -> Schedule:
    from wfperf.measure.blocks import Schedule

    fitting_s = QUICK_MAX_TIME_S if given["quick"] else ALL_MAX_TIME_S if given["every"] else MAX_TIME_S
    return Schedule(given["max_time"] or fitting_s, given["blocks"], given["seed"])


def _failing(text: str) -> set[str]:
    names = {name.strip() for name in text.split(",") if name.strip()}
    unknown = names - {"refuted", "inconclusive"}
    if unknown:
        raise UsageError(f"--fail-on takes refuted, inconclusive or both, not {min(unknown)!r}")
    return names


def _exit_code(result: Comparison, failing: set[str]) -> ExitCode:
    from wfperf.stats.verdict import refutes

    if any(not each.equal and not each.changes_results for each in result.findings):
        return ExitCode.RESULTS_DIFFER
    claimed = [each for each in result.findings if each.claim]
    if "refuted" in failing and any(
        each.claim and each.verdict and refutes(each.verdict, each.claim.low, each.claim.high) for each in claimed
    ):
        return ExitCode.REGRESSION
    if "inconclusive" in failing and any(each.verdict in {None, "inconclusive"} for each in claimed):
        return ExitCode.INCONCLUSIVE
    return ExitCode.DONE

"""`wfperf compare`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.planned import chosen_plan, plan_options, source_trees
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.measure.questions import Asked
    from wfperf.plan import Plan
    from wfperf.results.comparison import Comparison

MAX_TIME_S, QUICK_MAX_TIME_S, ALL_MAX_TIME_S = 55.0, 13.0, 240.0


@click.command("compare")
@click.option("--phase", type=click.IntRange(1), help="One phase: its optimizations alone, and its total.")
@click.option("--only", metavar="NAME", help="One optimization, configuration or idiom.")
@click.option("--all", "every", is_flag=True, help="Every optimization alone, the idioms and the phases.")
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
@click.option("--cpu", type=click.IntRange(min=0), help="Run all sides on this processor.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a subject may take for one answer. [default: 120]",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of orders and hash seeds.")
@click.option("--fail-on", metavar="LIST", default="", help="Exit 1 on `refuted`, 3 on `inconclusive`; or both.")
@options.db
@options.output_format
@options.output("the result as JSON")
def command(
    phase: int | None,
    only: str | None,
    every: bool,
    a: str | None,
    b: str | None,
    plan_file: Path | None,
    workload: str | None,
    path: Sequence[str],
    python: str,
    quick: bool,
    max_time: float | None,
    precision: float | None,
    blocks: int | None,
    cpu: int | None,
    timeout: float | None,
    seed: int,
    fail_on: str,
    db: str,
    form: str,
    file: str | None,
    force: bool,
) -> ExitCode:
    """Measure what each phase is really worth, and judge its claim.

    Every subject runs in its own fresh process, without a profiler, sampled in turn with the original;
    a speedup counts only where results are equal. Without options: the phases and `optimized`. With
    --a and --b, --workload or --plan the same on code of your own.
    """
    from wfperf.cli.database import seeded_url
    from wfperf.engine.nodes import NODE_TYPES
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.claims import PRECISION, compare
    from wfperf.measure.counters import count_work
    from wfperf.measure.trials import subjects_of, trials_for
    from wfperf.measure.workers import ANSWER_TIMEOUT_S, Conditions, check_cpu
    from wfperf.report.compared import comparison_tables
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.report.watching import watching
    from wfperf.results.files import check_writable, to_json, write_text

    if (phase is not None) + (only is not None) + every > 1:
        raise UsageError("--phase, --only and --all exclude each other; give one")
    failing = _failing(fail_on)
    if (a or b) and (plan_file or workload):
        raise UsageError("--a and --b, --workload and --plan exclude each other; give one")
    plan = _pair(a, b, path, python) if a or b else chosen_plan(plan_file, workload, path, python)
    asked = _asked(plan, phase, only, every=every)
    check_cpu(cpu)
    if file:
        check_writable(Path(file), force=force)
    max_time_s = max_time or (QUICK_MAX_TIME_S if quick else ALL_MAX_TIME_S if every else MAX_TIME_S)
    of = subjects_of(plan, "" if plan.is_own else seeded_url(db))
    conditions = Conditions(cpu, timeout or ANSWER_TIMEOUT_S)
    began_s = monotonic()
    with progress("counting work") as advance:
        work = count_work(trials_for(asked, of), advance, conditions)
    with watching(max_time_s) as watch:
        result = compare(
            asked,
            of,
            Schedule(max(1.0, max_time_s - (monotonic() - began_s)), blocks, seed),
            precision=precision or PRECISION,
            conditions=conditions,
            watch=watch,
        )
    result = replace(
        result, work=work, command=options.reproduction("seed"), node_types=None if plan.is_own else len(NODE_TYPES)
    )
    data = to_json(result.to_data())
    if file:
        write_text(Path(file), data)
    if form == "json":
        click.echo(data, nl=False)
    else:
        show(comparison_tables(result))
    return _exit_code(result, failing)


def _pair(a: str | None, b: str | None, path: Sequence[str], python: str) -> Plan:
    from wfperf.measure.own import pair_plan

    if not a or not b:
        raise UsageError("--a and --b belong together; give both")
    return pair_plan(a, b, source_trees(path), python)


def _asked(plan: Plan, phase: int | None, only: str | None, *, every: bool) -> Asked:
    from wfperf.measure.questions import Asked, default_questions, everything, named_questions, phase_questions

    if every:
        return everything(plan)
    if phase is not None:
        return Asked(plan.base, phase_questions(plan, phase))
    return Asked(plan.base, named_questions(plan, only) if only is not None else default_questions(plan))


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

"""`wfperf compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.measure.questions import Question
    from wfperf.plan import Plan
    from wfperf.results.comparison import Comparison

BLOCKS, MAX_TIME_S = 20, 55.0
QUICK_BLOCKS, QUICK_MAX_TIME_S = 10, 13.0
ALL_MAX_TIME_S = 180.0


@click.command("compare")
@click.option("--phase", type=click.IntRange(1, 4), help="One phase: its optimizations alone, and its total.")
@click.option("--only", metavar="NAME", help="One optimization, configuration or idiom.")
@click.option("--all", "everything", is_flag=True, help="Every optimization alone, the idioms and the phases.")
@click.option("--quick", is_flag=True, help="Within 15 seconds; wider intervals.")
@click.option("--max-time", type=click.FloatRange(min=1), help="Seconds to measure for, at most.")
@click.option("--blocks", type=click.IntRange(min=2), help="Blocks of fresh processes, at most.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of orders and resampling.")
@click.option("--fail-on", metavar="LIST", default="", help="Exit 1 on `refuted`, 3 on `inconclusive`; or both.")
@options.db
@options.output_format
@options.output("the result as JSON")
def command(
    phase: int | None,
    only: str | None,
    everything: bool,
    quick: bool,
    max_time: float | None,
    blocks: int | None,
    seed: int,
    fail_on: str,
    db: str,
    form: str,
    file: str | None,
    force: bool,
) -> ExitCode:
    """Measure what each phase is really worth, and judge its claim.

    Every subject runs in its own fresh process, without a profiler, sampled in turn with the original;
    a speedup counts only where results are equal. Without options: the phases and `optimized`.
    """
    from wfperf.cli.database import seeded_url
    from wfperf.measure.claims import compare
    from wfperf.plan import load_plan
    from wfperf.report.compared import comparison_tables
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.results.files import check_writable, to_json, write_text

    if (phase is not None) + (only is not None) + everything > 1:
        raise UsageError("--phase, --only and --all exclude each other; give one")
    failing = _failing(fail_on)
    plan = load_plan()
    questions = _questions(plan, phase, only, everything=everything)
    if file:
        check_writable(Path(file), force=force)
    subjects_db = seeded_url(db)
    longest_s = QUICK_MAX_TIME_S if quick else ALL_MAX_TIME_S if everything else MAX_TIME_S
    with progress("comparing") as advance:
        result = compare(
            plan,
            questions,
            plan.rank_claims if everything else (),
            subjects_db,
            blocks=blocks or (QUICK_BLOCKS if quick else BLOCKS),
            max_time_s=max_time or longest_s,
            seed=seed,
            on_block=advance,
        )
    data = to_json(result.to_data())
    if file:
        write_text(Path(file), data)
    if form == "json":
        click.echo(data, nl=False)
    else:
        show(comparison_tables(result))
    return _exit_code(result, failing)


def _questions(plan: Plan, phase: int | None, only: str | None, *, everything: bool) -> list[Question]:
    from wfperf.measure.questions import all_questions, default_questions, named_questions, phase_questions

    if everything:
        return all_questions(plan)
    if phase is not None:
        return phase_questions(plan, phase)
    return named_questions(plan, only) if only is not None else default_questions(plan)


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

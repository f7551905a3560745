"""The notes below the tables of `compare`: how it was measured, what to beware of, how to repeat it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from wfperf.listing import few
from wfperf.measure.blocks import CONTROL
from wfperf.plan.metrics import TRACED
from wfperf.report.intervals import (
    blocks_text,
    clock_notes,
    interrupted_notes,
    interval_text,
    level_text,
    unequal_note,
)
from wfperf.report.memory import is_of_memory, memory_notes
from wfperf.report.table import Note, Reproduction, verifying
from wfperf.report.traps import trap_notes
from wfperf.results.comparison import Comparison, Control, Finding
from wfperf.stats.interval import Interval

SPEEDUP = "Speedup is throughput gained, t_baseline / t_variant - 1. "


def comparison_notes(comparison: Comparison, *, of_plan: bool) -> list[Note]:
    """Return the notes; `of_plan` says whether any finding is of the plan's variants, not only of pairs."""
    environment = comparison.environment
    blocks = [each.blocks for each in comparison.findings]
    is_timed = any(not is_of_memory(each) for each in comparison.findings)
    speedup, bare = (SPEEDUP, ", without a profiler,") if is_timed else ("", "")
    traced = {each.name for each in comparison.benchmarks if each.metric in TRACED}
    notes: list[Note] = [
        (
            f"{speedup}Measured in {blocks_text(min(blocks), max(blocks))} of fresh processes{bare} in "
            f"{comparison.duration_s:.0f} s; {_pythons(comparison)}, {environment.cpu}, {environment.cores} "
            f"cores, load {environment.load_1min}."
        ),
        *memory_notes(comparison),
        *_level_notes(comparison),
        # Traced blocks have a control every second time, so it is often unknown; nothing waits for it.
        *_control_notes(each for each in comparison.controls if each.effect.bounded or each.benchmark not in traced),
    ]
    if of_plan:  # the plan's notes are not about pairs, which are only functions
        notes += comparison.notes
    notes += _bound_notes(comparison)
    notes += _warnings(comparison)
    if len({each.variant for each in comparison.findings}) > 1:
        notes.append("To measure one row: --only NAME")
    notes.append(Reproduction(comparison.command))
    return notes


def _pythons(comparison: Comparison) -> str:
    """Return the interpreters that ran the variants; old results only know the one that ran wfperf."""
    versions: dict[str, dict[str, None]] = {}
    for benchmark in comparison.benchmarks:
        for block in benchmark.blocks:
            for variant, python in block.pythons.items():
                if variant != CONTROL:
                    versions.setdefault(python, {})[variant] = None
    if len(versions) < 2:  # noqa: PLR2004 - one, or unknown
        return f"Python {next(iter(versions), comparison.environment.python)}"
    return "Python " + ", ".join(f"{python} ({' and '.join(variants)})" for python, variants in versions.items())


def _level_notes(comparison: Comparison) -> list[str]:
    effects = [*(each.effect for each in comparison.findings), *(each.effect for each in comparison.ranks)]
    if not any(effect and effect.bounded for effect in effects):
        return []  # no interval is shown
    if comparison.method == "fixed":
        return ["Each interval holds by itself with 95 % confidence, if the number of blocks was fixed beforehand."]
    return [level_text(comparison.level, comparison.intervals)]


def _bound_notes(comparison: Comparison) -> list[str]:
    if not comparison.amdahl_bounds:
        return []
    most = {(each.benchmark, each.variant, each.baseline): each.highest for each in comparison.amdahl_bounds}
    above = [
        _on(each)
        for each in comparison.findings
        if each.effect and each.effect.low > most.get((each.benchmark, each.variant, each.baseline), math.inf)
    ]
    notes = [
        (
            "Amdahl bound: the speedup if the exchanged code took no time, by a sampler that looks 4,000 times per "
            "second. For a change of the execution order: the speedup if every wait overlapped."
        )
    ]
    if above:
        notes.append(f"Above their Amdahl bound, because they also save work elsewhere: {few(above)}.")
    return notes


def _warnings(comparison: Comparison) -> list[str]:
    findings = comparison.findings
    notes = []
    marked = sorted({each for finding in findings for each in finding.changes_results})
    if marked:
        notes.append(f"Changes results: {', '.join(marked)}. See how: {verifying(comparison.workload)}")
    notes += [f"Results of {_on(each)} differ: {each.difference}" for each in findings if each.difference]
    for reason, each in _by_reason(findings).items():
        notes.append(f"Results not compared: {few(each)}: {reason}.")
    dependent = [_on(each) for each in findings if each.autocorrelated]
    if dependent:
        notes.append(f"Blocks are autocorrelated, so the interval may be too narrow: {few(dependent)}.")
    notes += _sampling_notes(findings)
    not_warmed_up = [_on(each) for each in findings if each.not_warmed_up > each.blocks / 2]
    if not_warmed_up:
        notes.append(f"Still getting faster after 2 s of warm-up: {few(not_warmed_up)}.")
    return notes + trap_notes(trap for each in findings for trap in each.traps)


def _sampling_notes(findings: Sequence[Finding]) -> list[str]:
    notes = clock_notes({each.benchmark: each.clock for each in findings})
    notes += interrupted_notes({each.benchmark: each.by_processor for each in findings})
    unequal = [_on(each) for each in findings if each.unequal_runs > each.blocks / 2]
    if unequal:
        notes.append(unequal_note(unequal))
    return notes


def _by_reason(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """Return the findings whose results were not compared, by the reason."""
    found: dict[str, list[str]] = {}
    for each in findings:
        if each.uncompared:
            found.setdefault(each.uncompared, []).append(_on(each))
    return found


def _on(finding: Finding) -> str:
    return f"{finding.variant} on {finding.benchmark}"


def _control_notes(found: Iterable[Control]) -> list[str]:
    controls = [*found]
    on = [f"{each.benchmark} {_width(each.effect)}" for each in controls if not each.off and each.effect.bounded]
    unknown = [each.benchmark for each in controls if not each.effect.bounded]
    notes = [f"Noise floor, the baseline against itself (99.9 %): {few(on)}."] if on else []
    if unknown:
        notes.append(f"Too few blocks to tell the noise floor of {few(unknown)}.")
    notes += [
        f"The A/A control of {each.benchmark} is off, {interval_text(each.effect)}, so nothing is judged there. "
        "Measure again on a quieter machine (see: wfperf doctor)."
        for each in controls
        if each.off
    ]
    return notes


def _width(interval: Interval) -> str:
    return "exactly equal" if interval.low == interval.high else interval_text(interval)

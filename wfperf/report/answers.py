"""What a comparison says in one sentence for each variant without a claim, or in one line for many."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean

from wfperf.plan.metrics import THROUGHPUT
from wfperf.report.intervals import counted_text
from wfperf.report.memory import WORDINGS, amounts_per_run, is_of_memory, less_text, more_text, sentence
from wfperf.results.comparison import Comparison, Finding
from wfperf.stats.verdict import SMALLEST_EFFECT

FASTER, SLOWER, ALIKE, UNDECIDED = "faster", "slower", "no difference of 1 %", "undecided"
"""What an interval says of a variant without a claim."""

A_FEW = 3
"""Most variants that have a sentence each."""

A_HUNDRED = 99.95
"""From here on, a number of percent has three digits without any behind the point."""

SIGNIFICANT = 3
"""Digits of a time per run; an interval is seldom narrower than the last one."""


def answers(comparison: Comparison) -> list[str]:
    """Return the answers about variants without a claim: a sentence for each of a few, or a summary of many."""
    return [*_of_time(comparison), *_of_memory(comparison)]


def _of_memory(comparison: Comparison) -> list[str]:
    said = []
    for metric in WORDINGS:
        findings = [each for each in comparison.findings if each.claim is None and each.metric == metric]
        if len(findings) > A_FEW:
            said.append(f"{WORDINGS[metric].title}: {_counts('effect', findings)}")
            continue
        amounts = amounts_per_run(comparison)
        said += [_on(each, comparison) + sentence(each, amounts) for each in findings]
    return said


def _of_time(comparison: Comparison) -> list[str]:
    findings = [each for each in comparison.findings if each.claim is None and each.metric == THROUGHPUT]
    if len(findings) > A_FEW:
        pairs = dict.fromkeys((each.variant, each.baseline) for each in findings)
        of = {pair: [each for each in findings if (each.variant, each.baseline) == pair] for pair in pairs}
        return [_summary(*pair, of[pair]) for pair in pairs if len(of[pair]) > 1] or [_counts("variant", findings)]
    times = times_per_run(comparison)
    return [_on(each, comparison) + _sentence(each, times) for each in findings]


def _on(finding: Finding, comparison: Comparison) -> str:
    """Return the benchmark of a finding as the beginning of its sentence; empty if all sentences are about one."""
    several = len({each.benchmark for each in comparison.findings if each.claim is None}) > 1
    return f"On {finding.benchmark}, " if several else ""


def conclusion(finding: Finding) -> str:
    """Return what the interval of an effect says without a claim."""
    effect = finding.effect
    if effect is None:
        return "results differ"
    if not effect.bounded:
        return UNDECIDED
    if effect.low >= -SMALLEST_EFFECT and effect.high <= SMALLEST_EFFECT:
        return ALIKE
    better, worse = (FASTER, SLOWER)
    if is_of_memory(finding):
        better, worse = less_text(finding.metric), more_text(finding.metric)
    return better if effect.low > 0 else worse if effect.high < 0 else UNDECIDED


def times_per_run(comparison: Comparison) -> dict[tuple[str, str], float]:
    """Return the time of a run in nanoseconds, by benchmark and variant: the median over blocks and samples."""
    return {
        (benchmark.name, variant): benchmark.cost(variant)
        for benchmark in comparison.benchmarks
        if benchmark.metric == THROUGHPUT
        for variant in benchmark.variants
    }


def times_text(finding: Finding, times: Mapping[tuple[str, str], float]) -> str:
    """Return the times per run of the baseline and of the variant, such as `885 us -> 436 us`; empty if unknown."""
    before, after = (times.get((finding.benchmark, name)) for name in (finding.baseline, finding.variant))
    return f"{time_text(before)} -> {time_text(after)}" if before and after else ""


def time_text(nanoseconds: float) -> str:
    """Return a time of a run in a suitable unit, with three digits: `885 us`, `1.24 ms`, `12 s`."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= 0.9995 * size:  # 999.6 us would be shown as 1000 us
            return f"{_digits(nanoseconds / size)} {unit}"
    return f"{_digits(nanoseconds)} ns"


def _digits(value: float) -> str:
    before_point = len(str(int(value)))
    return f"{value:.{max(0, SIGNIFICANT - before_point)}f}"


def _sentence(finding: Finding, times: Mapping[tuple[str, str], float]) -> str:
    results = "results not compared" if finding.uncompared else "results equal"
    times_said = f": {text} per run" if (text := times_text(finding, times)) else ""
    effect = finding.effect
    if effect is None:
        return f"{finding.variant} returns other results than {finding.baseline}; so there is no speedup."
    said = conclusion(finding)
    if said in {FASTER, SLOWER}:
        factors = [1 + bound for bound in (effect.low, effect.estimate, effect.high)]
        if said == SLOWER:
            factors = [1 / factor for factor in reversed(factors)]
        low, factor, high = factors
        than = f"{factor:.2f}x {said} than {finding.baseline} ({_percent(low - 1)} to {_percent(high - 1)} %)"
        return f"{finding.variant} is {than}{times_said}; {results}."
    if not effect.bounded:
        return f"{finding.variant} and {finding.baseline}: too few blocks for an answer{times_said}; {results}."
    range_ = f"{_percent(effect.low, '+')} to {_percent(effect.high, '+')} %"
    if said == ALIKE:
        return f"{finding.variant} is as fast as {finding.baseline} ({range_}){times_said}; {results}."
    return f"{finding.variant} may be as fast as {finding.baseline} ({range_}){times_said}; {results}."


def _percent(fraction: float, sign: str = "") -> str:
    """Return a fraction as percent, with three digits at most."""
    percent = 100 * fraction
    return f"{percent:{sign}.0f}" if abs(percent) >= A_HUNDRED else f"{percent:{sign}.3g}"


def _summary(variant: str, baseline: str, findings: Sequence[Finding]) -> str:
    """Return how many benchmarks a variant makes faster or slower, and the geometric mean of its speedups.

    The mean of the intervals' logarithms is an interval of the mean: the intervals hold together.
    """
    effects = [each.effect for each in findings if each.effect is not None and each.effect.bounded]
    low, mean, high = (
        math.exp(fmean(math.log1p(bound) for bound in bounds)) - 1 if bounds else 0.0
        for bounds in ([getattr(each, end) for each in effects] for end in ("low", "estimate", "high"))
    )
    of = f" of {len(effects)} of them" if len(effects) < len(findings) else ""
    said = f"; geometric mean{of} {_percent(mean, '+')} % ({_percent(low, '+')} to {_percent(high, '+')} %)"
    return f"{variant} over {baseline}: {_counts('benchmark', findings)[:-1]}{said if len(effects) > 1 else ''}."


def _counts(noun: str, findings: Sequence[Finding]) -> str:
    said = Counter(conclusion(each) for each in findings)
    of_memory = [text(metric) for metric in WORDINGS for text in (less_text, more_text)]
    order = dict.fromkeys((FASTER, SLOWER, *of_memory, ALIKE, UNDECIDED, "results differ"))
    parts = [f"{said[each]} {each}" for each in order if said[each]]
    return f"{counted_text(len(findings), noun)}: {', '.join(parts)}."

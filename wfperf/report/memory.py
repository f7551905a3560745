"""What a comparison says of memory: sentences, tables with amounts per run, and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from wfperf.listing import few
from wfperf.plan.metrics import ALLOCATIONS, MEMORY, OF_MEMORY, PEAK_MEMORY
from wfperf.report.intervals import TOO_FEW_BLOCKS, interval_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.comparison import Comparison, Finding, MeasuredBenchmark
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import SMALLEST_EFFECT

TWICE = 1.0
"""From this fraction of more memory on, a factor is easier to read than a number of percent."""

_KILO = 1000
_UNITS = ("B", "kB", "MB", "GB", "TB")
_SIGNIFICANT = 3
"""Digits of an amount; the noise of a peak is in the last one at most."""

Amounts = Mapping[tuple[str, str], str]
"""What a run takes, as text, by benchmark and variant."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for one metric.

    Args:
        title: of its table.
        heading: of the column of amounts.
        verb: what a variant does with it, as in `uses ... memory`.
        noun: what it is.
        less: the word for less of it.
        alike: the words for as much of it.
        sign: what the numbers mean, as a note.
    """

    title: str
    heading: str
    verb: str
    noun: str
    less: str
    alike: str
    sign: str


WORDINGS: Mapping[str, Wording] = {
    PEAK_MEMORY: Wording(
        "Peak memory",
        "peak memory per run",
        "uses",
        "memory",
        "less",
        "as much",
        "Memory saved is 1 - variant / baseline.",
    ),
    ALLOCATIONS: Wording(
        "Allocations",
        "allocations per run",
        "makes",
        "allocations",
        "fewer",
        "as many",
        "Allocations saved are 1 - variant / baseline, of the number in one run, by memray; beside it, their bytes.",
    ),
    MEMORY: Wording(
        "Memory of results",
        "memory per run",
        "holds",
        "memory",
        "less",
        "as much",
        "Memory saved is 1 - variant / baseline, as tracemalloc sees it.",
    ),
}


def is_of_memory(finding: Finding) -> bool:
    """Return whether a finding is about memory or allocations."""
    return finding.metric in OF_MEMORY


def less_text(metric: str) -> str:
    """Return what a variant is said to do that saves some: `less memory`."""
    return f"{WORDINGS[metric].less} {WORDINGS[metric].noun}"


def more_text(metric: str) -> str:
    """Return what a variant is said to do that needs more: `more memory`."""
    return f"more {WORDINGS[metric].noun}"


def bytes_text(number: float) -> str:
    """Return a number of bytes in a suitable unit: `840 B`, `8.39 MB`."""
    unit = 0
    while number >= _KILO - 0.5 and unit < len(_UNITS) - 1:  # 999.6 kB would be shown as 1000 kB
        number, unit = number / _KILO, unit + 1
    digits = 0 if unit == 0 else max(0, _SIGNIFICANT - len(str(int(number))))
    return f"{number:.{digits}f} {_UNITS[unit]}"


def amounts_per_run(comparison: Comparison) -> Amounts:
    """Return what a run takes of memory, by benchmark and variant: the median over blocks and samples."""
    return {
        (benchmark.name, variant): _amount(benchmark, variant)
        for benchmark in comparison.benchmarks
        if benchmark.metric in OF_MEMORY
        for variant in benchmark.variants
    }


def _amount(benchmark: MeasuredBenchmark, variant: str) -> str:
    cost = benchmark.cost(variant)
    if benchmark.metric != ALLOCATIONS:
        return bytes_text(cost)
    sizes = [block.allocated_bytes[variant] for block in benchmark.blocks if variant in block.allocated_bytes]
    return f"{cost:,.0f}" + (f" ({bytes_text(median(sizes))})" if sizes else "")


def sentence(finding: Finding, amounts: Amounts) -> str:
    """Return the effect of a variant on memory in one sentence, such as `new uses 1.95x less memory than old`."""
    words, variant, baseline = WORDINGS[finding.metric], finding.variant, finding.baseline
    if finding.effect is None:
        return f"{variant} returns other results than {baseline}; so nothing is said about its {words.noun}."
    told = amounts_text(finding, amounts)
    results = "results not compared" if finding.uncompared else "results equal"
    rest = f"{f': {told} per run' if told else ''}; {results}."
    effect = finding.effect
    if not effect.bounded:
        return f"{variant} and {baseline}: too few blocks for an answer{rest}"
    if effect.low > 0 and not _is_alike(effect):
        return f"{variant} {words.verb} {_factors(effect)} {less_text(finding.metric)} than {baseline}{rest}"
    if effect.high < 0 and not _is_alike(effect):
        return f"{variant} {words.verb} {_more(effect)} {more_text(finding.metric)} than {baseline}{rest}"
    verb = words.verb if _is_alike(effect) else f"may {words.verb.removesuffix('s')}"
    return f"{variant} {verb} {words.alike} {words.noun} as {baseline}{rest}"


def _is_alike(saved: Interval) -> bool:
    return saved.low >= -SMALLEST_EFFECT and saved.high <= SMALLEST_EFFECT


def amounts_text(finding: Finding, amounts: Amounts) -> str:
    """Return what runs of the baseline and of the variant take, such as `8.39 MB -> 4.19 MB`; empty if unknown."""
    before, after = (amounts.get((finding.benchmark, name)) for name in (finding.baseline, finding.variant))
    return f"{before} -> {after}" if before and after else ""


def _factors(saved: Interval) -> str:
    """Return by which factor something is less: `1.95x`, with its interval unless all blocks are equal."""
    low, factor, high = (1 / (1 - bound) for bound in (saved.low, saved.estimate, saved.high))
    return f"{factor:.2f}x" + ("" if low == high else f" ({low:.2f}x to {high:.2f}x)")


def _more(saved: Interval) -> str:
    """Return by how much something is more: `12 %` or `2.10x`, with its interval unless all blocks are equal."""
    least, more, most = -saved.high, -saved.estimate, -saved.low
    if more >= TWICE:
        return f"{1 + more:.2f}x" + ("" if least == most else f" ({1 + least:.2f}x to {1 + most:.2f}x)")
    return f"{100 * more:.3g} %" + ("" if least == most else f" ({100 * least:.3g} to {100 * most:.3g} %)")


def memory_tables(findings: Sequence[Finding], amounts: Amounts, verdict: Callable[[Finding], Cell]) -> list[Table]:
    """Return one table for each metric of memory.

    Args:
        findings: the rows, of any metric.
        amounts: what runs take, from `amounts_per_run`.
        verdict: returns the last cell of a row.
    """
    return [
        _table(metric, of, amounts, verdict)
        for metric in WORDINGS
        if (of := [each for each in findings if each.metric == metric])
    ]


def _table(metric: str, findings: Sequence[Finding], amounts: Amounts, verdict: Callable[[Finding], Cell]) -> Table:
    claimed = any(each.claim for each in findings)
    has_several = len({each.benchmark for each in findings}) > 1
    columns = (
        Column("what", kept=True),
        *([Column("benchmark", kept=True)] if has_several else []),
        Column("baseline", spare=True),
        *([Column("claimed", right=True)] if claimed else []),
        Column(WORDINGS[metric].heading, right=True),
        Column("saved", right=True, kept=True),
        Column("verdict" if claimed else "answer"),
    )
    rows: list[list[Cell | str]] = [
        [
            Cell(each.variant, Tone.STRONG),
            *([each.benchmark] if has_several else []),
            Cell(each.baseline, Tone.MUTED),
            *([each.claim.text if each.claim else Cell("nothing", Tone.MUTED)] if claimed else []),
            amounts_text(each, amounts),
            _saved(each),
            verdict(each),
        ]
        for each in findings
    ]
    return Table(WORDINGS[metric].title, columns, rows)


def _saved(finding: Finding) -> Cell:
    if finding.effect is None:
        return Cell("results differ", Tone.BAD)
    if not finding.effect.bounded:
        return Cell(TOO_FEW_BLOCKS, Tone.UNSURE)
    return Cell(interval_text(finding.effect))


def memory_notes(comparison: Comparison) -> list[str]:
    """Return what the numbers of memory mean, and what has seen them."""
    metrics = dict.fromkeys(each.metric for each in comparison.findings)
    notes = [WORDINGS[metric].sign for metric in metrics if metric in WORDINGS]
    traced = [each for each in comparison.benchmarks if each.metric == PEAK_MEMORY and each.blocks]
    return notes + tracer_notes({each.name: each.blocks[0].tracer for each in traced})


def tracer_notes(tracers: Mapping[str, str]) -> list[str]:
    """Return what peak memory means, and what has seen it.

    Args:
        tracers: the tracer of each benchmark.
    """
    return [
        f"{said}: {few(names)}."
        for tracer, said in _TRACERS.items()
        if (names := [name for name, each in tracers.items() if each == tracer])
    ]


_TRACERS = {
    "memray": "Peak memory is the most that one run holds beyond what was held before it, by memray",
    "tracemalloc": (
        "Peak memory is the most that one run holds beyond what was held before it, by tracemalloc, because an "
        "interpreter has no memray; memory that only C libraries take is not seen"
    ),
    "processes": "Peak memory is that of all processes of a command, interpreter included, as the system sees it",
}

"""Notes on a sweep: for which values of a parameter a claim holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from wfperf.results.comparison import Finding
from wfperf.results.swept import SweptPoint
from wfperf.stats.verdict import Verdict

HOLDS = frozenset({Verdict.CONFIRMED, Verdict.EXCEEDED})


def sweep_notes(findings: Sequence[Finding], sweep: Sequence[SweptPoint]) -> list[str]:
    """Return for each claim of a sweep where it holds and where it does not.

    Args:
        findings: the findings, each at one value.
        sweep: the values, in order.
    """
    points = {each.benchmark: each for each in sweep}
    claims: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for each in findings:
        if each.claim and (point := points.get(each.benchmark)):
            said = claims.setdefault((each.variant, each.claim.text, point.of), [])
            said.append((_word(each), point.value))
    return [
        f"{variant}, {text} on {benchmark}: {_ranges(each)}." for (variant, text, benchmark), each in claims.items()
    ]


def _ranges(said: Sequence[tuple[str, str]]) -> str:
    parts = []
    for word, group in groupby(said, key=lambda each: each[0]):
        values = [value for _, value in group]
        where = f"at {values[0]}" if len(values) == 1 else f"from {values[0]} to {values[-1]}"
        parts.append(f"{word} {where}")
    return ", ".join(parts)


def _word(finding: Finding) -> str:
    if not finding.equal:
        return "results differ"
    if finding.verdict is None:
        return "not judged"
    return "holds" if finding.verdict in HOLDS else str(finding.verdict)

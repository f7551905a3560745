"""Up to which value of a swept parameter a claim holds, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from wfperf.results.comparison import Finding
from wfperf.stats.verdict import Verdict

HOLDS = frozenset({Verdict.CONFIRMED, Verdict.EXCEEDED})


def sweep_notes(findings: Sequence[Finding]) -> list[str]:
    """Return for each claim that was asked at several values where it holds and where it does not."""
    claims: dict[tuple[str, str, str], list[Finding]] = {}
    for each in findings:
        if each.claim:
            scenario, _, _ = each.scenario.rpartition(", ")
            claims.setdefault((each.subject, each.claim.text, scenario), []).append(each)
    return [f"{subject}, {text} on {scenario}: {_ranges(each)}." for (subject, text, scenario), each in claims.items()]


def _ranges(findings: Sequence[Finding]) -> str:
    parts = []
    for word, group in groupby(findings, _word):
        values = [each.scenario.rpartition(", ")[2] for each in group]
        where = f"at {values[0]}" if len(values) == 1 else f"from {values[0]} to {values[-1]}"
        parts.append(f"{word} {where}")
    return ", ".join(parts)


def _word(finding: Finding) -> str:
    if not finding.equal:
        return "results differ"
    if finding.verdict is None:
        return "not judged"
    return "holds" if finding.verdict in HOLDS else str(finding.verdict)

"""A decision of the gate as SARIF, which code scanning shows beside the code: the checks that did not pass."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

from wfperf.report.budgets import (
    budget_text,
    check_text,
    function_text,
    functions_text,
    head_text,
    is_counted,
    located,
    metric_text,
)
from wfperf.report.intervals import interval_text
from wfperf.report.terminal import printable
from wfperf.results.decision import (
    PEAK_MEMORY_INCREASE,
    RESULTS,
    SPEEDUP,
    WALL_TIME,
    CallCountChange,
    Check,
    CheckStatus,
    Decision,
    SelfTimeChange,
)
from wfperf.results.files import to_json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
NOWHERE = CallCountChange("", 0, 0, "pyproject.toml", 1)
"""Location of a result without a function: code scanning accepts no result without a location."""

MOST_PLACES = 100
"""Locations that code scanning shows for one result."""


class _Rule(NamedTuple):
    name: str
    title: str
    text: str
    precision: str = "high"


_RULES = {
    WALL_TIME: _Rule(
        "wall-time-rose",
        "A run takes longer than its budget allows",
        "Measured side by side with the base in blocks of fresh processes. To see where time goes: wfperf profile",
    ),
    SPEEDUP: _Rule(
        "speedup-fell",
        "A configuration gains less than its budget demands",
        "Measured side by side with the baseline in blocks of fresh processes. To see all speedups: wfperf compare",
    ),
    PEAK_MEMORY_INCREASE: _Rule(
        "peak-memory-rose",
        "A run holds more memory than its budget allows",
        "Traced side by side with the base in blocks of fresh processes. To see which code allocates: wfperf profile",
    ),
    RESULTS: _Rule(
        "results-differ",
        "A run returns another result than before",
        "Times are not compared if results differ. If this is intended: --accept-results with --base, else --update",
    ),
}


def sarif(decision: Decision) -> str:
    """Return the checks that did not pass as a log with one run: errors, and warnings for undecided checks.

    The location of a result is the definition of the function behind it. Its fingerprint is the same in every run.

    Source: OASIS SARIF 2.1.0.
    """
    rules = {rule.name: rule for rule in (_rule(check.metric) for check in decision.checks)}
    positions = {name: at for at, name in enumerate(rules)}
    driver = {
        "name": "wfperf",
        "version": decision.environment.wfperf,
        "rules": [_rule_data(rule) for rule in rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "results": [_result(check, positions) for check in decision.checks if check.status is not CheckStatus.PASS],
        "columnKind": "unicodeCodePoints",
        "properties": _known(
            status=decision.status,
            against=str(decision.against),
            head=head_text(decision),
            python=decision.python,
            command=decision.command,
        ),
    }
    return to_json({"$schema": SCHEMA, "version": VERSION, "runs": [run]})


def _rule(metric: str) -> _Rule:
    if metric in _RULES:
        return _RULES[metric]
    return _Rule(
        re.sub(r"[^\w.]+|_", "-", f"{metric}-rose"),
        f"A run has more {metric_text(metric)} than its budget allows",
        "Counters are exact. If the change is intended, raise the budget, or store the current counters with --update",
        "very-high",
    )


def _rule_data(rule: _Rule) -> dict[str, Any]:
    title = printable(rule.title)
    return {
        "id": rule.name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}. {rule.text}"},
        "help": {"text": rule.text},
        "properties": {"tags": ["performance"], "precision": rule.precision},
    }


def _result(check: Check, positions: dict[str, int]) -> dict[str, Any]:
    places = located(check)[:MOST_PLACES]
    said = "; ".join(part for part in (check_text(check), functions_text(check)) if part)
    rule = _rule(check.metric).name
    return {
        "ruleId": rule,
        "ruleIndex": positions[rule],
        "level": "warning" if check.status is CheckStatus.INCONCLUSIVE else "error",
        "message": {"text": printable(said)},
        "locations": [_location(places[0] if places else NOWHERE)],
        **({"relatedLocations": _related(places[1:])} if places[1:] else {}),
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(check)},
        "properties": _properties(check),
    }


def _location(function: CallCountChange | SelfTimeChange) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(function.file, errors="backslashreplace")},
            "region": {"startLine": max(function.line, 1)},
        }
    }


def _related(places: Iterable[CallCountChange | SelfTimeChange]) -> list[dict[str, Any]]:
    return [
        {"id": number, **_location(each), "message": {"text": printable(function_text(each))}}
        for number, each in enumerate(places, 1)
    ]


def _fingerprint(check: Check) -> str:
    # Code scanning reads only this name. Without it, it would use the line's text: the same for all checks without a
    # location, of which it would show one.
    identity = f"{check.benchmark}\0{check.configuration}\0{check.metric}"
    return sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()


def _properties(check: Check) -> dict[str, Any]:
    return _known(
        benchmark=check.benchmark,
        configuration=check.configuration,
        metric=check.metric,
        status=check.status,
        budget=budget_text(check),
        **({"baseline": check.baseline, "now": check.head} if is_counted(check) else {}),
        change=interval_text(check.change) if check.change else None,
        confirmation=interval_text(check.confirmation) if check.confirmation else None,
        blocks=check.blocks or None,
    )


def _known(**values: str | int | None) -> dict[str, Any]:
    return {
        name: printable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value not in {None, ""}
    }

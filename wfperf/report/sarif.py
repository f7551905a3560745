"""What the gate decided as SARIF, which code scanning shows beside the code: checks that are no PASS."""

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
    RESULTS,
    SPEEDUP,
    WALL_TIME,
    CallCountChange,
    Check,
    Decision,
    SelfTimeChange,
    Status,
)
from wfperf.results.files import to_json

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
NOWHERE = CallCountChange("", 0, 0, "pyproject.toml", 1)
"""Where a result is shown that no function is behind: code scanning takes none without a place."""

MOST_PLACES = 100
"""Places of one result that code scanning shows."""


class _Rule(NamedTuple):
    name: str
    title: str
    text: str
    precision: str = "high"


_RULES = {
    WALL_TIME: _Rule(
        "wall-time-rose",
        "A run takes longer than its budget allows",
        "Measured beside the base in blocks of fresh processes. What takes the time: wfperf profile",
    ),
    SPEEDUP: _Rule(
        "speedup-fell",
        "A configuration gains less than its budget demands",
        "Measured beside the plan's base in blocks of fresh processes. What it gains, and could: wfperf compare",
    ),
    RESULTS: _Rule(
        "results-differ",
        "A run returns something else than before",
        "No time is compared where results differ. If that is meant: --accept-results with --base, else --update",
    ),
}


def sarif(decision: Decision) -> str:
    """Return the checks that are no PASS as a log with one run: errors, and warnings for what is undecided.

    A result stands where the function is defined that is behind it, and has the same fingerprint in every run.

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
        "results": [_result(check, positions) for check in decision.checks if check.status is not Status.PASS],
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
        "Counted exactly. If the change is meant, raise the budget, or keep the counts of now in the file: --update",
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
        "level": "warning" if check.status is Status.INCONCLUSIVE else "error",
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
    # Code scanning reads this name only. Left out, it would be made of the line's text: the same for all that have no
    # place of their own, of which one would be shown.
    identity = f"{check.scenario}\0{check.configuration}\0{check.metric}"
    return sha256(identity.encode("utf-8", "backslashreplace")).hexdigest()


def _properties(check: Check) -> dict[str, Any]:
    return _known(
        scenario=check.scenario,
        configuration=check.configuration,
        metric=check.metric,
        status=check.status,
        budget=budget_text(check),
        **({"base": check.base, "now": check.head} if is_counted(check) else {}),
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

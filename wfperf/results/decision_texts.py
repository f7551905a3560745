"""Migrate older decisions and bisections, one version at a time; their budgets and revisions were texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from wfperf.results.budget import BudgetKind
from wfperf.results.migrations import FROM_4, renamed, workload_of
from wfperf.results.revision import WORKING_TREE

_COMMIT = r"(?P<commit>[0-9a-f]{7,40})"
_WORKING_TREE = re.compile(rf"the working tree on {_COMMIT}")
_NAMED = re.compile(rf"(?P<name>\S+(?:@\{{.+\}}\S*)?) \({_COMMIT}\)")
_BARE = re.compile(rf"{_COMMIT}(?: (?P<subject>.*))?", re.DOTALL)

_NUMBER = r"(?P<value>\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
_BUDGETS = (
    (re.compile("equal"), BudgetKind.EQUAL, 1),
    (re.compile("may differ"), BudgetKind.ANY, 1),
    (re.compile(rf"at most {_NUMBER} % more"), BudgetKind.MOST_RELATIVE_INCREASE, 100),
    (re.compile(rf"at least {_NUMBER} % gained"), BudgetKind.LEAST_SPEEDUP, 100),
    (re.compile(rf"at most {_NUMBER}"), BudgetKind.MOST, 1),
    (re.compile(rf"\+{_NUMBER} %"), BudgetKind.MOST_RELATIVE_INCREASE, 100),
    (re.compile(rf"\+{_NUMBER}"), BudgetKind.MOST_INCREASE, 1),
)
"""The text of each kind of budget, and the divisor of its number."""


def decision_from_4(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 4: it had budgets and revisions as text. Broken data stays so, and the model reports it.

    Only its command contained the choice of what was gated.
    """
    changed = dict(data)
    if isinstance(command := data.get("command"), str):
        changed["workload"] = workload_of(command)
    if isinstance(against := data.get("against"), str):
        changed["against"] = _revision(against) or {"file": against}
    if isinstance(head := data.get("head"), str):
        changed["head"] = _revision(head)
    if isinstance(checks := data.get("checks"), list):
        changed["checks"] = [_check(each) for each in checks]
    return changed


def decision_from_5(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 5: fields had names other than the glossary's. Broken data stays so, and the model reports it."""
    checks = data.get("checks")
    return {**data, "checks": [_check_from_5(each) for each in checks] if isinstance(checks, list) else checks}


def _check_from_5(check: Any) -> Any:
    if not isinstance(check, dict):
        return check
    changes = check.get("call_count_changes")
    if isinstance(changes, list):
        changes = [renamed(each, FROM_4) if isinstance(each, dict) else each for each in changes]
    return {**renamed(check, FROM_4), **({"call_count_changes": changes} if "call_count_changes" in check else {})}


def bisected_from_2(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 2 of a bisection: its decisions were of version 5.

    Raises:
        KeyError, TypeError: something is missing, or has the wrong type.
    """
    return {
        **data,
        "lost": decision_from_5(data["lost"]),
        "tried": [
            {**each, "decision": each["decision"] and decision_from_5(each["decision"])} for each in data["tried"]
        ],
        "decision": data["decision"] and decision_from_5(data["decision"]),
    }


def bisected_from_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 1 of a bisection: it had its first revision as text, and commits without a name.

    Raises:
        KeyError: something is missing.
        TypeError, ValueError: something has the wrong type or length.
    """
    return {
        **data,
        "good": _revision(data["good"]),
        "lost": decision_from_4(data["lost"]),
        "tried": [_tried(each) for each in data["tried"]],
        "found": [_commit(commit, subject) for commit, subject in data["found"]],
        "decision": data["decision"] and decision_from_4(data["decision"]),
    }


def _tried(tried: Mapping[str, Any]) -> dict[str, Any]:
    of = dict(tried)
    revision = _commit(of.pop("commit"), of.pop("subject"))
    return {**of, "revision": revision, "decision": of["decision"] and decision_from_4(of["decision"])}


def _commit(commit: str, subject: str) -> dict[str, Any]:
    return {"name": commit, "commit": commit, "subject": subject}


def _revision(text: str) -> dict[str, Any] | None:
    """Return the revision in a text; None for a baseline's file, and for the current code."""
    if found := _WORKING_TREE.fullmatch(text):
        return {"name": WORKING_TREE, "commit": found["commit"], "dirty": True}  # the text does not say whether it was
    if found := _NAMED.fullmatch(text):
        return {"name": found["name"], "commit": found["commit"]}
    if found := _BARE.fullmatch(text):
        return {"name": found["commit"], "commit": found["commit"], "subject": found["subject"] or ""}
    return None


def _check(check: Any) -> Any:
    if not isinstance(check, dict):
        return check
    changed = renamed(check, {"moved": "call_count_changes", "longer": "self_time_changes"})
    if isinstance(text := check.get("budget"), str):
        changed["budget"] = _budget(text) if text else None
    return changed


def _budget(text: str) -> dict[str, Any] | str:
    for pattern, kind, divisor in _BUDGETS:
        if found := pattern.fullmatch(text):
            value = float(found.groupdict().get("value", 0))
            return {"kind": kind, "value": value / divisor}
    return text

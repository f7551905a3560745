"""All kinds of results that wfperf writes, each with its model, version and migrations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from wfperf.plan import Plan
from wfperf.results import (
    bisected,
    checked,
    comparison,
    decision,
    diagnosis,
    executed,
    history,
    profiled,
    trends,
    verification,
)
from wfperf.results.decision_texts import bisected_from_1, bisected_from_2, decision_from_4, decision_from_5
from wfperf.results.migrations import (
    Migration,
    comparison_from_1,
    comparison_from_3,
    comparison_from_4,
    diagnosis_from_1,
    entry_from_1,
    unchanged,
)


@dataclass(frozen=True)
class ResultKind:
    """One kind of result files.

    Args:
        name: value of `kind` in the files.
        model: model of their content.
        version: the newest version, which wfperf writes.
        command: the command that writes them.
        migrations: for each older version that wfperf still reads, the migration to the next one.
        derived: properties of the model that are written too, for programs that read the file without wfperf; each with
            its schema.
    """

    name: str
    model: type[Any]
    version: int
    command: str
    migrations: Mapping[int, Migration] = field(default_factory=dict)
    derived: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The adapter that reads and writes the model and gives its schema."""
        return TypeAdapter(self.model)

    def to_data(self, result: Any) -> dict[str, Any]:
        """Return a result as data for JSON: version and kind first, then derived properties, then its fields."""
        derived = {name: getattr(result, name) for name in self.derived}
        fields = self.adapter.dump_python(result, mode="json")
        return {"schema_version": self.version, "kind": self.name, **derived, **fields}


_FLAG = {"type": "boolean"}

# Version 1: the first format, of the built-in plan; a plan of one's own had none.
# Version 2: of any plan; optimizations and configurations make `choices`, `pairs` and `benchmarks` have their names.
# Version 3: names as in the glossary: `baseline`, which was `base`; claims say `benchmark` and `variant`.
PLAN_VERSION = 3

KINDS: Mapping[str, ResultKind] = {
    each.name: each
    for each in (
        ResultKind(
            "comparison",
            comparison.Comparison,
            comparison.SCHEMA_VERSION,
            "compare",
            {1: comparison_from_1, 2: unchanged, 3: comparison_from_3, 4: comparison_from_4},
        ),
        ResultKind(
            "gate",
            decision.Decision,
            decision.SCHEMA_VERSION,
            "gate",
            {2: unchanged, 3: unchanged, 4: decision_from_4, 5: decision_from_5},
            derived={"status": {"$ref": "#/$defs/CheckStatus"}},
        ),
        ResultKind(
            "bisect", bisected.Bisected, bisected.SCHEMA_VERSION, "bisect", {1: bisected_from_1, 2: bisected_from_2}
        ),
        ResultKind(
            "profile",
            profiled.Profiled,
            profiled.SCHEMA_VERSION,
            "profile",
            {3: unchanged},
        ),
        ResultKind("run", executed.Executed, executed.SCHEMA_VERSION, "run", {1: unchanged}),
        ResultKind(
            "check",
            checked.Checked,
            checked.SCHEMA_VERSION,
            "check",
            {1: unchanged},
            derived={"valid": _FLAG},
        ),
        ResultKind("diagnosis", diagnosis.Diagnosis, diagnosis.SCHEMA_VERSION, "doctor", {1: diagnosis_from_1}),
        ResultKind("plan", Plan, PLAN_VERSION, "plan"),
        ResultKind(
            "verification",
            verification.Verification,
            verification.SCHEMA_VERSION,
            "verify",
            derived={"equal": _FLAG},
        ),
        ResultKind("history", trends.History, trends.SCHEMA_VERSION, "history"),
        ResultKind(
            "history-entry",
            history.Entry,
            history.SCHEMA_VERSION,
            "history export",
            {1: entry_from_1},
            derived={"id": {"type": "string"}},
        ),
    )
}
"""All kinds by name."""


def kind_of(model: type[Any]) -> ResultKind:
    """Return the kind of result files that hold this model."""
    return next(kind for kind in KINDS.values() if kind.model is model)


def to_data(result: Any) -> dict[str, Any]:
    """Return a result as data for JSON, version and kind first."""
    return kind_of(type(result)).to_data(result)

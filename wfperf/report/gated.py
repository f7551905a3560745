"""What `gate` decided, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.decision import Decision, Move

SHOWN_FUNCTIONS = 3

_COLUMNS = (
    Column("scenario"),
    Column("configuration", kept=True),
    Column("counter"),
    Column("baseline", right=True),
    Column("now", right=True),
    Column("change", right=True),
    Column("functions"),
)


def gate_tables(decision: Decision, baseline: str) -> list[Table]:
    """Return the counters that moved, under a title that says PASS or FAIL."""
    word = "PASS" if decision.passed else "FAIL"
    title = f"{word}: {_summary(decision)}"
    rows = [_row(move) for move in sorted(decision.moves, key=lambda move: -move.change)]
    return [Table(title, _COLUMNS if rows else (), rows, _notes(decision, baseline))]


def gate_data(decision: Decision) -> dict[str, Any]:
    """Return the decision as plain data for JSON."""
    return {"schema_version": 1, "kind": "gate", "passed": decision.passed, **asdict(decision)}


def _summary(decision: Decision) -> str:
    if decision.unknown:
        return f"the baseline does not match what is counted, {len(decision.unknown)} times"
    if decision.risen:
        return f"{len(decision.risen)} of {decision.compared} counters rose"
    fallen = len(decision.moves)
    return f"none of {decision.compared} counters rose" + (f", {fallen} fell" if fallen else "")


def _row(move: Move) -> Sequence[Cell | str]:
    functions = "; ".join(f"{name} {old} -> {new}" for name, old, new in move.functions[:SHOWN_FUNCTIONS])
    return (
        move.scenario,
        Cell(move.configuration, Tone.STRONG),
        move.counter.replace("_", " "),
        str(move.baseline),
        str(move.now),
        Cell(f"{move.change:+}", Tone.BAD if move.change > 0 else Tone.GOOD),
        Cell(functions, Tone.MUTED),
    )


def _notes(decision: Decision, baseline: str) -> list[str]:
    notes = [*decision.unknown[:5]]
    notes.append(f"Counted per run on Python {decision.python}, held against {baseline}.")
    if decision.moves or decision.unknown:
        notes.append("If the change is meant, keep it with: wfperf gate --update")
    return notes

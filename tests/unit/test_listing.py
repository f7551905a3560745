"""Lists of names stay short, and so do the notes that are made of them."""

from dataclasses import replace

import pytest
from decisions import SLOWER, decision
from results import COMPARISON

from wfperf.listing import few
from wfperf.report.comparison_notes import comparison_notes
from wfperf.report.gated import gate_tables
from wfperf.results.comparison import Control
from wfperf.stats.interval import Interval

NAMES = [f"test_{number}" for number in range(40)]


@pytest.mark.parametrize(
    ("number", "text"), [(0, ""), (1, "a"), (3, "a, b, c"), (4, "a, b, c and 1 more"), (9, "a, b, c and 6 more")]
)
def test_a_few_names_are_all_named(number, text):
    assert few("abcdefghi"[:number]) == text


def test_notes_on_a_suite_name_a_few_of_its_benchmarks():
    (finding,) = COMPARISON.findings
    each = {"by_processor": 0.5, "autocorrelated": True, "not_warmed_up": 2, "unequal_runs": 2, "uncompared": "why"}
    bounded, unbounded = Interval(-0.1, 0.0, 0.1, 0.999), Interval(-1.0, 0.0, float("inf"), 0.999)
    comparison = replace(
        COMPARISON,
        findings=tuple(replace(finding, benchmark=name, **each) for name in NAMES),
        controls=tuple(Control(name, bounded, off=False) for name in NAMES)
        + tuple(Control(name, unbounded, off=False) for name in NAMES),
    )
    notes = [note for note in comparison_notes(comparison, of_plan=True) if isinstance(note, str)]
    telling = [note for note in notes if "test_0" in note]
    assert len(telling) == 7
    for note in telling:
        assert "test_2" in note
        assert "test_3" not in note
        assert " and 37 more" in note


def test_notes_of_a_gate_name_a_few_benchmarks():
    slower = decision(*(replace(SLOWER, benchmark=name, by_processor=0.5) for name in NAMES))
    notes = [note for table in gate_tables(slower) for note in table.notes]
    (note,) = [note for note in notes if isinstance(note, str) and note.startswith("Other processes interrupted")]
    assert note.endswith("50 % of those of test_2 and 37 more.")

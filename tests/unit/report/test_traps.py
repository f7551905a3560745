"""Traps are told below tables, one line for each kind."""

from dataclasses import replace

import pytest
from decisions import KEPT, decision
from results import COMPARISON

from wfperf.report.comparison_notes import comparison_notes
from wfperf.report.counted import work_tables
from wfperf.report.gated import gate_tables
from wfperf.report.traps import trap_notes
from wfperf.results.counters import Counters
from wfperf.results.traps import Trap, TrapKind

SORTS = Trap(TrapKind.CHANGES, "typical", "dispatch", "args[0]")


@pytest.mark.parametrize("kind", TrapKind)
def test_each_kind_is_one_line_that_names_a_few_variants(kind):
    (note,) = trap_notes([Trap(kind, "typical", f"v{number}", "args[0]", 40 + number) for number in range(40)])
    assert "v2 on typical" in note
    assert "v3" not in note
    assert "and 37 more" in note
    assert "\n" not in note


def test_numbers_are_told():
    kinds = {TrapKind.FIRST_RUN: "(40x)", TrapKind.THREADS: "(40 threads)", TrapKind.PRINTED: "(40 bytes)"}
    for kind, shown in kinds.items():
        assert f"v on typical {shown}" in trap_notes([Trap(kind, "typical", "v", number=40.4)])[0]


def test_a_comparison_tells_a_trap_once():
    (finding,) = COMPARISON.findings
    told = replace(COMPARISON, findings=(replace(finding, traps=(SORTS,)),) * 2)
    notes = [note for note in comparison_notes(told, of_plan=True) if isinstance(note, str)]
    (note,) = [note for note in notes if "args[0]" in note]
    assert note.startswith(
        "A run changes what later runs find, so they may do something else: args[0] of dispatch on ty"
    )


def test_a_gate_tells_a_trap_as_the_last_of_its_checks_has_it():
    checks = [
        replace(KEPT[-1], traps=(Trap(TrapKind.FIRST_RUN, "typical", "head: call", number=number), SORTS))
        for number in (30, 40)
    ]
    notes = [note for table in gate_tables(decision(*checks)) for note in table.notes]
    (first,) = [note for note in notes if isinstance(note, str) and note.startswith("The first run")]
    assert "head: call on typical (40x)" in first
    assert sum("args[0]" in note for note in notes if isinstance(note, str)) == 1


def test_calls_of_the_first_run_are_told_with_the_counters():
    counters = {"original": Counters({}, first_calls=1), "dispatch": Counters({}, first_calls=12)}
    (table,) = work_tables(replace(COMPARISON, counters={"typical": counters}))
    (note,) = table.notes
    assert "original on typical (1 more call), dispatch on typical (12 more calls)" in note

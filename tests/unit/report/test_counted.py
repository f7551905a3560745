"""The work of a run, before and after."""

from dataclasses import replace

from results import COMPARISON

from wfperf.report.counted import work_tables
from wfperf.results.counters import Counters

BASE = Counters({"function_calls": 9})


def test_what_was_not_counted_is_told_of_whom():
    variants = {"original": replace(BASE, uncounted=("work in other processes",)), "dispatch": BASE}
    (table,) = work_tables(replace(COMPARISON, counters={"typical": variants}))
    assert table.notes == ["Not counted: work in other processes, of original on typical."]
    (table,) = work_tables(replace(COMPARISON, counters={"typical": dict.fromkeys(variants, BASE)}))
    assert table.notes == []

"""The tables of a saved result of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wfperf.report.bisected import bisect_tables
from wfperf.report.checked import checked_tables
from wfperf.report.compared import comparison_tables
from wfperf.report.doctored import diagnosis_table
from wfperf.report.gated import gate_tables
from wfperf.report.profiled import profile_tables, speedup_table
from wfperf.report.table import Table
from wfperf.report.trace import trace_table
from wfperf.results.bisected import Bisected
from wfperf.results.checked import Checked
from wfperf.results.comparison import Comparison
from wfperf.results.decision import Decision
from wfperf.results.diagnosis import Diagnosis
from wfperf.results.executed import Executed
from wfperf.results.profiled import Profiled


def _profile(profiled: Profiled) -> list[Table]:
    tables = profile_tables(profiled)
    return [*tables, speedup_table(profiled, profiled.measured)] if profiled.measured else tables


TABLES: Mapping[type[Any], Callable[[Any], list[Table]]] = {
    Comparison: comparison_tables,
    Decision: gate_tables,
    Bisected: bisect_tables,
    Profiled: _profile,
    Executed: lambda executed: [trace_table(executed)],
    Checked: checked_tables,
    Diagnosis: lambda diagnosis: [diagnosis_table(diagnosis)],
}
"""By the model of the result."""

"""A decision of the gate in the formats that other tools read: one function each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from wfperf.report.gated import gate_tables
from wfperf.report.github import workflow_commands
from wfperf.report.junit import junit
from wfperf.report.markdown import markdown
from wfperf.report.sarif import sarif
from wfperf.results.decision import Decision
from wfperf.results.files import to_json
from wfperf.results.kinds import to_data


class Exporter(Protocol):
    """Writes a decision in one format."""

    def __call__(self, decision: Decision, /) -> str:
        """Return the whole text, ending in a newline."""


def _json(decision: Decision) -> str:
    return to_json(to_data(decision))


def _markdown(decision: Decision) -> str:
    return markdown(gate_tables(decision))


EXPORTERS: Mapping[str, Exporter] = {
    "json": _json,
    "markdown": _markdown,
    "junit": junit,
    "sarif": sarif,
    "github": workflow_commands,
}
"""By the name of the format."""

"""The notes below a comparison name what ran, and commands that are about the same plan."""

from dataclasses import replace

import pytest
from results import COMPARISON

from wfperf.report.comparison_notes import comparison_notes


def said(comparison):
    return "\n".join(map(str, comparison_notes(comparison, of_plan=True)))


@pytest.mark.parametrize(
    ("versions", "shown"),
    [
        ({}, "; Python 3.11.7, "),
        ({"original": "3.13.1", "dispatch": "3.13.1"}, "; Python 3.13.1, "),
        ({"dispatch": "3.13.1"}, "; Python 3.11.7 (original), 3.13.1 (dispatch), "),
    ],
)
def test_the_interpreters_are_those_that_ran_the_code(versions, shown):
    (benchmark,) = COMPARISON.benchmarks
    blocks = tuple(replace(block, pythons=block.pythons | versions) for block in benchmark.blocks)
    environment = replace(COMPARISON.environment, python="3.11.7" if not versions else "3.12.9")
    ran = replace(COMPARISON, benchmarks=(replace(benchmark, blocks=blocks),), environment=environment)
    assert shown in said(ran)


def test_the_check_of_results_is_about_the_same_plan():
    finding = replace(COMPARISON.findings[0], changes_results=("dispatch",))
    marked = replace(COMPARISON, findings=(finding,), workload="--plan 'my plan.toml'")
    assert "See how: wfperf verify --plan 'my plan.toml'" in said(marked)

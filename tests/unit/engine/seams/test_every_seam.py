"""Every implementation of every seam leaves the same result, and the same failure, as `original`."""

from __future__ import annotations

import copy

import pytest
from builders import CODE, DAG_VARIABLES, dags, engine, node, outcome, rows, run
from hypothesis import given, settings
from thorough import examples

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig

CHOICES = [(seam, name) for seam, names in IMPLEMENTATIONS.items() for name in names]


@pytest.mark.parametrize(("seam", "name"), CHOICES, ids=[f"{seam}={name}" for seam, name in CHOICES])
class TestContract:
    """What holds whatever fills a seam."""

    def test_it_is_the_one_that_is_active(self, seam, name):
        choices = EngineConfig(**{seam: name}).choices()
        assert choices == EngineConfig().choices() | {seam: name}

    @settings(max_examples=examples(25))
    @given(dags())
    def test_random_workflows_end_the_same_way(self, seam, name, workflow):
        with engine(workflow) as original, engine(workflow, **{seam: name}) as other:
            expected = [outcome(original, DAG_VARIABLES), outcome(original, DAG_VARIABLES | {"a": 2})]
            assert [outcome(other, DAG_VARIABLES), outcome(other, DAG_VARIABLES | {"a": 2})] == expected

    def test_the_input_context_stays_as_it_is(self, seam, name):
        variables = {"a": 1, "l": [3, {"b": 1}]}
        context = {"result": variables, "other": {"x": 1}}
        before = copy.deepcopy(context)
        steps = rows(
            node("s", "SORT", {"list": "m", "into": "m"}, to=["t"]),
            node("t", "SET", {"values": {"a": 2, "l": []}}, to=["u"]),
            node("u", "CALC", {"expression": "a"}),
        )
        context["result"]["m"] = before["result"]["m"] = [2, 1]
        with engine(steps, **{seam: name}) as started:
            result = started.run_workflow(CODE, context=context)
        assert context == before
        assert result.context["other"] == {"x": 1}
        assert result.context["result"] == {"a": 2, "l": [], "m": [1, 2], "u": 2}

    def test_a_branch_does_not_see_what_its_sibling_writes(self, seam, name):
        result = run(
            node("s", to=["a", "b"]),
            node("a", "SET", {"values": {"v": "of a"}}, to=["c"]),
            node("b", "TEMPLATE", {"template": "$v$", "into": "seen"}, to=["c"]),
            node("c", "TEMPLATE", {"template": "$v$ $seen$", "into": "both"}),
            variables={"v": "input"},
            **{seam: name},
        )
        assert result.context["result"] == {"v": "of a", "seen": "input", "both": "of a input"}

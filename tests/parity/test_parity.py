"""The seams distort nothing: the composed engine does what the inlined one does."""

from __future__ import annotations

import pytest
from builders import CODE, DAG_VARIABLES, dags, engine, outcome
from hypothesis import given, settings
from parity.inlined import InlinedWorkflow
from thorough import examples

from wfperf.engine.nodes import NODE_TYPES
from wfperf.engine.workflow import Workflow
from wfperf.errors import UsageError
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import seed


def both(composed):
    inlined = InlinedWorkflow(composed.db, services=composed.services, clock=composed.clock)
    return composed, inlined


@pytest.mark.parametrize("name", [name for name, scenario in SCENARIOS.items() if not scenario.prepare_only])
def test_the_same_result_on_every_scenario(name):
    scenario = SCENARIOS[name]
    with engine() as started:
        seed(started.db)
        results = [each.run_workflow(scenario.workflow, "g", scenario.context()) for each in both(started)]
    assert results[0] == results[1]
    assert "done" in {each.status for each in results[0].nodes}


def test_the_same_result_run_after_run():
    scenario = SCENARIOS["typical"]
    with engine() as started:
        seed(started.db)
        for guid in ("g1", "g2"):
            composed, inlined = (
                each.run_workflow(scenario.workflow, guid, scenario.context()) for each in both(started)
            )
            assert composed == inlined
            assert composed.process_guid == f"process-{guid}"


@settings(max_examples=examples(150))
@given(dags(max_nodes=12))
def test_the_same_end_on_random_workflows(workflow):
    with engine(workflow) as started:
        composed, inlined = (
            [outcome(each, DAG_VARIABLES | {"a": value}) for value in (1, 2)] for each in both(started)
        )
    assert composed == inlined


def test_the_same_refusals():
    with engine() as started:
        for context in ({"result": {}}, {}):
            said = []
            for each in both(started):
                with pytest.raises(UsageError) as caught:
                    each.run_workflow(CODE, context=context)
                said.append(str(caught.value))
            assert said[0] == said[1]


def test_it_dispatches_over_every_type_there_is():
    built = []

    class Counted:
        def __init__(self, original):
            self.original = original

        def __call__(self, *args):
            built.append(self.original)
            return self.original(*args)

    with engine() as started, pytest.MonkeyPatch.context() as patch:
        seed(started.db)
        for node_type in NODE_TYPES.values():
            patch.setitem(InlinedWorkflow.run_workflow.__globals__, node_type.__name__, Counted(node_type))
        _, inlined = both(started)
        scenario = SCENARIOS["typical"]
        done = [
            each
            for each in inlined.run_workflow(scenario.workflow, "g", scenario.context()).nodes
            if each.status == "done"
        ]
    assert built == list(NODE_TYPES.values()) * len(done)
    assert not hasattr(inlined, "config")
    assert hasattr(Workflow(inlined.db), "config")

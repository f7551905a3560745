"""The engine's public face: the review's own method names, and what they promise."""

from __future__ import annotations

import inspect
from uuid import UUID

import pytest
from builders import CODE, engine, node, rows

from wfperf.engine.config import EngineConfig
from wfperf.engine.errors import NodeExecutionError, WorkflowDefinitionError
from wfperf.engine.workflow import Workflow
from wfperf.errors import ExitCode, UsageError, WfperfError
from wfperf.fixtures.scenarios import find_scenario
from wfperf.fixtures.seed import seed
from wfperf.fixtures.services import SERVICES

CONTEXT = {"result": {}}


def parameters(method):
    return [name for name in inspect.signature(method).parameters if name != "self"]


def test_signatures_are_the_review_s():
    assert parameters(Workflow)[0] == "DB"
    assert parameters(Workflow.prepare_run) == ["workflow_code", "guid", "context", "package", "archetype"]
    assert parameters(Workflow.local_patch_param) == ["context", "guid", "processguid", "text"]
    assert parameters(Workflow.debug) == ["msg", "args"]
    assert parameters(Workflow.run_workflow)[:3] == ["workflow_code", "guid", "context"]


class TestPrepareRun:
    def test_a_prepared_run_has_not_started(self):
        with engine(rows(node("a", to=["b"]), node("b"))) as started:
            run = started.prepare_run(CODE, "g", CONTEXT, "core", "")
        assert list(run.node_set) == ["a", "b"]
        assert run.sources == {"a": []}
        assert (run.writes, run.guid) == ({}, "g")

    def test_a_workflow_is_read_once_and_kept_by_code_and_package(self):
        with engine(rows(node("a")), rows(node("x"), package="other")) as started:
            first = started.prepare_run(CODE, "g", CONTEXT, "core", "").entry
            assert started.prepare_run(CODE, "g", CONTEXT, "core", "").entry is first
            assert started.prepare_run(CODE, "g", CONTEXT, "other", "").entry is not first
            assert set(started.workflow_buffer) == {(CODE, "core"), (CODE, "other")}

    def test_a_definition_that_cannot_run_is_not_kept(self):
        with engine(rows(node("a", "NOSUCH"))) as started:
            for _ in range(2):
                with pytest.raises(WorkflowDefinitionError, match="workflow 'W': node 'a' Type: unknown type 'NOSUCH'"):
                    started.prepare_run(CODE, "g", CONTEXT, "core", "")
            assert started.workflow_buffer == {}

    @pytest.mark.parametrize(("code", "package"), [("NOPE", "core"), (CODE, "nope"), (CODE.lower(), "core")])
    def test_an_unknown_workflow_is_named_with_its_package_and_database(self, code, package):
        with engine(rows(node("a"))) as started, pytest.raises(UsageError) as caught:
            started.run_workflow(code, package=package)
        assert str(caught.value) == f"no workflow {code!r} in package {package!r} of sqlite://"
        assert caught.value.exit_code is ExitCode.USAGE

    @pytest.mark.parametrize("context", [{}, {"result": None}, {"result": [1]}, {"results": {}}])
    def test_a_context_needs_an_object_under_result(self, context):
        with engine(rows(node("a"))) as started, pytest.raises(UsageError, match="an object under 'result'"):
            started.run_workflow(CODE, context=context)


class TestProcessGuid:
    def guids(self, sql, **options):
        with engine(rows(node("a"), process_guid_sql=sql)) as started:
            return [started.run_workflow(CODE, guid=guid, **options).process_guid for guid in ("g1", "g2", "g1")]

    def test_comes_from_the_workflow_s_own_query_for_each_run(self):
        assert self.guids("SELECT :guid || :workflow || :package || :archetype", archetype="t") == [
            "g1Wcoret",
            "g2Wcoret",
            "g1Wcoret",
        ]
        assert self.guids("SELECT 7") == ["7", "7", "7"]

    @pytest.mark.parametrize("sql", ["", "SELECT NULL", "SELECT 1 WHERE 1 = 0"])
    def test_is_derived_from_the_run_s_guid_where_no_query_gives_one(self, sql):
        first, second, again = self.guids(sql)
        assert first == again != second
        assert UUID(first).version == 5

    def test_a_query_that_fails_is_a_usage_error(self):
        with pytest.raises(UsageError, match="cannot read sqlite://: no such table: nowhere"):
            self.guids("SELECT * FROM nowhere")


class TestRunWorkflow:
    def test_perf_test_runs_to_its_end(self, memory_db):
        seed(memory_db)
        scenario = find_scenario("typical")
        with Workflow(memory_db, services=SERVICES) as started:
            result = started.run_workflow(scenario.workflow, "g", scenario.context())
        assert [each.name for each in result.nodes] == [f"node{number}" for number in range(1, 21)]
        assert [each.name for each in result.nodes if each.status == "skipped"] == ["node15", "node17"]
        assert result.process_guid == "process-g"
        variables = result.context["result"]
        assert (variables["total"], variables["tier"], variables["gross"]) == (135.0, "silver", 160.65)
        assert (
            variables["letter"] == "Dear Ada Lovelace, order 4711 comes to 135.0 EUR, due on 2026-01-13T00:00:00+00:00."
        )
        assert variables["routing"] == "order of Ada Lovelace for north"
        assert variables["known_nodes"] == 20

    def test_equal_runs_are_equal_whatever_time_they_took(self):
        with engine(rows(node("a", "SET", {"values": {"x": 1}}))) as started:
            first, second = started.run_workflow(CODE), started.run_workflow(CODE)
            assert first == second
            assert first != started.run_workflow(CODE, guid="other")
        assert all(each.duration_s > 0 for each in first.nodes)

    def test_nodes_have_type_status_and_writes(self):
        with engine(rows(node("a", "set", {"values": {"x": 1}}), node("b"))) as started:
            nodes = started.run_workflow(CODE).nodes
        assert [(each.guid, each.type, each.status, dict(each.writes)) for each in nodes] == [
            ("a", "SET", "done", {"x": 1}),
            ("b", "SET", "skipped", {}),
        ]

    def test_the_rest_of_the_context_is_handed_on(self):
        with engine(rows(node("a", "SET", {"values": {"x": 1}}))) as started:
            result = started.run_workflow(CODE, context={"result": {"y": 2}, "tenant": 5})
        assert result.context == {"result": {"y": 2, "x": 1}, "tenant": 5}

    def test_an_engine_runs_several_workflows(self):
        with engine(rows(node("a")), rows(node("z"), code="Z")) as started:
            assert [started.run_workflow(code).nodes[0].name for code in (CODE, "Z")] == ["a", "z"]


class TestFailure:
    def test_names_workflow_node_type_and_cause(self):
        def fail():
            raise KeyError("stock")

        with (
            engine(rows(node("a", "service", {"service": "fail"})), services={"fail": fail}) as started,
            pytest.raises(NodeExecutionError) as caught,
        ):
            started.run_workflow(CODE)
        error = caught.value
        assert (error.workflow, error.node, error.node_type) == (CODE, "a", "SERVICE")
        assert isinstance(error.cause, KeyError)
        assert error.__cause__ is error.cause
        assert str(error) == "workflow 'W', node 'a': SERVICE failed: KeyError: 'stock'"
        assert error.exit_code is ExitCode.NOTHING_MEASURED
        assert isinstance(error, WfperfError)

    def test_what_must_stop_a_program_is_not_caught(self):
        def stop():
            raise KeyboardInterrupt

        for driver in ("sequential", "concurrent"):
            workflow = rows(node("a", "SERVICE", {"service": "stop"}))
            with engine(workflow, services={"stop": stop}, driver=driver) as started, pytest.raises(KeyboardInterrupt):
                started.run_workflow(CODE)


def test_debugging_writes_one_line_for_each_message(memory_db):
    said = []
    with Workflow(memory_db, do_debug=True, log=said.append) as started:
        started.debug("a", 1)
        started.debug(lambda: "b")
    assert said == ["a 1", "b"]


def test_closing_leaves_the_database_open(memory_db):
    with Workflow(memory_db, config=EngineConfig(driver="concurrent")):
        pass
    assert memory_db.value("SELECT 1") == 1

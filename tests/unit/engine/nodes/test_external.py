"""Nodes that reach beyond the workflow."""

from __future__ import annotations

import asyncio
import types

import pytest
from builders import failure, refusal, run, run_node
from builders import node as row

from wfperf.engine.errors import DatabaseError, NodeExecutionError


def cause(kind, data, variables=None, **options):
    with pytest.raises(NodeExecutionError) as caught:
        run_node(kind, data, variables, **options)
    return caught.value.cause


class TestService:
    def test_writes_what_the_service_returns_for_the_filled_args(self):
        calls = []

        def quote(**args):
            calls.append(args)
            return types.MappingProxyType({"price": 3, "tags": ["a"]})

        data = {"service": "quote", "args": {"sku": "$sku$", "options": ["~~sku~~", 1]}}
        assert run_node("SERVICE", data, {"sku": "s-1"}, services={"quote": quote}) == {"price": 3, "tags": ["a"]}
        assert calls == [{"sku": "s-1", "options": ["s-1", 1]}]

    def test_args_are_optional(self):
        assert run_node("SERVICE", {"service": "nothing"}, services={"nothing": dict}) == {}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.service: is missing"),
            ({"service": 1}, "NodeData.service: must be text, not a number"),
            ({"service": "quote", "args": [1]}, "NodeData.args: must be an object, not a list"),
            ({"service": "quote", "arg": {}}, "NodeData.arg: is not a field of this; did you mean 'args'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SERVICE", data) == why

    def test_a_service_that_is_not_registered_is_named_beside_those_that_are(self):
        assert failure("SERVICE", {"service": "nope"}, services={"quote": dict, "b": dict}) == (
            "NodeData field 'service' names 'nope', which is not registered; registered: b, quote"
        )

    def test_without_services_none_is_registered(self):
        assert failure("SERVICE", {"service": "nope"}, services=None).endswith("registered: none")

    def test_what_a_service_raises_is_the_cause(self):
        class OutOfStockError(Exception):
            pass

        def fail():
            raise OutOfStockError("none left\nof these")

        with pytest.raises(NodeExecutionError) as caught:
            run_node("SERVICE", {"service": "fail"}, services={"fail": fail})
        assert isinstance(caught.value.cause, OutOfStockError)
        assert caught.value.__cause__ is caught.value.cause
        assert str(caught.value) == "workflow 'W', node 'n': SERVICE failed: OutOfStockError: none left of these"

    def test_wrong_args_are_the_service_s_own_error(self):
        error = cause("SERVICE", {"service": "one", "args": {"y": 1}}, services={"one": lambda x: {"x": x}})
        assert isinstance(error, TypeError)
        assert "unexpected keyword argument 'y'" in str(error)

    @pytest.mark.parametrize(("returned", "name"), [(None, "NoneType"), ([1], "list"), ({1: 2}, "dict")])
    def test_a_service_must_return_a_mapping_of_names(self, returned, name):
        error = cause("SERVICE", {"service": "s"}, services={"s": lambda: returned})
        assert str(error) == f"service 's' must return a mapping of variables to write, not {name}"

    @pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
    def test_an_asynchronous_service_is_awaited(self, driver):
        async def later(text):
            await asyncio.sleep(0)
            return {"later": text}

        data = {"service": "later", "args": {"text": "$a$"}}
        assert run_node("SERVICE", data, {"a": 1}, services={"later": later}, driver=driver) == {"later": "1"}

    @pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
    def test_an_asynchronous_service_must_return_a_mapping_too(self, driver):
        async def nothing():
            pass

        error = cause("SERVICE", {"service": "s"}, services={"s": nothing}, driver=driver)
        assert str(error) == "service 's' must return a mapping of variables to write, not NoneType"


class TestSql:
    SELECT = """SELECT name, size FROM (SELECT 'a' AS name, 1 AS size UNION SELECT 'b', 2) AS t
                WHERE size >= :least ORDER BY 1"""

    @pytest.mark.parametrize(
        ("mode", "least", "written"),
        [
            ({}, 1, [["a", 1], ["b", 2]]),
            ({"mode": "rows"}, 3, []),
            ({"mode": "row"}, 2, ["b", 2]),
            ({"mode": "row"}, 3, None),
            ({"mode": "value"}, 1, "a"),
            ({"mode": "value"}, 3, None),
        ],
    )
    def test_reads(self, mode, least, written):
        assert run_node("SQL", {"sql": self.SELECT, "params": {"least": least}, "into": "r"} | mode) == {"r": written}

    def test_executes_and_counts_the_rows(self):
        update = {"sql": "UPDATE def_workflow SET Rank = Rank + :by", "params": {"by": 1}, "mode": "execute"}
        read = {"sql": "SELECT Rank FROM def_workflow ORDER BY Rank", "mode": "rows"}
        result = run(row("a", "SQL", update, to=["b"]), row("b", "SQL", read))
        assert [dict(each.writes) for each in result.nodes] == [{"a": 2}, {"b": [[11], [21]]}]

    def test_params_are_filled_and_bound_the_statement_is_not_filled(self):
        variables = {"a": "x'); DROP TABLE def_workflow; --"}
        assert run_node("SQL", {"sql": "SELECT :p", "params": {"p": "$a$"}, "mode": "value"}, variables) == {
            "n": variables["a"]
        }
        assert run_node("SQL", {"sql": "SELECT '$a$'", "mode": "value"}, variables) == {"n": "$a$"}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.sql: is missing"),
            ({"sql": 1}, "NodeData.sql: must be text, not a number"),
            ({"sql": ""}, "NodeData.sql: must have at least 1 character, not ''"),
            ({"sql": "SELECT 1", "params": [1]}, "NodeData.params: must be an object, not a list"),
            ({"sql": "SELECT 1", "param": {}}, "NodeData.param: is not a field of this; did you mean 'params'?"),
            (
                {"sql": "SELECT 1", "mode": "all"},
                "NodeData.mode: must be 'rows', 'row', 'value' or 'execute', not 'all'",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SQL", data) == why

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"sql": "SELECT * FROM nowhere"}, "cannot read sqlite://: no such table: nowhere"),
            ({"sql": "SELECT :a"}, "cannot read sqlite://: A value is required for bind parameter 'a'"),
            ({"sql": "SELECT :a", "params": {"a": [1]}}, "cannot read sqlite://: "),
            ({"sql": "DELETE FROM def_workflow"}, "cannot read sqlite://: "),
            ({"sql": "DELETE FROM nowhere", "mode": "execute"}, "cannot write sqlite://: no such table: nowhere"),
        ],
    )
    def test_what_the_database_refuses_is_a_database_error(self, data, why):
        error = cause("SQL", data)
        assert isinstance(error, DatabaseError)
        assert str(error).startswith(why)

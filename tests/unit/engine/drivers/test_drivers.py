"""Drivers: the same result whatever the order, and waits that overlap where they may."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest
from builders import CODE, DAG_VARIABLES, dags, default, engine, node, outcome, rows, run
from hypothesis import given, settings
from thorough import examples

from wfperf.engine.clock import FrozenClock
from wfperf.engine.drivers import DRIVERS
from wfperf.engine.drivers.adaptive import waits_overlap
from wfperf.engine.errors import NodeExecutionError, NoMatchingBranchError
from wfperf.fixtures.scenarios import SCENARIOS


@pytest.fixture(params=sorted(DRIVERS))
def driven(request):
    """Run nodes with one driver."""
    return partial(run, driver=request.param)


def writes(value, **more):
    return {"values": {"v": value} | more}


def statuses(result):
    return {each.name: each.status for each in result.nodes}


class TestSplits:
    def test_all_takes_every_edge(self, driven):
        result = driven(node("s", to=["a", "b"], split="all"), node("a"), node("b"))
        assert statuses(result) == {"s": "done", "a": "done", "b": "done"}

    @pytest.mark.parametrize(("value", "taken"), [(1, "a"), (2, "b"), (3, "other")])
    def test_first_takes_the_first_that_holds_else_the_default(self, driven, value, taken):
        edges = [default("other"), ("a", "x < 2"), ("b", "x < 3")]
        result = driven(node("s", to=edges, split="first"), node("a"), node("b"), node("other"), variables={"x": value})
        assert [name for name, status in statuses(result).items() if status == "done"] == ["s", taken]

    def test_first_with_an_unconditional_edge_takes_it(self, driven):
        result = driven(node("s", to=["a", "b"], split="first"), node("a"), node("b"))
        assert statuses(result) == {"s": "done", "a": "done", "b": "skipped"}

    def test_conditions_see_what_the_node_has_written(self, driven):
        result = driven(
            node("s", "SET", writes(5), to=[("a", "v == 5"), default("b")], split="first"),
            node("a"),
            node("b"),
            variables={"v": 1},
        )
        assert statuses(result)["a"] == "done"

    def test_no_edge_to_take_is_an_error(self, driven):
        with pytest.raises(NoMatchingBranchError) as caught:
            driven(node("s", to=[("a", "1 > 2"), ("a", "False")], split="first"), node("a"))
        assert (caught.value.workflow, caught.value.node) == (CODE, "s")
        assert str(caught.value) == (
            "workflow 'W', node 's': none of its conditions holds ('1 > 2', 'False'), and it has no default"
        )

    def test_a_condition_that_cannot_be_evaluated_is_the_node_s_failure(self, driven):
        with pytest.raises(NodeExecutionError, match="node 's': SET failed: cannot evaluate 'missing'"):
            driven(node("s", to=[("a", "missing")], split="first"), node("a"))

    def test_a_second_start_is_never_reached(self, driven):
        result = driven(node("a", to=["c"]), node("b", to=["c"]), node("c"))
        assert statuses(result) == {"a": "done", "b": "skipped", "c": "done"}


class TestOrJoins:
    def test_a_join_runs_once_behind_a_dead_branch(self, driven):
        result = driven(
            node("s", to=[("a", "True"), ("b", "True")], split="first"),
            node("a", "SET", writes("a"), to=["j"]),
            node("b", "SET", writes("b"), to=["j"]),
            node("j", "TEMPLATE", {"template": "$v$"}),
        )
        assert statuses(result) == {"s": "done", "a": "done", "b": "skipped", "j": "done"}
        assert result.context["result"] == {"v": "a", "j": "a"}

    def test_dead_paths_die_over_two_levels(self, driven):
        result = driven(
            node("s", to=[default("live"), ("dead1", "False")], split="first"),
            node("dead1", to=["dead2", "inner"]),
            node("dead2", to=["inner"]),
            node("inner", "SET", writes("never"), to=["j"]),
            node("live", "SET", writes("live"), to=["j"]),
            node("j", "TEMPLATE", {"template": "$v$"}, to=["after"]),
            node("after"),
        )
        assert [name for name, status in statuses(result).items() if status == "skipped"] == ["dead1", "dead2", "inner"]
        assert result.context["result"]["j"] == "live"

    def test_a_join_waits_for_a_longer_path_that_comes_later_in_rank(self, driven):
        result = driven(
            node("s", to=["short", "long1"], rank=1),
            node("short", "SET", writes("short"), to=["j"], rank=2),
            node("j", "TEMPLATE", {"template": "$v$"}, rank=3),
            node("long1", to=["long2"], rank=8),
            node("long2", "SET", writes("long"), to=["j"], rank=9),
        )
        assert [each.name for each in result.nodes] == ["s", "short", "long1", "long2", "j"]
        assert result.context["result"]["j"] == "long"

    def test_a_join_of_joins_behind_dead_branches(self, driven):
        result = driven(
            node("s", to=["x", "y"]),
            node("x", to=[("x1", "True"), default("x2")], split="first"),
            node("y", to=[("y1", "False"), default("y2")], split="first"),
            *(node(name, "SET", {"values": {name: 1}}, to=[name[0] + "j"]) for name in ("x1", "x2", "y1", "y2")),
            node("xj", to=["j"]),
            node("yj", to=["j"]),
            node("j"),
        )
        assert result.context["result"] == {"x1": 1, "y2": 1}
        assert statuses(result)["j"] == "done"


class TestMerges:
    def test_canonical_order_wins_where_branches_write_the_same(self, driven):
        result = driven(
            node("s", to=["b", "a"], rank=1),
            node("b", "SET", writes("b", only_b=1), to=["j"], rank=3),
            node("a", "SET", writes("a", only_a=1), to=["j"], rank=2),
            node("j", "TEMPLATE", {"template": "$v$"}, rank=4),
        )
        assert result.context["result"] == {"v": "b", "only_a": 1, "only_b": 1, "j": "b"}

    def test_an_ancestor_of_one_branch_does_not_undo_what_the_other_wrote_later(self, driven):
        result = driven(
            node("s", "SET", writes("s"), to=["a", "b"], rank=1),
            node("a", "SET", writes("a"), to=["j"], rank=2),
            node("b", to=["j"], rank=3),
            node("j", "TEMPLATE", {"template": "$v$"}, rank=4),
        )
        assert result.context["result"]["j"] == "a"

    def test_branches_that_never_meet_end_in_one_context(self, driven):
        result = driven(node("s", to=["b", "a"]), node("b", "SET", writes("b")), node("a", "SET", writes("a")))
        assert result.context["result"] == {"v": "a"}

    def test_equal_ranks_merge_by_guid(self, driven):
        branches = [node(name, "SET", writes(name), to=["j"], rank=5) for name in ("n3", "n1", "n2")]
        result = driven(node("s", to=["n1", "n2", "n3"], rank=1), *branches, node("j", rank=9))
        assert result.context["result"] == {"v": "n3"}


class TestFailures:
    def test_the_canonically_first_failure_is_raised(self, driven):
        with pytest.raises(NodeExecutionError) as caught:
            driven(
                node("s", to=["late", "early", "fine"]),
                node("late", "CALC", {"expression": "1 / 0"}, rank=9),
                node("early", "CALC", {"expression": "nope"}, rank=8),
                node("fine", rank=7),
            )
        assert caught.value.node == "early"

    def test_even_if_it_lies_deeper(self, driven):
        with pytest.raises(NodeExecutionError) as caught:
            driven(
                node("s", to=["a", "b"]),
                node("a", to=["a2"], rank=2),
                node("a2", "CALC", {"expression": "nope"}, rank=3),
                node("b", "CALC", {"expression": "1 / 0"}, rank=9),
            )
        assert caught.value.node == "a2"

    def test_nothing_behind_a_failure_runs(self, driven):
        called = []

        def call(name):
            called.append(name)
            return {}

        with pytest.raises(NodeExecutionError, match="node 'a'"):
            driven(
                node("s", to=["a", "b"]),
                node("a", "CALC", {"expression": "nope"}, to=["j"]),
                node("b", to=["c"], rank=100),
                node("c", "SERVICE", {"service": "call", "args": {"name": "c"}}, rank=101, to=["j"]),
                node("j", "SERVICE", {"service": "call", "args": {"name": "j"}}, rank=102),
                services={"call": call},
            )
        assert called == []

    def test_an_engine_runs_again_after_a_failure(self, driven):
        name = driven.keywords["driver"]
        workflow = rows(node("s", to=["a"]), node("a", "CALC", {"expression": "10 / x"}))
        with engine(workflow, driver=name) as started:
            failed, fine = (outcome(started, {"x": value}) for value in (0, 5))
        assert failed[:2] == (NodeExecutionError, "a")
        assert fine.context["result"] == {"x": 5, "a": 2.0}


@settings(max_examples=examples(80))
@given(dags(max_nodes=12))
def test_every_driver_leaves_the_same(workflow):
    ends = []
    for name in DRIVERS:
        with engine(workflow, driver=name) as started:
            ends.append([outcome(started, DAG_VARIABLES | {"a": value}) for value in (1, 2)])
    assert ends == ends[:1] * len(ends)


class RecordingClock(FrozenClock):
    """Waits for nothing, and records in which order waits begin and end."""

    events: list[tuple[str, float]] = []  # noqa: RUF012 - one clock for each test, made by `recording`

    @classmethod
    def wait(cls, seconds: float) -> None:
        cls.events += [("begin", seconds), ("end", seconds)]

    @classmethod
    async def wait_async(cls, seconds: float) -> None:
        cls.events.append(("begin", seconds))
        await asyncio.sleep(0)
        cls.events.append(("end", seconds))


def recording() -> Any:
    return type("Clock", (RecordingClock,), {"events": []})()


class TestWaits:
    def waits(self, driver, *, is_async=1):
        clock = recording()
        sleeps = [node(f"w{at}", "SLEEP", {"ms": at * 1000}, to=["j"], is_async=is_async) for at in (1, 2, 3)]
        result = run(node("s", to=["w1", "w2", "w3"]), *sleeps, node("j"), driver=driver, clock=clock)
        assert set(statuses(result).values()) == {"done"}
        return clock.events

    one_by_one = [(event, float(at)) for at in (1, 2, 3) for event in ("begin", "end")]  # noqa: RUF012 - never changed
    together = [(event, float(at)) for event in ("begin", "end") for at in (1, 2, 3)]  # noqa: RUF012 - never changed

    def test_one_after_another_in_sequential(self):
        assert self.waits("sequential") == self.one_by_one

    def test_all_at_once_in_concurrent(self):
        assert self.waits("concurrent") == self.together

    @pytest.mark.parametrize(("driver", "overlap"), [("sequential", False), ("concurrent", True)])
    def test_the_ten_waits_of_the_scenario_that_is_claimed_to_gain_by_it(self, driver, overlap):
        clock = recording()
        run(*SCENARIOS["parallelizable"].rows().nodes, driver=driver, clock=clock)
        begins, ends = [("begin", 0.002)] * 10, [("end", 0.002)] * 10
        one_by_one = [event for pair in zip(begins, ends, strict=True) for event in pair]
        assert clock.events == (begins + ends if overlap else one_by_one)

    @pytest.mark.parametrize("ms", [0, 0.0, -0.0, 5e-324])
    @pytest.mark.parametrize("driver", sorted(DRIVERS))
    def test_a_wait_of_nothing_does_not_reach_the_clock(self, driver, ms):
        clock = recording()
        sleeps = [node(f"w{at}", "SLEEP", {"ms": ms}, to=["j"], is_async=at % 2) for at in (1, 2, 3)]
        result = run(node("s", to=["w1", "w2", "w3"]), *sleeps, node("j"), driver=driver, clock=clock)
        assert clock.events == []
        assert statuses(result) == dict.fromkeys(("s", "w1", "w2", "w3", "j"), "done")
        assert [dict(each.writes) for each in result.nodes] == [{}] * 5

    def test_adaptive_overlaps_the_waits_of_nodes_marked_async(self):
        assert self.waits("adaptive") == self.together
        assert self.waits("adaptive", is_async=0) == self.one_by_one

    @pytest.mark.parametrize("driver", sorted(DRIVERS))
    def test_a_wait_on_the_way_to_another_is_over_before_it(self, driver):
        clock = recording()
        run(node("a", "SLEEP", {"ms": 1000}, to=["b"]), node("b", "SLEEP", {"ms": 2000}), driver=driver, clock=clock)
        assert clock.events == [("begin", 1.0), ("end", 1.0), ("begin", 2.0), ("end", 2.0)]


class TestWaitsOverlap:
    @pytest.mark.parametrize(
        ("waiting", "overlap"),
        [
            ((), False),
            (("a",), False),
            (("s", "a", "j"), False),
            (("s", "j"), False),
            (("a", "b"), True),
            (("s", "a", "b", "j"), True),
            (("a", "b2"), True),
            (("b", "b2"), False),
        ],
    )
    def test_unless_one_path_holds_them_all(self, waiting, overlap):
        edges = {"s": ["a", "b"], "a": ["j"], "b": ["b2"], "b2": ["j"], "j": []}
        workflow = rows(*(node(name, to=to, is_async=int(name in waiting)) for name, to in edges.items()))
        with engine(workflow) as started:
            definition = started.prepare_run(CODE, "run", {"result": {}}, "core", "").definition
        assert waits_overlap(definition) is overlap

    @given(dags(max_nodes=8))
    def test_agrees_with_reachability(self, workflow):
        with engine(workflow) as started:
            definition = started.prepare_run(CODE, "run", {"result": {}}, "core", "").definition
        reached = {}
        for row in reversed(definition.rows):
            targets = definition.targets[row.guid]
            reached[row.guid] = {*targets, *(far for target in targets for far in reached[target])}
        waiting = [row.guid for row in definition.rows if row.is_async]
        overlap = any(
            late not in reached[early] for place, early in enumerate(waiting) for late in waiting[place + 1 :]
        )
        assert waits_overlap(definition) is overlap

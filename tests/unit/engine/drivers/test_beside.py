"""Nodes beside each other: when they start, what a failure ends, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import threading

import pytest
from builders import CODE, default, engine, node, rows
from flows import gate, mark, seen
from processes import PATIENCE_S

from wfperf.engine.drivers.concurrent import MAX_THREADS
from wfperf.engine.errors import NodeExecutionError

TOGETHER = ("concurrent", "dataflow", "adaptive")


class Stage:
    """Services whose calls are told in order, and that wait for each other instead of for the clock."""

    def __init__(self):
        self.told = []
        self.opened = {}

    def event(self, name):
        return self.opened.setdefault(name, asyncio.Event())

    async def wait(self, name, until):
        self.told.append(f"{name} begins")
        try:
            await self.event(until).wait()
        except asyncio.CancelledError:
            self.told.append(f"{name} cancelled")
            raise
        self.told.append(f"{name} ends")
        return {name: True}

    async def open(self, name):
        self.told.append(name)
        self.event(name).set()
        return {name: True}

    async def fail(self, after=""):
        if after:
            await self.event(after).wait()
        raise RuntimeError("on purpose")

    def services(self):
        return {"wait": self.wait, "open": self.open, "fail": self.fail}


def waits(name, until, to=(), **columns):
    return node(
        name, "SERVICE", {"service": "wait", "args": {"name": name, "until": until}}, to=to, is_async=1, **columns
    )


def opens(name, to=(), **columns):
    return node(name, "SERVICE", {"service": "open", "args": {"name": name}}, to=to, is_async=1, **columns)


def failing(name, after="", **columns):
    return node(name, "SERVICE", {"service": "fail", "args": {"after": after}}, is_async=1, **columns)


def test_dataflow_starts_a_node_though_another_of_its_wave_still_waits():
    stage = Stage()
    flow = rows(mark("s", ["slow", "quick"]), waits("slow", "behind"), mark("quick", ["behind"]), opens("behind"))
    with engine(flow, driver="dataflow", services=stage.services()) as started:
        result = started.run_workflow(CODE)
    assert {each.status for each in result.nodes} == {"done"}
    assert stage.told == ["slow begins", "behind", "slow ends"]


def test_dataflow_lets_a_gate_fire_before_ways_in_that_cannot_change_it():
    stage = Stage()
    flow = rows(
        mark("s", ["a", "b"], rank=1),
        mark("a", ["gate"], rank=2),
        waits("b", "end", ["gate"], rank=3),
        gate("any", ["see"], rank=4),
        seen("see", "a", "b", to=["end"], rank=5),
        opens("end", rank=6),
    )
    with engine(flow, driver="dataflow", services=stage.services()) as started:
        result = started.run_workflow(CODE, context={"result": {"a": False, "b": False}})
    assert result.context["result"]["see"] == ["a", ""]
    assert result.context["result"]["b"] is True
    assert stage.told == ["b begins", "end", "b ends"]


@pytest.mark.parametrize("driver", TOGETHER)
def test_a_gate_counts_the_canonically_first_though_it_is_the_slower(driver):
    stage = Stage()
    flow = rows(
        mark("s", ["a", "b"], rank=1),
        waits("a", "b", ["gate"], rank=2),
        opens("b", ["gate"], rank=3),
        gate("any", ["see"], rank=4),
        seen("see", "a", "b", rank=5),
    )
    with engine(flow, driver=driver, services=stage.services()) as started:
        result = started.run_workflow(CODE, context={"result": {"a": False, "b": False}})
    assert stage.told == ["a begins", "b", "a ends"]
    assert result.context["result"]["see"] == ["a", ""]


@pytest.mark.parametrize("driver", TOGETHER)
def test_a_failure_cancels_what_lies_behind_it_and_not_what_lies_before(driver):
    stage = Stage()
    flow = rows(
        mark("s", ["before", "bad", "behind", "last"], rank=1),
        waits("before", "never-but", rank=2),
        failing("bad", after="go", rank=3),
        waits("behind", "never", rank=4),
        opens("go", rank=5),
    )
    flow = flow._replace(nodes=[each._replace(branches=each.branches.replace('"last"', '"go"')) for each in flow.nodes])

    async def before_ends():
        while "behind cancelled" not in stage.told:  # noqa: ASYNC110 - what it waits for has no event
            await asyncio.sleep(0)
        stage.event("never-but").set()

    async def opening(name):
        stage.helper = asyncio.ensure_future(before_ends())
        return await stage.open(name)

    with engine(flow, driver=driver, services={**stage.services(), "open": opening}) as started:
        with pytest.raises(NodeExecutionError) as caught:
            started.run_workflow(CODE)
        left = asyncio.all_tasks(started.loop.get_loop())
    assert caught.value.node == "bad"
    assert "before ends" in stage.told
    assert "behind cancelled" in stage.told
    assert left == set()
    statuses = {each.name: str(each.status) for each in caught.value.result.nodes}
    assert statuses == {"s": "done", "before": "done", "bad": "failed", "behind": "stopped", "go": "stopped"}


@pytest.mark.parametrize("driver", TOGETHER)
def test_one_that_fails_later_but_comes_first_is_the_one_raised(driver):
    stage = Stage()
    flow = rows(
        mark("s", ["first", "second"], rank=1),
        failing("first", after="gone", rank=2),
        failing("second", rank=3),
    )

    async def failing_second(after=""):
        if not after:
            stage.event("gone").set()
        return await stage.fail(after)

    with engine(flow, driver=driver, services={"fail": failing_second}) as started:
        with pytest.raises(NodeExecutionError) as caught:
            started.run_workflow(CODE)
        assert caught.value.node == "first"


@pytest.mark.parametrize("driver", TOGETHER)
def test_the_engine_goes_on_after_a_failure(driver):
    flow = rows(
        mark("s", ["a", "b"]),
        node("a", "CALC", {"expression": "1 / n"}, is_async=1),
        node("b", "SLEEP", {"ms": 0}, is_async=1),
    )
    with engine(flow, driver=driver) as started:
        with pytest.raises(NodeExecutionError):
            started.run_workflow(CODE, context={"result": {"n": 0}})
        assert started.run_workflow(CODE, context={"result": {"n": 1}}).context["result"]["a"] == 1


@pytest.mark.parametrize("driver", TOGETHER)
def test_plain_services_of_async_nodes_run_in_threads_and_not_too_many(driver):
    most = MAX_THREADS + 4
    running, peak, lock, full = 0, 0, threading.Lock(), threading.Barrier(MAX_THREADS)

    def work(number):
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
        if number < MAX_THREADS:
            full.wait(timeout=PATIENCE_S)  # so many are there at once, or this never ends
        with lock:
            running -= 1
        return {f"thread{number}": threading.get_ident()}

    names = [f"w{at:02}" for at in range(most)]
    services = [
        node(name, "SERVICE", {"service": "work", "args": {"number": at}}, is_async=1) for at, name in enumerate(names)
    ]
    with engine(rows(node("s", to=names), *services), driver=driver, services={"work": work}) as started:
        result = started.run_workflow(CODE)
    threads = {value for name, value in result.context["result"].items() if name.startswith("thread")}
    assert threading.get_ident() not in threads
    assert peak == MAX_THREADS
    assert not [each for each in threading.enumerate() if each.name.startswith("wfperf")]


def test_a_plain_service_stays_where_it_is_in_a_sequential_run():
    flow = rows(node("a", "SERVICE", {"service": "here"}, is_async=1))
    with engine(flow, services={"here": lambda: {"thread": threading.get_ident()}}) as started:
        assert started.run_workflow(CODE).context["result"] == {"thread": threading.get_ident()}


@pytest.mark.parametrize("driver", TOGETHER)
def test_a_call_in_a_thread_does_not_outlive_its_run(driver):
    begun, ended = threading.Event(), threading.Event()
    may_end = threading.Event()

    def long():
        begun.set()
        may_end.wait(timeout=PATIENCE_S)
        ended.set()
        return {}

    async def fail():
        while not begun.is_set():  # noqa: ASYNC110 - it is set in a thread
            await asyncio.sleep(0)
        threading.Timer(0.05, may_end.set).start()
        raise RuntimeError("on purpose")

    flow = rows(
        mark("s", ["bad", "long"], rank=1),
        node("bad", "SERVICE", {"service": "fail"}, rank=2, is_async=1),
        node("long", "SERVICE", {"service": "long"}, rank=3, is_async=1),
    )
    with engine(flow, driver=driver, services={"fail": fail, "long": long}) as started:
        with pytest.raises(NodeExecutionError, match="on purpose"):
            started.run_workflow(CODE)
        assert ended.is_set()


def test_an_interrupt_is_no_failure_of_a_node():
    def interrupted():
        raise KeyboardInterrupt

    flow = rows(
        node("a", "SERVICE", {"service": "interrupted"}, to=[{"node": "h", "error": True}]),
        mark("h"),
    )
    with engine(flow, services={"interrupted": interrupted}) as started, pytest.raises(KeyboardInterrupt):
        started.run_workflow(CODE)


@pytest.mark.parametrize("driver", ["sequential", *TOGETHER])
def test_items_of_an_async_foreach_go_beside_each_other_where_they_can(driver):
    stage = Stage()
    each = node("each", "FOREACH", {"list": "items", "workflow": "SUB", "returns": "item"}, is_async=1)
    sub = rows(
        node("s", to=[("a", "index == 0"), default("b")], split="first"),
        waits("a", "b") if driver != "sequential" else mark("a"),
        opens("b"),
        code="SUB",
    )
    with engine(rows(each), sub, driver=driver, services=stage.services()) as started:
        result = started.run_workflow(CODE, context={"result": {"items": ["x", "y"]}})
    assert result.context["result"]["each"] == ["x", "y"]
    assert [run.guid for run in result.nodes[0].runs] == ["run/each[0]", "run/each[1]"]

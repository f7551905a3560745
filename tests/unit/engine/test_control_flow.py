"""Control flow: every pattern, on every driver, whatever the order of rows and the hash seed."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from builders import CODE, engine, mark_rows, node, rows
from flows import FLOWS, check
from thorough import is_thorough

from wfperf.engine.drivers import DRIVERS
from wfperf.engine.errors import NodeExecutionError, RunError
from wfperf.errors import UsageError
from wfperf.plan import load_plan

TESTS = Path(__file__).parents[2]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", FLOWS)
def test_flow(name, driver):
    check(FLOWS[name], driver)


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("name", FLOWS)
def test_the_order_of_rows_changes_nothing(name, driver):
    flow = FLOWS[name]
    ranked = [row if row.rank else row._replace(rank=10 * place) for place, row in enumerate(flow.nodes, 1)]
    for seed in range(3):
        shuffled = random.Random(seed).sample(ranked, len(ranked))
        check(replace(flow, nodes=tuple(shuffled)), driver)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_hash_seed_changes_nothing(seed):
    script = "import sys; from flows import survivors; sys.exit('; '.join(survivors(tuple(sys.argv[1:]))) or 0)"
    env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(
        [sys.executable, "-c", script, *DRIVERS], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_workflow_that_calls_itself_stops_at_a_depth(driver):
    again = rows(node("again", "WORKFLOW", {"workflow": CODE}))
    with engine(again, driver=driver) as started, pytest.raises(NodeExecutionError) as caught:
        started.run_workflow(CODE)
    assert str(caught.value).endswith("more than 32 workflows run inside each other; does 'W' call itself?")
    result, depth = caught.value.result, 0
    while result.nodes[0].runs:
        (result,), depth = result.nodes[0].runs, depth + 1
    assert depth == 32


def test_a_run_inside_another_event_loop_is_refused():
    async def inside(started):
        return started.run_workflow(CODE)

    refused = pytest.raises(UsageError, match="call it from outside of any other")
    with engine(rows(node("a")), driver="concurrent") as started, refused:
        asyncio.run(inside(started))


LONG = 5 if is_thorough() else 1
"""How many times as long as what passes any limit of recursion."""


@pytest.mark.parametrize(
    ("size", "driver"), [(4_000 * LONG, "adaptive"), (4_000 * LONG, "dataflow"), (4_000 * LONG, "concurrent")]
)
def test_a_long_chain_needs_no_recursion(size, driver):
    seams = dict(load_plan().configuration("optimized").choices) | {"driver": driver}
    with engine(mark_rows(size), **seams) as started:
        result = started.run_workflow(CODE)
    assert [each.status for each in result.nodes] == ["done"] * size
    assert result.context["result"] == {"last": size - 1, "n0": 0}


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_long_chain_behind_a_dead_branch_is_skipped(driver):
    size = 4_000 * LONG
    chain = mark_rows(size)
    start = node("start", to=[("end", "True"), ("n000000", "True")], split="first", rank=-1)
    with engine(chain._replace(nodes=[start, node("end", rank=10**6), *chain.nodes]), driver=driver) as started:
        result = started.run_workflow(CODE)
    assert [each.status for each in result.nodes].count("skipped") == size


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_stopped_a_run_is_told_with_all_that_came_before(driver):
    sub = rows(node("x", to=["y"]), node("y", "CALC", {"expression": "1 / n"}, to=["z"]), node("z"), code="SUB")
    each = node("all", "FOREACH", {"list": "ns", "workflow": "SUB", "item": "n"}, to=["b"], is_async=1)
    with engine(rows(each, node("b")), sub, driver=driver) as started, pytest.raises(RunError) as caught:
        started.run_workflow(CODE, context={"result": {"ns": [1, 0, 0, 1]}})
    result = caught.value.result
    assert [(node.name, node.status) for node in result.nodes] == [("all", "failed"), ("b", "stopped")]
    runs = result.nodes[0].runs
    assert [run.guid for run in runs] == ["run/all[0]", "run/all[1]"]
    assert [[node.status for node in run.nodes] for run in runs] == [["done"] * 3, ["done", "failed", "stopped"]]
    assert runs[1].error == str(caught.value.cause)

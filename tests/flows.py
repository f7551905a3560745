"""Control flow, case by case: a workflow, what becomes of each node, and what is written. Held to by every driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from builders import CODE, default, engine, node, rows

from wfperf.engine.errors import RunError
from wfperf.engine.rows import NodeRow

DONE, SKIPPED, FAILED, STOPPED = "done", "skipped", "failed", "stopped"


@dataclass(frozen=True)
class Flow:
    """A workflow with what is to come of it; `statuses` gives names by status, `result` variables at the end.

    `error` is the kind of error that stops the run, the node, and what the message has to hold.
    """

    nodes: tuple[NodeRow, ...]
    statuses: Mapping[str, str]
    result: Mapping[str, Any] = field(default_factory=dict)
    error: tuple[str, str, str] | None = None
    others: tuple[Any, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)


def check(flow: Flow, driver: str) -> None:
    """Run a flow with a driver and hold what comes of it against what is expected.

    Raises:
        AssertionError: it is something else.
    """
    with engine(rows(*flow.nodes), *flow.others, driver=driver, services={"later": _later}) as started:
        try:
            result, error = started.run_workflow(CODE, context={"result": dict(flow.variables)}), None
        except RunError as raised:
            result, error = raised.result, raised
    told = None if error is None else (type(error).__name__, error.node)
    assert told == (None if flow.error is None else flow.error[:2]), f"{driver}: {error}"
    if error is not None:
        assert flow.error[2] in str(error)
        assert result.error == str(error)
    found = {each.name: str(each.status) for each in result.nodes}
    expected = {name: status for status, names in flow.statuses.items() for name in names.split()}
    assert found == expected, driver
    assert {name: result.context["result"].get(name) for name in flow.result} == dict(flow.result), driver


async def _later() -> dict[str, Any]:
    return {}


def mark(name: str, to: Any = (), **columns: Any) -> NodeRow:
    """Return a node that writes its name into `last` and into a variable of its own."""
    return node(name, "SET", {"values": {"last": name, name: True}}, to=to, **columns)


def seen(name: str, *names: str, to: Any = (), **columns: Any) -> NodeRow:
    """Return a node that writes which of some variables it sees."""
    expression = "[" + ", ".join(f"{each!r} if {each} else ''" for each in names) + "]"
    return node(name, "CALC", {"expression": expression}, to=to, **columns)


def gate(join: Any, to: Any = ("end",), name: str = "gate", **columns: Any) -> NodeRow:
    """Return a GATE."""
    return node(name, "GATE", {"join": join}, to=to, **columns)


NONE = {"a": False, "b": False, "c": False}
FAILING = {"expression": "1 / 0"}


def three_ways(join: Any, dead: str = "") -> tuple[NodeRow, ...]:
    """Return a split into a, b and c, some of them dead, that a gate joins, and an end that tells whom it sees."""
    edges = [(name, str(name not in dead)) for name in "abc"]
    return (
        node("start", to=edges, split="matching", rank=1),
        *(mark(name, ["gate"], rank=rank) for rank, name in enumerate("abc", 2)),
        gate(join, rank=8),
        seen("end", "a", "b", "c", rank=9),
    )


FLOWS: Mapping[str, Flow] = {
    "sequence": Flow((mark("a", ["b"]), mark("b", ["c"]), mark("c")), {DONE: "a b c"}, {"last": "c"}),
    "parallel split": Flow((mark("s", ["a", "b"]), mark("a"), mark("b")), {DONE: "s a b"}, {"last": "b"}),
    "synchronization": Flow(
        three_ways("all"), {DONE: "start a b c gate end"}, {"end": ["a", "b", "c"]}, variables=NONE
    ),
    "exclusive choice": Flow(
        (node("s", to=[("a", "n > 5"), ("b", "n > 1"), default("c")], split="first"), mark("a"), mark("b"), mark("c")),
        {DONE: "s b", SKIPPED: "a c"},
        {"last": "b"},
        variables={"n": 3},
    ),
    "exclusive choice of several that hold": Flow(
        (node("s", to=[("a", "False"), ("b", "True"), "c", default("d")], split="first"), *map(mark, "abcd")),
        {DONE: "s b", SKIPPED: "a c d"},
    ),
    "discriminator whose first branch is the longer": Flow(
        (mark("s", ["a", "b"], rank=1), mark("a", ["a2"], rank=2), mark("a2", ["gate"], rank=3),
         mark("b", ["gate"], rank=4), gate("any", rank=5), seen("end", "a2", "b", rank=6)),
        {DONE: "s a a2 b gate end"},
        {"end": ["a2", ""]},
        variables={"a2": False, "b": False},
    ),
    "simple merge": Flow(
        (node("s", to=[("a", "False"), default("b")], split="first"), mark("a", ["j"]), mark("b", ["j"]),
         seen("j", "a", "b")),
        {DONE: "s b j", SKIPPED: "a"},
        {"j": ["", "b"]},
        variables=NONE,
    ),
    "multi-choice": Flow(
        (
            node("s", to=[("a", "n > 2"), ("b", "n > 5"), ("c", "n < 9"), default("d")], split="matching"),
            *map(mark, "abcd"),
        ),
        {DONE: "s a c", SKIPPED: "b d"},
        variables={"n": 3},
    ),
    "multi-choice by default": Flow(
        (node("s", to=[("a", "False"), default("d"), ("b", "False")], split="matching"), *map(mark, "abd")),
        {DONE: "s d", SKIPPED: "a b"},
    ),
    "multi-choice without a condition": Flow(
        (node("s", to=["a", ("b", "False"), default("d")], split="matching"), *map(mark, "abd")),
        {DONE: "s a", SKIPPED: "b d"},
    ),
    "structured synchronizing merge": Flow(
        three_ways("or", dead="b"), {DONE: "start a c gate end", SKIPPED: "b"}, {"end": ["a", "", "c"]}, variables=NONE
    ),
    "acyclic synchronizing merge": Flow(
        (
            node("s", to=[("a", "True"), ("b", "False"), ("c", "True")], split="matching"),
            mark("a", ["a2", "j"]), mark("a2", ["j"]), mark("b", ["j", "j2"]), mark("c", ["j2"]),
            seen("j", "a", "a2", "b", to=["j2"]), seen("j2", "a", "b", "c"),
        ),
        {DONE: "s a a2 c j j2", SKIPPED: "b"},
        {"j": ["a", "a2", ""], "j2": ["a", "", "c"]},
        variables={**NONE, "a2": False},
    ),
    "discriminator": Flow(
        three_ways("any"), {DONE: "start a b c gate end"}, {"end": ["a", "", ""], "last": "c"}, variables=NONE
    ),
    "discriminator behind a dead branch": Flow(
        three_ways("any", dead="a"), {DONE: "start b c gate end", SKIPPED: "a"}, {"end": ["", "b", ""]}, variables=NONE
    ),
    "discriminator by canonical order, not by place": Flow(
        (
            mark("s", ["z", "y"], rank=1), mark("z", ["gate"], rank=2), mark("y", ["gate"], rank=3),
            gate("any", rank=4), seen("end", "z", "y", rank=5),
        ),
        {DONE: "s z y gate end"},
        {"end": ["z", ""]},
        variables={"y": False, "z": False},
    ),
    "partial join": Flow(three_ways(2), {DONE: "start a b c gate end"}, {"end": ["a", "b", ""]}, variables=NONE),
    "partial join behind a dead branch": Flow(
        three_ways(2, dead="b"), {DONE: "start a c gate end", SKIPPED: "b"}, {"end": ["a", "", "c"]}, variables=NONE
    ),
    "implicit termination": Flow(
        (mark("s", ["a", "b"]), mark("a", ["a2"]), mark("a2"), mark("b")), {DONE: "s a a2 b"}, {"last": "b"}
    ),
    "sub-workflow": Flow(
        (
            mark("s", ["sub"]),
            node("sub", "WORKFLOW", {"workflow": "SUB", "returns": ["twice"]}, to=["e"]),
            node("e", "CALC", {"expression": "twice + 1"}),
        ),
        {DONE: "s sub e"},
        {"twice": 6, "e": 7},
        others=(rows(node("d", "CALC", {"expression": "n * 2", "into": "twice"}), code="SUB"),),
        variables={"n": 3},
    ),
    "for-each": Flow(
        (node("each", "FOREACH", {"list": "ns", "workflow": "SUB", "item": "n", "returns": "twice"}, is_async=1),),
        {DONE: "each"},
        {"each": [2, 4, 6]},
        others=(rows(node("d", "CALC", {"expression": "n * 2", "into": "twice"}), code="SUB"),),
        variables={"ns": [1, 2, 3]},
    ),
    "or join behind a dead branch": Flow(
        (mark("s", ["a", "x"]), mark("a", ["j"]), node("x", to=[("b", "False"), default("c")], split="first"),
         mark("b", ["j"]), mark("c"), seen("j", "a", "b", "c")),
        {DONE: "s a x c j", SKIPPED: "b"},
        {"j": ["a", "", ""]},
        variables=NONE,
    ),
    "or join two levels behind a dead branch": Flow(
        (mark("s", ["a", "x"]), mark("a", ["j"]), node("x", to=[("b", "False"), default("e")], split="first"),
         mark("b", ["b2"]), mark("b2", ["b3", "j"]), mark("b3", ["j"]), mark("e"), seen("j", "a", "b")),
        {DONE: "s a x e j", SKIPPED: "b b2 b3"},
        {"j": ["a", ""]},
        variables=NONE,
    ),
    "any join that fires once": Flow(
        (mark("s", ["a", "b"]), mark("a", ["gate"]), mark("b", ["gate"]), gate("any", ["count"]),
         node("count", "CALC", {"expression": "n + 1", "into": "n"})),
        {DONE: "s a b gate count"},
        {"n": 1},
        variables={"n": 0},
    ),
    "all join that can no longer fire": Flow(
        three_ways("all", dead="b"),
        {DONE: "start a c", SKIPPED: "b", FAILED: "gate", STOPPED: "end"},
        {"a": True, "c": True},
        ("DeadlockError", "gate", "waits for 3 of its 3 ways in, but 2 can arrive; no path comes from 'b'"),
        variables=NONE,
    ),
    "partial join short of arrivals": Flow(
        three_ways(2, dead="ac"),
        {DONE: "start b", SKIPPED: "a c", FAILED: "gate", STOPPED: "end"},
        error=("DeadlockError", "gate", "waits for 2 of its 3 ways in, but 1 can arrive; no path comes from 'a', 'c'"),
        variables=NONE,
    ),
    "a gate that no path reaches is skipped": Flow(
        (node("s", to=[("x", "False"), default("e")], split="first"), mark("x", ["a", "b"]), mark("a", ["gate"]),
         mark("b", ["gate"]), gate("all"), mark("end"), mark("e")),
        {DONE: "s e", SKIPPED: "x a b gate end"},
    ),
    "a join fed twice by one node": Flow(
        (node("s", to=[("gate", "True"), ("gate", "True"), ("b", "True")], split="matching"), mark("b", ["gate"]),
         gate(2), mark("end")),
        {DONE: "s b gate end"},
    ),
    "a join fed by a node and by one behind it": Flow(
        (mark("s", ["gate", "b"]), mark("b", ["gate"]), gate("all"), seen("end", "s", "b")),
        {DONE: "s b gate end"},
        {"end": ["s", "b"]},
        variables={"s": False, **NONE},
    ),
    "a gate behind a gate": Flow(
        (mark("s", ["a", "b", "c"]), mark("a", ["g1"]), mark("b", ["g1"]), mark("c", ["g2"]),
         gate("any", ["g2"], "g1"), gate("all", ["end"], "g2"), seen("end", "a", "b", "c")),
        {DONE: "s a b c g1 g2 end"},
        {"end": ["a", "", "c"]},
        variables=NONE,
    ),
    "no matching branch": Flow(
        (node("s", to=[("a", "n > 5"), ("b", "n > 7")], split="matching"), mark("a"), mark("b")),
        {FAILED: "s", STOPPED: "a b"},
        error=("NoMatchingBranchError", "s", "none of its conditions holds ('n > 5', 'n > 7'), and it has no default"),
        variables={"n": 1},
    ),
    "no error edge takes a split without a way on": Flow(
        (node("s", to=[("a", "False"), {"node": "h", "error": True}], split="first"), mark("a"), mark("h")),
        {FAILED: "s", STOPPED: "a h"},
        error=("NoMatchingBranchError", "s", "none of its conditions holds"),
    ),
    "error edge": Flow(
        (node("s", "CALC", FAILING, to=["a", {"node": "h", "error": True}]), mark("a"),
         node("h", "CALC", {"expression": "error['type'] + ' ' + error['node']"})),
        {FAILED: "s", DONE: "h", SKIPPED: "a"},
        {"h": "CALC s", "error": {
            "node": "s",
            "type": "CALC",
            "message": "NodeData field 'expression': cannot evaluate '1 / 0': ZeroDivisionError: division by zero",
        }},
    ),
    "error edge of a condition": Flow(
        (node("s", "SET", {"values": {"v": 1}}, to=[("a", "nowhere"), {"node": "h", "error": True}], split="first"),
         mark("a"), mark("h")),
        {FAILED: "s", DONE: "h", SKIPPED: "a"},
        {"v": 0, "last": "h"},
        variables={"v": 0},
    ),
    "error edge of a sub-workflow": Flow(
        (node("s", "WORKFLOW", {"workflow": "SUB"}, to=[{"node": "h", "error": True}]), mark("h")),
        {FAILED: "s", DONE: "h"},
        {"error": {"node": "s", "type": "WORKFLOW",
                   "message": "workflow 'SUB', node 'd': none of its conditions holds ('False'), "
                              "and it has no default"}},
        others=(rows(node("d", to=[("e", "False")], split="first"), node("e"), code="SUB"),),
    ),
    "error edge that is not needed": Flow(
        (mark("s", ["a", {"node": "h", "error": True}]), mark("a", ["j"]), mark("h", ["j"]), seen("j", "a", "b")),
        {DONE: "s a j", SKIPPED: "h"},
        {"j": ["a", ""]},
        variables=NONE,
    ),
    "error edges into a join": Flow(
        (mark("s", ["a", "b"]), node("a", "CALC", FAILING, to=["j", {"node": "h", "error": True}]), mark("b", ["j"]),
         mark("h", ["j"]), seen("j", "h", "b")),
        {DONE: "s b h j", FAILED: "a"},
        {"j": ["h", "b"]},
        variables={**NONE, "h": False},
    ),
    "failure without an error edge": Flow(
        (mark("s", ["a", "b", "c"], rank=1), mark("a", rank=2), node("b", "CALC", FAILING, rank=3, to=["d"]),
         mark("c", rank=4), mark("d", rank=5)),
        {DONE: "s a", FAILED: "b", STOPPED: "c d"},
        {"last": "a", "c": None},
        ("NodeExecutionError", "b", "CALC failed: NodeData field 'expression'"),
    ),
    "the canonically first of two failures": Flow(
        (mark("s", ["a", "b"], rank=1), mark("a", ["a2"], rank=2), node("a2", "CALC", FAILING, rank=3),
         node("b", "CALC", FAILING, rank=4)),
        {DONE: "s a", FAILED: "a2", STOPPED: "b"},
        error=("NodeExecutionError", "a2", "division by zero"),
    ),
    "structural nodes": Flow(
        (node("a", "NULL", {}, to=["b"]), node("b", "TODO", {"note": "x"}, to=["c"]), gate("or", (), "c")),
        {DONE: "a b c"},
    ),
    "sql edge": Flow(
        (
            node("s", to=[
                {"node": "a", "sql": "SELECT :x", "params": {"x": "$n$"}, "matches": "^[0-9]+$"},
                {"node": "b", "sql": "SELECT :x", "params": {"x": "$n$"}, "matches": "^[a-z]+$"},
                {"node": "c", "sql": "SELECT NULL", "matches": ""},
                {"node": "d", "sql": "SELECT 1 WHERE 1 = 0", "matches": ""},
                {"node": "e", "sql": "SELECT 42, 'x'", "matches": "2"},
            ], split="matching"),
            *map(mark, "abcde"),
        ),
        {DONE: "s a e", SKIPPED: "b c d"},
        variables={"n": 47},
    ),
    "sql edge with a value that is not safe in a statement": Flow(
        (node("s", to=[{"node": "a", "sql": "SELECT :x", "params": {"x": "~~n~~"}, "matches": "^' OR 1=1; --$"}],
              split="first"), mark("a")),
        {DONE: "s a"},
        variables={"n": "' OR 1=1; --"},
    ),
    "sql edge that the database refuses": Flow(
        (node("s", to=[{"node": "a", "sql": "SELECT 1 FROM nowhere", "matches": "x"}], split="first"), mark("a")),
        {FAILED: "s", STOPPED: "a"},
        error=("NodeExecutionError", "s", "SET failed: cannot read sqlite://: no such table: nowhere"),
    ),
    "sql edge that the database refuses, with an error edge": Flow(
        (node("s", to=[{"node": "a", "sql": "SELECT 1 FROM nowhere", "matches": "x"},
                       {"node": "h", "error": True}], split="first"), mark("a"), mark("h")),
        {FAILED: "s", DONE: "h", SKIPPED: "a"},
    ),
    "asynchronous service": Flow((node("a", "SERVICE", {"service": "later"}, to=["b"]), mark("b")), {DONE: "a b"}),
    "nodes that nothing leads to": Flow(
        (mark("a", ["c"], rank=1), mark("b", ["c", "d"], rank=2), seen("c", "a", "b", rank=3), mark("d", rank=4)),
        {DONE: "a c", SKIPPED: "b d"},
        {"c": ["a", ""]},
        variables=NONE,
    ),
}  # fmt: skip


def survivors(drivers: tuple[str, ...]) -> Iterator[str]:
    """Give the flows and drivers that come out otherwise than expected."""
    for name, flow in FLOWS.items():
        for driver in drivers:
            try:
                check(flow, driver)
            except Exception as error:  # noqa: BLE001 - a broken engine may raise anything
                yield f"{name} ({driver}): {error!r}"

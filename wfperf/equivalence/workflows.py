"""Random workflows: any valid DAG of up to 15 nodes, and now and then an invalid one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.equivalence.cases import WorkflowCase
from wfperf.equivalence.conditions import CONDITIONS, FAILING_CONDITIONS, sql_condition
from wfperf.equivalence.failing import BROKEN
from wfperf.equivalence.nodes import random_node
from wfperf.equivalence.words import Words
from wfperf.fixtures.builders import PACKAGE, PROCESS_GUID_SQL, Rows, Step, workflow

MAX_NODES = 15
"""Enough for nested splits and joins, and small enough to be run thousands of times."""

OTHER_PACKAGE = "other"

WORKFLOW = "RANDOM"

_FAILING_NODES = 0.03
"""With up to 15 nodes, about one workflow in five fails then, so that most run to their end."""

_FAILING_CONDITIONS = 0.02
"""As with nodes, for edges."""

_ERROR_EDGES = 0.3
"""Often enough that some failures meet an error edge, and some do not."""

_BROKEN_DEFINITIONS = 0.03
"""An invalid definition ends a case at once: a few are enough."""

_PROCESS_GUID_SQL = ("", PROCESS_GUID_SQL, "SELECT :workflow || ':' || :guid", "SELECT NULL", "SELECT missing")
_PROCESS_GUID_WEIGHTS = (10, 8, 4, 1, 1)
"""What works is drawn more often than what fails."""

Edge = dict[str, Any]


def random_workflow(rng: Random, service: str = "", *, mail: bool = True) -> WorkflowCase:
    """Return a random workflow under random conditions: one run or two, alone or with a namesake beside it.

    Its API nodes call the HTTP service at the URL `service`. Without `mail` it is the same, except that each EMAIL node
    is a NULL.
    """
    words = Words(rng, odd=rng.random() < 0.5, service=service)  # noqa: PLR2004 - half of them are as workflows are in real life
    case = WorkflowCase(_random_rows(words, PACKAGE, "n", mail=mail), words.variables, do_debug=rng.random() < 1 / 3)
    if rng.random() < 1 / 5:
        case = replace(case, guids=("run-1", "run-2"))
    if rng.random() < 1 / 10:
        # Its nodes have the same guids, so that they collide, or others, so that they mix in unnoticed.
        case = replace(case, neighbour=_random_rows(words, OTHER_PACKAGE, words.pick("n", "o"), mail=mail))
    return case


def conditions() -> Iterator[WorkflowCase]:
    """Yield two simple cases: one with two runs, one with two workflows."""
    alone = workflow(WORKFLOW, [Step("SET", {"values": {"a": "1"}}), Step("TEMPLATE", {"template": "$processguid$"})])
    yield WorkflowCase(alone, {}, guids=("run-1", "run-2"))
    other = alone.nodes[0]._replace(guid="other-0001", name="other", rank=30, branches="{}")
    yield WorkflowCase(alone, {}, neighbour=Rows(alone.header._replace(package=OTHER_PACKAGE), [other]))


def _random_rows(words: Words, package: str, prefix: str, *, mail: bool) -> Rows:
    rng = words.rng
    count = rng.randint(1, MAX_NODES)
    edges = _random_edges(rng, count)
    ways_in = Counter(to for ways in edges for to in ways)
    nodes = []
    for at in range(count):
        kind, data = _random_gate(rng, ways_in[at]) or random_node(words, _FAILING_NODES)
        if kind == "EMAIL" and not mail:
            kind, data = "NULL", {}  # no other draw depends on it
        nodes.append(
            NodeRow(
                guid=_spelled(rng, f"{prefix}-{at + 1:02}"),
                # Ranks repeat and contradict the edges; only the start keeps its place.
                rank=rng.randint(1, 5) * 10 if at else 0,
                type=_spelled(rng, kind),
                name=f"{prefix}{at + 1}",
                is_async=int(rng.random() < 0.4),  # noqa: PLR2004 - enough that some overlap
                data=json.dumps(data, ensure_ascii=rng.random() < 0.5),  # noqa: PLR2004 - either is JSON
                branches=_branches(words, [_spelled(rng, f"{prefix}-{to + 1:02}") for to in edges[at]]),
            )
        )
    if rng.random() < _BROKEN_DEFINITIONS:
        at = rng.randrange(count)
        nodes[at] = _broken(rng, nodes[at], nodes[0])
    rng.shuffle(nodes)
    (process_guid_sql,) = rng.choices(_PROCESS_GUID_SQL, _PROCESS_GUID_WEIGHTS)
    return Rows(WorkflowRow(WORKFLOW, package, 10, process_guid_sql), nodes)


def _random_gate(rng: Random, ways_in: int) -> tuple[str, dict[str, Any]] | None:
    """Return a GATE for some of the nodes where paths meet."""
    if ways_in < 2 or rng.random() < 0.5:  # noqa: PLR2004 - two are the least that meet; half of them are gates
        return None
    return "GATE", rng.choice(({"join": "all"}, {"join": "any"}, {"join": rng.randint(1, ways_in)}, {"join": "or"}, {}))


def _random_edges(rng: Random, count: int) -> list[list[int]]:
    """Return the targets of each node: always later ones, so that there is no cycle."""
    edges: list[list[int]] = [[] for _ in range(count)]
    for to in range(1, count):
        # Most nodes follow one before them, some join several, and a few are never reached.
        ways_in = rng.choices((0, 1, 2, 3), (1, 12, 5, 2))[0]
        for source in rng.sample(range(to), min(ways_in, to)):
            edges[source].append(to)
    for ways in edges:
        rng.shuffle(ways)
    return edges


def _branches(words: Words, targets: list[str]) -> str:
    rng = words.rng
    if not targets:
        return rng.choice(("", "{}", '{"to": []}'))
    errors = [{"node": rng.choice(targets), "error": True}] if rng.random() < _ERROR_EDGES else []
    if rng.random() < 0.5:  # noqa: PLR2004 - half of the splits lead everywhere
        split = {"split": "all"} if rng.random() < 0.5 else {}  # noqa: PLR2004 - it is the default
        return json.dumps({**split, "to": [*({"node": target} for target in targets), *errors]})
    to: list[Edge] = [{"node": target, **_condition(words)} for target in targets]
    if rng.random() < 0.8:  # noqa: PLR2004 - else there may be no way on
        default = rng.choice(targets)
        if rng.random() < 0.7:  # noqa: PLR2004 - mostly it is the only edge to its node
            to = [edge for edge in to if edge["node"] != default]
        to.insert(rng.randint(0, len(to)), {"node": default, "default": True})
    return json.dumps({"split": rng.choice(("first", "matching")), "to": [*to, *errors]})


def _condition(words: Words) -> Edge:
    rng = words.rng
    if rng.random() < _FAILING_CONDITIONS:
        return rng.choice(FAILING_CONDITIONS)
    return rng.choice(({"if": rng.choice(CONDITIONS)}, {"if": rng.choice(CONDITIONS)}, sql_condition(words), {}))


def _broken(rng: Random, node: NodeRow, start: NodeRow) -> NodeRow:
    """Return a node with one mistake in it, which makes the definition invalid."""
    kind, data = rng.choice(BROKEN)
    return rng.choice(
        (
            node._replace(type="NOWHERE"),
            node._replace(data="{"),
            node._replace(data="[]"),
            node._replace(type=kind, data=json.dumps(data)),
            node._replace(branches='{"to": [{"node": "nowhere"}]}'),
            node._replace(branches='{"split": "some"}'),
            node._replace(branches=json.dumps({"to": [{"node": start.guid}]})),
            node._replace(name=start.name),
        )
    )


def _spelled(rng: Random, name: str) -> str:
    """Return a name in upper or lower case: guids and types are the same in either."""
    return rng.choice((str.upper, str.lower))(name)

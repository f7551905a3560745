"""What a workflow's shape says."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thorough import is_thorough

from wfperf.engine.graph import canonical_order, cycles, reachable


@st.composite
def graphs(draw):
    nodes = [f"n{at}" for at in range(draw(st.integers(1, 8)))]
    return nodes, {guid: draw(st.lists(st.sampled_from(nodes), unique=True, max_size=3)) for guid in nodes}


@given(graphs())
def test_the_canonical_order_holds_what_no_cycle_blocks(graph):
    nodes, targets = graph
    order = canonical_order(nodes, targets)
    reference = nx.DiGraph(targets)
    on_cycles = {guid for part in nx.strongly_connected_components(reference) if len(part) > 1 for guid in part}
    on_cycles |= {guid for guid in nodes if guid in targets[guid]}
    behind = set().union(*({guid, *nx.descendants(reference, guid)} for guid in on_cycles))
    assert set(order) == set(nodes) - behind
    places = {guid: place for place, guid in enumerate(order)}
    assert all(places[guid] < places[target] for guid in order for target in targets[guid] if target in places)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_canonical_order_does_not_depend_on_the_order_of_edges(graph, random):
    nodes, targets = graph
    shuffled = [(guid, random.sample(ways, len(ways))) for guid, ways in targets.items()]
    random.shuffle(shuffled)
    assert canonical_order(nodes, dict(shuffled)) == canonical_order(nodes, targets)


@given(graphs())
def test_reachable_is_what_paths_lead_to(graph):
    nodes, targets = graph
    assert reachable(nodes[0], targets) == {nodes[0], *nx.descendants(nx.DiGraph(targets), nodes[0])}


@given(graphs())
def test_cycles_are_cycles_and_every_cycle_shares_a_node_with_one(graph):
    nodes, targets = graph
    found = list(cycles(nodes, targets))
    assert (not found) == (set(canonical_order(nodes, targets)) == set(nodes))
    for cycle in found:
        assert all(after in targets[before] for before, after in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        assert cycle[0] == min(cycle, key=nodes.index)
    assert len({guid for cycle in found for guid in cycle}) == sum(map(len, found))
    left = [guid for guid in nodes if not any(guid in cycle for cycle in found)]
    rest = {guid: [target for target in targets[guid] if target in left] for guid in left}
    assert nx.is_directed_acyclic_graph(nx.DiGraph(rest))


@pytest.mark.parametrize(
    ("targets", "found"),
    [
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["b", "c"], "c": []}, [["b"]]),
        ({"before": ["b"], "b": ["c"], "c": ["b", "behind"], "behind": ["further"], "further": []}, [["b", "c"]]),
        (
            {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["e"], "e": ["c"], "f": ["f"]},
            [["a", "b"], ["c", "d", "e"], ["f"]],
        ),
        ({"a": ["b"], "b": ["a", "c"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["nowhere", "a"]}, [["a"]]),
    ],
    ids=[
        "none",
        "itself",
        "itself, with a way on",
        "between",
        "disjoint",
        "one behind another",
        "beside a dangling edge",
    ],
)
def test_a_cycle_is_told_with_exactly_the_nodes_on_it(targets, found):
    assert sorted(cycles(list(targets), targets)) == found


def test_cycles_do_not_depend_on_hashes():
    targets = {"a": ["b", "c"], "b": ["a"], "c": ["a"], "d": ["d"]}
    assert list(cycles(list(targets), targets)) == [["a", "b"], ["d"]]


@pytest.mark.parametrize("size", [100_000 if is_thorough() else 20_000])
def test_a_long_chain_needs_no_recursion(size):
    nodes = [f"n{at:06}" for at in range(size)]
    targets = {guid: [after] for guid, after in zip(nodes, [*nodes[1:], nodes[0]], strict=True)}
    assert [len(cycle) for cycle in cycles(nodes, targets)] == [size]
    targets[nodes[-1]] = []
    assert canonical_order(nodes, targets) == nodes
    assert len(reachable(nodes[0], targets)) == size

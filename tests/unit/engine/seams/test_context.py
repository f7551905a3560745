"""Contexts: what a node is given, and what it leaves."""

from __future__ import annotations

import pytest
from builders import node, run
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.config import IMPLEMENTATIONS
from wfperf.engine.seams import context as seam


@pytest.mark.parametrize("name", IMPLEMENTATIONS["context"])
class TestContext:
    """What every implementation does."""

    def bound(self, name):
        return getattr(seam, name)(None)

    def test_a_node_s_successors_see_its_writes_and_it_does_not_change_what_others_see(self, name):
        contexts = self.bound(name)
        before = {"result": {"a": 1, "b": 2}, "other": 3}
        seen = contexts.enter(before)
        after = contexts.leave(seen, {"b": 5, "c": 6})
        sibling = contexts.leave(contexts.enter(before), {"a": 7})
        assert dict(after) == {"result": {"a": 1, "b": 5, "c": 6}, "other": 3}
        assert dict(sibling) == {"result": {"a": 7, "b": 2}, "other": 3}
        assert before == {"result": {"a": 1, "b": 2}, "other": 3}

    def test_a_context_may_be_entered_by_many_and_left_without_writes(self, name):
        contexts = self.bound(name)
        first = contexts.leave(contexts.enter({"result": {"a": 1}}), {})
        assert [dict(contexts.leave(contexts.enter(first), {"b": at}))["result"] for at in range(3)] == [
            {"a": 1, "b": at} for at in range(3)
        ]
        assert dict(first) == {"result": {"a": 1}}

    @given(
        given=st.dictionaries(st.sampled_from("abcd"), st.integers()),
        steps=st.lists(
            st.tuples(st.integers(0, 30), st.dictionaries(st.sampled_from("abcdef"), st.integers()), st.booleans())
        ),
    )
    def test_every_state_of_every_branch_is_as_if_all_were_copied(self, name, given, steps):
        """Branches leave earlier states in any order; every state is looked at along the way, and again at the end."""
        contexts = self.bound(name)
        states, expected = [{"result": given, "other": 1}], [dict(given)]
        for origin, writes, look in steps:
            place = origin % len(states)
            states.append(contexts.leave(contexts.enter(states[place]), writes))
            expected.append(expected[place] | writes)
            if look:
                assert list(contexts.enter(states[place])["result"].items()) == list(expected[place].items())
        for state, variables in zip(states, expected, strict=True):
            assert list(state["result"].items()) == list(variables.items())

    def test_it_is_a_mapping(self, name):
        contexts = self.bound(name)
        seen = contexts.enter(contexts.leave(contexts.enter({"result": {}, "other": 1}), {"a": 1}))
        assert len(seen) == 2
        assert sorted(seen) == ["other", "result"]
        assert seen["result"] == {"a": 1}
        assert seen.get("nothing") is None

    def test_a_chain_of_3000_nodes(self, name):
        steps = [
            node(f"n{at}", "SLEEP", {"ms": 0}, to=[f"n{at + 1}"], rank=at + 1)
            if at % 2
            else node(f"n{at}", "SET", {"values": {"last": at}}, to=[f"n{at + 1}"], rank=at + 1)
            for at in range(3000)
        ]
        result = run(*steps, node("n3000", "TEMPLATE", {"template": "$last$"}, rank=3001), context=name)
        assert len(result.nodes) == 3001
        assert result.context["result"] == {"last": 2998, "n3000": "2998"}

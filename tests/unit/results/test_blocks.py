"""Blocks: what was measured in one set of processes."""

import pytest

from wfperf.results.blocks import Block


def block(digests, uncompared=()):
    return Block(1, dict.fromkeys(digests, (1.0,)), digests, uncompared=dict(uncompared))


@pytest.mark.parametrize(
    ("digests", "uncompared", "equal", "why"),
    [
        ({"a": "x", "b": "x"}, {}, True, ""),
        ({"a": "x", "b": "y"}, {}, False, ""),
        ({"a": "-", "b": "-"}, {"a": "an Order", "b": "a Price"}, True, "a Price"),
        ({"a": "x", "b": "-"}, {"b": "a Price"}, True, "a Price"),
        ({"a": "-", "b": "y"}, {"a": "an Order"}, True, "an Order"),
    ],
)
def test_outcomes_are_equal_unless_they_were_compared_and_differ(digests, uncompared, equal, why):
    found = block(digests, uncompared)
    assert (found.equal("a", "b"), found.why_not_compared("a", "b")) == (equal, why)

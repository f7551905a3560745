"""The drawing of a workflow says when each way on is taken."""

import pytest
from builders import default, node, rows

from wfperf.engine.validation import define
from wfperf.engine_report.graphed import draw
from wfperf.workflow_files.shape import shape


@pytest.mark.parametrize(
    ("way", "told"),
    [(default("b"), "first: a if x, b by default"), (("b", "default"), "first: a if x, b if default")],
    ids=["the default", "a condition that is called so"],
)
def test_the_default_is_not_taken_for_a_variable_of_its_name(way, told):
    header, nodes = rows(node("s", to=[("a", "x"), way], split="first"), node("a"), node("b"))
    first, *_ = draw(shape(define(header, nodes)))
    assert first.ways == told

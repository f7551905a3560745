"""docs/nodes.md: every node type is there, with its fields, and every example on it is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import run_node

from wfperf.engine.errors import NodeExecutionError
from wfperf.engine.expressions import FUNCTIONS
from wfperf.engine.nodes import NODE_TYPES

PAGE = Path(__file__).parents[4] / "docs" / "nodes.md"
INTRODUCTION, *_SECTIONS = re.split(r"^## (?=[A-Z]+$)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
SECTIONS = {section.partition("\n")[0]: section for section in _SECTIONS}
EXAMPLES = [
    pytest.param(kind, json.loads(block), id=f"{kind}-{number}")
    for kind, section in SECTIONS.items()
    for number, block in enumerate(re.findall(r"```json\n(.*?)```", section, re.DOTALL), 1)
]


def test_every_node_type_is_documented_and_no_other():
    assert sorted(NODE_TYPES) == list(SECTIONS)


def test_every_function_of_expressions_is_documented():
    assert [name for name in FUNCTIONS if f"`{name}`" not in INTRODUCTION] == []


@pytest.mark.parametrize("kind", NODE_TYPES)
def test_the_fields_are_those_that_the_type_names(kind):
    head = NODE_TYPES[kind].__doc__.partition(":")[0]
    assert head.startswith(f"{kind} ")
    documented = re.findall(r"^\| `(\w+)` \|", SECTIONS[kind], re.MULTILINE)
    assert documented == re.findall(r"`(\w+)`", head)


@pytest.mark.parametrize("kind", NODE_TYPES)
def test_a_type_has_an_example_of_what_it_writes_and_of_an_error(kind):
    shown = [set(example.values[1]) & {"writes", "error"} for example in EXAMPLES if example.values[0] == kind]
    assert {"writes"} in shown
    assert {"error"} in shown


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_is_true(kind, example):
    assert set(example) <= {"data", "variables", "writes", "error"}
    if "writes" in example:
        assert run_node(kind, example["data"], example.get("variables")) == example["writes"]
        return
    with pytest.raises(NodeExecutionError) as caught:
        run_node(kind, example["data"], example.get("variables"))
    assert str(caught.value.cause).startswith(example["error"])

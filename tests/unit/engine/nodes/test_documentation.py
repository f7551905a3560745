"""docs/nodes.md: every node type is there, with its fields, and every example on it is true."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from builders import CODE, engine, node, refusals, rows

from wfperf.engine.errors import NodeExecutionError
from wfperf.engine.expressions import FUNCTIONS
from wfperf.engine.nodes import DATA_TYPES, fields_of
from wfperf.engine.outside import MailServer
from wfperf.fixtures.builders import Step, workflow
from wfperf.fixtures.loopback import HOST, http_service, mail_service

PAGE = Path(__file__).parents[4] / "docs" / "nodes.md"
INTRODUCTION, *_SECTIONS = re.split(r"^## (?=[A-Z]+$)", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
SECTIONS = {section.partition("\n")[0]: section for section in _SECTIONS}
EXAMPLES = [
    pytest.param(kind, json.loads(block), id=f"{kind}-{number}")
    for kind, section in SECTIONS.items()
    for number, block in enumerate(re.findall(r"```json\n(.*?)```", section, re.DOTALL), 1)
]
OUTCOMES = {"writes", "writes_some", "error", "refused"}


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """What API, EMAIL and FILE reach."""
    with http_service() as http, mail_service() as mail:
        yield {"service": http.url, "mail": MailServer(HOST, mail.port), "files": tmp_path_factory.mktemp("files")}


def test_every_node_type_is_documented_and_no_other():
    assert sorted(DATA_TYPES) == list(SECTIONS)


def test_every_function_of_expressions_is_documented():
    assert [name for name in FUNCTIONS if f"`{name}`" not in INTRODUCTION] == []


@pytest.mark.parametrize("kind", DATA_TYPES)
def test_the_fields_are_those_of_the_type(kind):
    documented = re.findall(r"^\| `(\w+)` \|", SECTIONS[kind], re.MULTILINE)
    known = {name for names in fields_of(kind).values() for name in names}
    assert sorted(documented) == sorted(known)


@pytest.mark.parametrize("kind", DATA_TYPES)
def test_a_field_without_a_default_is_one_that_is_required(kind):
    columns = dict(re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", SECTIONS[kind], re.MULTILINE))
    required = {
        field.alias or name
        for data in DATA_TYPES[kind]
        for name, field in data.model_fields.items()
        if field.is_required()
    }
    assert {name for name, default in columns.items() if not default.strip()} == required


@pytest.mark.parametrize("kind", DATA_TYPES)
def test_a_type_has_an_example_of_what_it_writes_and_of_what_goes_wrong(kind):
    shown = set().union(*(OUTCOMES & set(example.values[1]) for example in EXAMPLES if example.values[0] == kind))
    assert shown & {"writes", "writes_some"}
    assert shown & {"error", "refused"}


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_is_true(kind, example, outside):
    assert len(OUTCOMES & set(example)) == 1
    assert set(example) <= {"data", "variables", "workflows"} | OUTCOMES
    if "refused" in example:
        assert "; ".join(refusals(kind, example["data"])) == example["refused"]
    elif "error" in example:
        with pytest.raises(NodeExecutionError) as caught:
            written(kind, example, outside)
        assert str(caught.value.cause).startswith(example["error"])
    elif "writes" in example:
        assert written(kind, example, outside) == example["writes"]
    else:
        assert part(written(kind, example, outside), example["writes_some"]) == example["writes_some"]


def written(kind, example, outside):
    others = [
        workflow(code, [Step(each["type"], each["data"]) for each in steps])
        for code, steps in example.get("workflows", {}).items()
    ]
    variables = {"service": outside["service"]} | example.get("variables", {})
    reach = {name: outside[name] for name in ("mail", "files")}
    with engine(rows(node("n", kind, example["data"])), *others, **reach) as started:
        return started.run_workflow(CODE, context={"result": variables}).nodes[0].writes


def part(found, shown):
    """Return of what was found as much as is shown."""
    if isinstance(found, Mapping) and isinstance(shown, Mapping):
        return {name: part(found[name], value) for name, value in shown.items()}
    return found

"""The schemas that are published: in step with the models, and with what is written."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from decisions import DECISIONS, FAIL, TOO_FEW, decision, decisions
from hypothesis import given
from results import COMPARISON

from wfperf.results.files import to_json
from wfperf.results.kinds import KINDS, to_data
from wfperf.results.schema import schema_of

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
VALIDATOR = jsonschema.Draft202012Validator(schema_of(KINDS["gate"]))


def written(result):
    return json.loads(to_json(to_data(result)))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_published_schema_is_that_of_the_model(kind):
    file, schema = SCHEMAS / f"{kind.name}-{kind.version}.json", to_json(schema_of(kind))
    if os.environ.get("WFPERF_UPDATE_GOLDEN"):
        file.write_text(schema, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == schema
    jsonschema.Draft202012Validator.check_schema(schema_of(kind))


def test_no_other_schema_is_published():
    assert {file.name for file in SCHEMAS.iterdir()} == {f"{each.name}-{each.version}.json" for each in KINDS.values()}


def test_a_comparison_fits_it_and_a_broken_one_does_not():
    validator = jsonschema.Draft202012Validator(schema_of(KINDS["comparison"]))
    data = written(COMPARISON)
    validator.validate(data)
    data["findings"][0]["effect"]["low"] = "much"
    assert [list(error.path) for error in validator.iter_errors(data)]


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_fits_it(name):
    VALIDATOR.validate(written(DECISIONS[name]))


@given(decisions)
def test_a_decision_fits_it_whatever_its_names_and_numbers(given_decision):
    VALIDATOR.validate(written(given_decision))


def test_an_end_that_is_not_known_is_null():
    data = written(decision(TOO_FEW))
    assert data["checks"][0]["change"]["high"] is None
    VALIDATOR.validate(data)


@pytest.mark.parametrize(
    ("key", "value"),
    [("schema_version", 1), ("kind", "comparison"), ("status", "good"), ("checks", {}), ("level", "high")],
)
def test_what_is_no_decision_does_not_fit(key, value):
    assert not VALIDATOR.is_valid({**written(FAIL), key: value})
    assert not VALIDATOR.is_valid({name: each for name, each in written(FAIL).items() if name != "checks"})

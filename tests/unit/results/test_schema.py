"""The schema of a gate's decision that is published: in step with the model, and with what is written."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from decisions import DECISIONS, FAIL, TOO_FEW, decision, decisions
from hypothesis import given, settings

from wfperf.results.decision import SCHEMA_VERSION
from wfperf.results.files import to_json
from wfperf.results.schema import gate_schema

SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / f"gate-{SCHEMA_VERSION}.json"
VALIDATOR = jsonschema.Draft202012Validator(gate_schema())


def written(given_decision):
    return json.loads(to_json(given_decision.to_data()))


def test_the_published_schema_is_that_of_the_model():
    schema = to_json(gate_schema())
    if os.environ.get("WFPERF_UPDATE_GOLDEN"):
        SCHEMA.write_text(schema, encoding="utf-8")
    assert SCHEMA.read_text(encoding="utf-8") == schema


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_fits_it(name):
    VALIDATOR.validate(written(DECISIONS[name]))


@settings(deadline=None)
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

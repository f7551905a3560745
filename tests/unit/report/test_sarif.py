import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from decisions import DECISIONS, MISSING, ROSE, SLOWER, decision, decisions
from hypothesis import given

from wfperf.report.sarif import sarif
from wfperf.report.terminal import printable
from wfperf.results.decision import CallCountChange, CheckStatus

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def run_of(given_decision):
    """Return the run of a log that fits the schema."""
    log = json.loads(sarif(given_decision))
    VALIDATOR.validate(log)
    (run,) = log["runs"]
    return run


def places(result):
    physical = [each["physicalLocation"] for each in (*result["locations"], *result.get("relatedLocations", ()))]
    return [(unquote(each["artifactLocation"]["uri"]), each["region"]["startLine"]) for each in physical]


def fingerprint(check):
    (result,) = run_of(decision(check))["results"]
    return result["partialFingerprints"]


@given(decisions)
def test_whatever_names_hold_the_log_fits_the_schema_with_a_result_for_each_check_that_is_no_pass(given_decision):
    run = run_of(given_decision)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    troubles = [check for check in given_decision.checks if check.status is not CheckStatus.PASS]
    assert len(rules) == len({*rules})
    assert len(run["results"]) == len(troubles)
    for result, check in zip(run["results"], troubles, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert printable(check.benchmark) in result["message"]["text"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].isascii()
        assert all(line >= 1 for _, line in places(result))


@pytest.mark.parametrize("name", DECISIONS)
def test_failures_are_errors_and_what_is_undecided_a_warning(name):
    given_decision = DECISIONS[name]
    levels = [result["level"] for result in run_of(given_decision)["results"]]
    undecided = len(given_decision.of(CheckStatus.INCONCLUSIVE))
    assert levels.count("warning") == undecided
    assert levels.count("error") == len(levels) - undecided


def test_a_result_stands_where_the_function_is_that_is_called_more_often():
    fell = CallCountChange("a.py:f", 9, 0, "a.py", 3)
    (result,) = run_of(decision(replace(ROSE, call_count_changes=(fell, *ROSE.call_count_changes))))["results"]
    assert places(result) == [
        ("wfperf/engine/queries.py", 17),
        ("wfperf/engine/run.py", 101),
        ("a.py", 3),
        ("src/shop/räume 1.py", 7),
    ]
    assert result["ruleId"] == "sql-statements-rose"
    assert result["message"]["text"].startswith(
        "sql statements of original on typical: 5 -> 6 (+1); budget +0; calls of"
    )


def test_what_no_function_is_behind_stands_in_the_project_file():
    (result,) = run_of(decision(replace(SLOWER, self_time_changes=())))["results"]
    assert places(result) == [("pyproject.toml", 1)]


def test_a_longer_run_stands_where_it_takes_longer():
    (result,) = run_of(decision(SLOWER))["results"]
    assert places(result) == [("wfperf/engine/run.py", 88)]
    assert "longer in engine/run.py:Run.step by +4.8 % [+3.1, +5.9] of a run" in result["message"]["text"]
    assert "+5.1 % [+3.9, +6.2], repeated +4.9 % [+3.5, +6.4]; budget at most 2 % more" in result["message"]["text"]


def test_a_fingerprint_outlives_other_numbers_and_is_of_one_check_only():
    again = replace(ROSE, baseline=7, head=9, call_count_changes=(), reason="7 -> 9 a run")
    assert fingerprint(again) == fingerprint(ROSE)
    others = [replace(ROSE, **{name: "another"}) for name in ("benchmark", "configuration", "metric")]
    assert len({str(fingerprint(each)) for each in (ROSE, MISSING, *others)}) == 5


def test_a_passing_gate_has_its_rules_and_no_result():
    run = run_of(DECISIONS["pass"])
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "node-objects-rose",
        "function-calls-rose",
        "wall-time-rose",
    ]

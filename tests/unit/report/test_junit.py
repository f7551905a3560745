from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import xmlschema
from decisions import DECISIONS, decisions
from hypothesis import given

from wfperf.report.junit import junit
from wfperf.report.terminal import printable
from wfperf.results.decision import CheckStatus

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[2] / "schemas" / "junit-10.xsd")


def cases(text):
    """Return the test cases of a file that fits the schema."""
    SCHEMA.validate(text.encode())
    return list(fromstring(text.encode()).iter("testcase"))  # noqa: S314 - written here


def problem(case):
    return case[0].tag if len(case) else ""


@given(decisions)
def test_whatever_names_hold_the_file_fits_the_schema_and_says_them(decision):
    read = cases(junit(decision))
    assert len(read) == max(len(decision.checks), 1)
    for case, check in zip(read, decision.checks, strict=False):
        assert case.get("classname") == printable(f"wfperf.gate.{check.benchmark}")
        assert case.get("name").startswith(printable(check.configuration))


@pytest.mark.parametrize("name", DECISIONS)
def test_the_counts_are_those_of_the_cases_and_nothing_but_a_pass_is_green(name):
    decision = DECISIONS[name]
    text = junit(decision)
    found = Counter(map(problem, cases(text)))
    suite = fromstring(text.encode()).find("testsuite")  # noqa: S314 - written here
    assert [int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")] == [
        found.total(),
        found["failure"],
        found["error"],
        0,
    ]
    assert found[""] == len(decision.of(CheckStatus.PASS))
    assert (found.total() == found[""]) is (decision.status is CheckStatus.PASS)


def test_a_failure_says_what_by_how_much_which_functions_and_how_to_see_it_again():
    (case,) = [each for each in cases(junit(DECISIONS["counted-fail"])) if len(each)]
    assert (case.get("classname"), case.get("name")) == ("wfperf.gate.typical", "original: sql statements")
    assert case[0].attrib == {
        "message": "sql statements of original on typical: 5 -> 6 (+1); budget +0",
        "type": "fail",
    }
    assert case[0].text.splitlines() == [
        "sql statements of original on typical: 5 -> 6 (+1); budget +0",
        (
            "calls of engine/queries.py:rows_of 2 -> 4; engine/run.py:Run.before 40 -> 41; shop/räume.py:load 1 -> 0; "
            "and 1 more"
        ),
        "Reproduce: wfperf gate",
    ]


def test_a_gate_that_checked_nothing_has_an_error():
    (case,) = cases(junit(DECISIONS["nothing"]))
    assert problem(case) == "error"


def test_the_properties_say_where_what_was_held_against_what():
    text = junit(DECISIONS["fail"])
    properties = fromstring(text.encode()).iter("property")  # noqa: S314 - written here
    assert {each.get("name"): each.get("value") for each in properties} == {
        "status": "fail",
        "against": "main (1a2b3c4d5)",
        "head": "the current code",
        "python": "3.11",
        "wfperf": "0.1.0",
        "machine": "A processor, 2 cores, Linux",
        "seed": "1",
        "command": "wfperf gate --base main --seed 1",
    }

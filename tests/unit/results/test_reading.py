"""Saved results: read back as they were, whatever wfperf wrote them; what is no result is refused by name."""

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from decisions import ENVIRONMENT, MAIN, ROSE, SLOWER, UNEVEN, UNSURE
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from results import COMPARISON

from wfperf.errors import UsageError
from wfperf.results.bisected import Bisected
from wfperf.results.budget import ANY, EQUAL, Budget, BudgetKind
from wfperf.results.comparison import SCHEMA_VERSION
from wfperf.results.decision import SCHEMA_VERSION as NEWEST_GATE
from wfperf.results.decision import Decision
from wfperf.results.decision_texts import bisected_from_1
from wfperf.results.files import to_json
from wfperf.results.pooling import pooled_trials
from wfperf.results.reading import MIGRATIONS, read_comparison, read_decision, read_result, with_infinities
from wfperf.results.revision import Revision, SavedBaseline
from wfperf.results.schema import comparison_schema

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "results"
SCHEMA = ROOT / "docs" / "schemas" / f"comparison-{SCHEMA_VERSION}.json"


def saved(tmp_path, data):
    file = tmp_path / "result.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    return file


def test_what_was_written_is_read_back(tmp_path):
    data = to_json(COMPARISON.to_data())
    assert to_json(read_comparison(saved(tmp_path, data)).to_data()) == data


def test_the_published_schema_is_that_of_the_models():
    schema = to_json(comparison_schema())
    if os.environ.get("WFPERF_UPDATE_GOLDEN"):
        SCHEMA.write_text(schema)
    assert SCHEMA.read_text() == schema


def test_a_result_fits_the_published_schema_and_a_broken_one_does_not():
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    data = json.loads(to_json(COMPARISON.to_data()))
    assert list(validator.iter_errors(data)) == []
    data["findings"][0]["gain"]["low"] = "much"
    assert [list(error.path) for error in validator.iter_errors(data)]


def test_there_is_a_migration_and_a_golden_file_for_every_older_version():
    older = range(1, SCHEMA_VERSION)
    assert list(MIGRATIONS) == list(older)
    assert [(GOLDEN / f"comparison-{version}.json").exists() for version in older] == [True for _ in older]


def test_a_result_of_version_1_keeps_its_numbers_and_says_what_its_intervals_are_worth():
    file = GOLDEN / "comparison-1.json"
    old, new = json.loads(file.read_text()), read_comparison(file)
    assert new.method == "fixed"
    assert [each.gain.estimate for each in new.findings] == [each["gain"]["estimate"] for each in old["findings"]]
    assert [str(each.verdict) for each in new.findings] == [each["verdict"] for each in old["findings"]]
    assert {each.blocks for each in new.findings} == {old["blocks"]}
    typical = next(each for each in new.trials if each.scenario == "typical")
    assert typical.sides["dispatch"].samples == old["samples"]["typical"]["dispatch"]


def test_a_result_of_version_2_keeps_its_counts_and_says_nothing_of_what_was_not_counted():
    file = GOLDEN / "comparison-2.json"
    old, new = json.loads(file.read_text())["work"]["typical"], read_comparison(file).work["typical"]
    assert {side: work.counts for side, work in new.items()} == {side: work["counts"] for side, work in old.items()}
    assert {work.uncounted for work in new.values()} == {()}


def test_a_result_of_version_3_says_what_each_finding_is_about_and_keeps_what_was_said_of_the_engine():
    file = GOLDEN / "comparison-3.json"
    old, new = json.loads(file.read_text()), read_comparison(file)
    assert old["node_types"] == 27
    (note,) = new.notes
    assert (
        "a reconstruction of the reviewed engine: for every node that runs, `dispatch` builds 27 node objects" in note
    )
    assert [each.kind for each in new.findings] == ["single"]


@pytest.mark.parametrize(
    ("finding", "built", "kind"),
    [
        ({"subject": "phase-1", "phase": 1}, 27, "total"),
        ({"subject": "optimized", "phase": None}, 27, "total"),
        ({"subject": "slots", "scenario": "slots", "phase": None}, 27, "pair"),
        ({"subject": "indexed", "phase": 1}, None, "total"),
    ],
)
def test_kinds_of_version_3_go_by_names(tmp_path, finding, built, kind):
    data = json.loads((GOLDEN / "comparison-3.json").read_text())
    data["node_types"] = built
    data["findings"][0].update(finding)
    read = read_comparison(saved(tmp_path, data))
    assert [each.kind for each in read.findings] == [kind]
    assert bool(read.notes) is (built is not None)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "cannot read the result"),
        ("[]", "is not a result of wfperf compare"),
        ({"kind": "work-baseline", "schema_version": 1}, "is not a result of wfperf compare"),
        ({"kind": "comparison"}, "has schema version None"),
        ({"kind": "comparison", "schema_version": SCHEMA_VERSION + 1}, f"this wfperf reads up to {SCHEMA_VERSION}"),
        ({"kind": "comparison", "schema_version": SCHEMA_VERSION}, "is broken: findings is missing"),
        ({"kind": "comparison", "schema_version": 1}, "is broken: it lacks 'blocks'"),
    ],
)
def test_what_is_no_result_is_refused(tmp_path, data, message):
    with pytest.raises(UsageError) as caught:
        read_comparison(saved(tmp_path, data))
    assert message in str(caught.value)


DECISION = Decision(
    MAIN,
    Revision(".", "0a1b2c3d4", dirty=True),
    "3.11",
    (ROSE, SLOWER, UNEVEN, UNSURE),
    ENVIRONMENT,
    notes=("one",),
    seed=1,
)


def test_a_decision_is_read_back(tmp_path):
    file = saved(tmp_path, to_json(DECISION.to_data()))
    assert read_decision(file) == DECISION
    assert read_result(file) == DECISION


def test_a_decision_whose_budgets_and_revisions_were_texts_is_read_as_numbers_and_revisions():
    decision = read_decision(GOLDEN / "gate-4-of-texts.json")
    assert decision.against == Revision("main", "1a2b3c4d5e6f")
    assert decision.head == Revision(".", "0a1b2c3d4", dirty=True)
    found = {each.budget for each in decision.checks}
    assert found == {
        Budget(BudgetKind.MOST_INCREASE, 0),
        Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.05),
        Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.02),
        Budget(BudgetKind.LEAST_SPEEDUP, 0.3),
        Budget(BudgetKind.MOST, 5),
        EQUAL,
        ANY,
        None,
    }
    assert {each.metric for each in decision.checks if each.budget == EQUAL} == {"results"}
    assert decision.status == "results differ"


@pytest.mark.parametrize("version", [2, 3, 4])
@pytest.mark.parametrize(
    ("text", "against", "head"),
    [
        ("feedface-fix (1a2b3c4d5)", Revision("feedface-fix", "1a2b3c4d5"), Revision("feedface-fix", "1a2b3c4d5")),
        (
            "main@{1 day ago}~1 (1a2b3c4d5)",
            Revision("main@{1 day ago}~1", "1a2b3c4d5"),
            Revision("main@{1 day ago}~1", "1a2b3c4d5"),
        ),
        (
            "1a2b3c4d5 Undo (deadbeef)",
            Revision("1a2b3c4d5", "1a2b3c4d5", subject="Undo (deadbeef)"),
            Revision("1a2b3c4d5", "1a2b3c4d5", subject="Undo (deadbeef)"),
        ),
        ("1a2b3c4d5", Revision("1a2b3c4d5", "1a2b3c4d5"), Revision("1a2b3c4d5", "1a2b3c4d5")),
        ("wfperf-baseline.json", SavedBaseline("wfperf-baseline.json"), None),
        ("the code that runs", SavedBaseline("the code that runs"), None),
    ],
)
def test_what_an_old_decision_was_held_against_is_what_it_said(tmp_path, version, text, against, head):
    data = json.loads((GOLDEN / "gate-4-of-texts.json").read_text()) | {
        "schema_version": version,
        "against": text,
        "head": text,
    }
    decision = read_decision(saved(tmp_path, data))
    assert (decision.against, decision.head) == (against, head)
    assert read_decision(saved(tmp_path, to_json(decision.to_data()))) == decision


def test_a_bisection_of_texts_is_one_of_revisions():
    decision = {
        name: value
        for name, value in json.loads((GOLDEN / "gate-4-of-texts.json").read_text()).items()
        if name not in {"schema_version", "kind", "status"}
    }
    first, second = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", "9" * 40
    found = bisected_from_1(
        {
            "good": "feedface-fix (1a2b3c4d5)",
            "lost": decision | {"head": "main (999999999)"},
            "tried": [
                {"commit": first, "subject": "One (again)", "status": "pass", "reason": "", "decision": None},
                {
                    "commit": second,
                    "subject": "Two",
                    "status": "fail",
                    "reason": "",
                    "decision": decision | {"head": "999999999 Two"},
                },
            ],
            "found": [[second, "Two"]],
            "decision": None,
        }
    )
    bisected = TypeAdapter(Bisected).validate_python(with_infinities(found))
    assert bisected.good == Revision("feedface-fix", "1a2b3c4d5")
    assert bisected.lost.head == Revision("main", "999999999")
    assert [each.revision for each in bisected.tried] == [
        Revision(first, first, subject="One (again)"),
        Revision(second, second, subject="Two"),
    ]
    assert bisected.tried[1].decision.head == Revision("999999999", "999999999", subject="Two")
    assert (bisected.found, bisected.decision) == ((Revision(second, second, subject="Two"),), None)


@pytest.mark.parametrize("budget", ["at most few", "+", "2 %", "at most 1.2.3", 3])
def test_an_old_budget_that_is_none_is_told(tmp_path, budget):
    data = json.loads((GOLDEN / "gate-4-of-texts.json").read_text())
    data["checks"][0]["budget"] = budget
    with pytest.raises(UsageError, match="is broken: checks"):
        read_decision(saved(tmp_path, data))


def test_which_of_both_a_file_holds_is_seen(tmp_path):
    file = saved(tmp_path, to_json(COMPARISON.to_data()))
    assert to_json(read_result(file).to_data()) == file.read_text()
    with pytest.raises(UsageError, match="is not a result of wfperf gate"):
        read_decision(file)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "cannot read the result"),
        ("[" * 100_000, "cannot read the result"),
        ("[]", "is not a result of wfperf compare or wfperf gate"),
        ({"kind": "work-baseline"}, "is not a result of wfperf compare or wfperf gate"),
        ({"kind": "gate", "schema_version": 1}, "schema version 1, which nothing reads any more"),
        ({"kind": "gate", "schema_version": NEWEST_GATE + 1}, f"this wfperf reads up to {NEWEST_GATE}"),
        ({"kind": "gate", "schema_version": 0}, f"this wfperf reads up to {NEWEST_GATE}"),
        ({"kind": "gate", "schema_version": 2}, "is broken: against is missing"),
        ({"kind": "comparison", "schema_version": SCHEMA_VERSION + 1}, f"this wfperf reads up to {SCHEMA_VERSION}"),
    ],
)
def test_what_is_no_result_of_either_is_refused(tmp_path, data, message):
    with pytest.raises(UsageError) as caught:
        read_result(saved(tmp_path, data))
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nothing\.json: .*No such file"):
        read_comparison(tmp_path / "nothing.json")


@pytest.mark.parametrize("path", [("findings", 0, "verdict"), ("findings", 0, "gain"), ("trials", 0, "sides")])
def test_a_broken_field_is_named(tmp_path, path):
    data = json.loads(to_json(COMPARISON.to_data()))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "nonsense"
    with pytest.raises(UsageError, match=rf"is broken: {path[0]}\[1\]\.{path[-1]}"):
        read_comparison(saved(tmp_path, data))


ENDS = st.none() | st.floats(-10, 10)


@given(st.fixed_dictionaries({"low": ENDS, "high": ENDS, "other": ENDS}))
def test_only_ends_of_ranges_are_infinite_again(data):
    restored = with_infinities([data])[0]
    assert restored["low"] == (-math.inf if data["low"] is None else data["low"])
    assert restored["high"] == (math.inf if data["high"] is None else data["high"])
    assert restored["other"] == data["other"]


def renumbered(comparison, first):
    trials = tuple(
        replace(trial, hash_seeds=[first + at for at in range(len(trial.hash_seeds))]) for trial in comparison.trials
    )
    return replace(comparison, trials=trials)


def test_pooled_trials_have_the_blocks_of_all():
    (trial,) = pooled_trials([COMPARISON, renumbered(COMPARISON, 100)])
    assert list(trial.hash_seeds) == [*COMPARISON.trials[0].hash_seeds, 100, 101]
    assert trial.sides["dispatch"].samples == 2 * list(COMPARISON.trials[0].sides["dispatch"].samples)


@pytest.mark.parametrize(
    ("field", "value"), [("cpu", "Another"), ("python", "3.13.0"), ("platform", "Darwin"), ("cores", 64)]
)
def test_unlike_machines_are_never_pooled(field, value):
    other = replace(renumbered(COMPARISON, 100), environment=replace(COMPARISON.environment, **{field: value}))
    with pytest.raises(UsageError, match=f"results of unlike machines are not pooled: {field} is"):
        pooled_trials([COMPARISON, other])


def test_the_load_may_differ():
    busier = replace(renumbered(COMPARISON, 100), environment=replace(COMPARISON.environment, load_1min=9.0))
    assert pooled_trials([COMPARISON, busier])


def test_unlike_questions_are_not_pooled():
    other = replace(renumbered(COMPARISON, 100), findings=())
    with pytest.raises(UsageError, match="answer unlike questions"):
        pooled_trials([COMPARISON, other])


def test_the_same_blocks_count_once():
    with pytest.raises(UsageError, match="the same blocks of typical stand in two of the results"):
        pooled_trials([COMPARISON, COMPARISON])

"""Saved results: read back as they were, whatever wfperf wrote them; what is no result is refused by name."""

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from decisions import ENVIRONMENT, FAIL, MAIN, ROSE, SLOWER, UNEVEN, UNSURE, decisions
from hypothesis import given
from results import COMPARISON

from wfperf.errors import UsageError
from wfperf.results.budget import ANY, EQUAL, Budget, BudgetKind
from wfperf.results.comparison import SCHEMA_VERSION, Comparison
from wfperf.results.counters import Counters
from wfperf.results.decision import SCHEMA_VERSION as NEWEST_GATE
from wfperf.results.decision import Decision
from wfperf.results.decision_texts import bisected_from_1, bisected_from_2
from wfperf.results.files import to_json
from wfperf.results.kinds import KINDS, to_data
from wfperf.results.pooling import pooled_benchmarks
from wfperf.results.reading import read_result, result_of
from wfperf.results.revision import Revision, SavedBaseline
from wfperf.results.schema import schema_of
from wfperf.results.swept import SweptPoint
from wfperf.results.traps import Trap, TrapKind

GOLDEN = Path(__file__).parents[2] / "golden" / "results"


def saved(tmp_path, data):
    file = tmp_path / "result.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data))
    return file


def test_what_was_written_is_read_back(tmp_path):
    data = to_json(to_data(COMPARISON))
    assert to_json(to_data(read_result(saved(tmp_path, data), Comparison))) == data
    assert read_result(saved(tmp_path, data), Comparison) == COMPARISON


def test_traps_are_read_back(tmp_path):
    trap = Trap(TrapKind.FIRST_RUN, "typical", "dispatch", number=40.5)
    (finding,), (benchmark,) = COMPARISON.findings, COMPARISON.benchmarks
    blocks = tuple(replace(block, traps=(trap,)) for block in benchmark.blocks)
    trapped = replace(
        COMPARISON,
        findings=(replace(finding, traps=(trap,)),),
        benchmarks=(replace(benchmark, blocks=blocks),),
        counters={"typical": {"dispatch": Counters({}, first_calls=3)}},
    )
    data = to_data(trapped)
    jsonschema.Draft202012Validator(schema_of(KINDS["comparison"])).validate(json.loads(to_json(data)))
    assert read_result(saved(tmp_path, to_json(data)), Comparison) == trapped


OLDER = [
    pytest.param(kind, version, id=f"{kind.name}-{version}")
    for kind in KINDS.values()
    for version in kind.migrations
    if (kind.name, version) not in {("gate", 2), ("gate", 3)}  # which were today's with less in them
]


@pytest.mark.parametrize(("kind", "version"), OLDER)
def test_older_versions_are_read_and_written_as_todays(kind, version, tmp_path):
    result = read_result(GOLDEN / f"{kind.name}-{version}.json", kind.model)
    again = saved(tmp_path, to_json(to_data(result)))
    jsonschema.Draft202012Validator(schema_of(kind)).validate(json.loads(again.read_text()))
    assert to_json(to_data(read_result(again, kind.model))) == again.read_text()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_version_is_read_but_those_before_the_first_that_is(kind):
    assert list(kind.migrations) == list(range(min(kind.migrations, default=kind.version), kind.version))


def test_a_decision_of_version_4_is_read():
    decision = read_result(GOLDEN / "gate-4.json", Decision)
    assert decision.status == json.loads((GOLDEN / "gate-4.json").read_text())["status"]
    assert [each.metric for each in decision.checks] == [each.metric for each in FAIL.checks]


def test_a_result_of_version_4_keeps_all_under_new_names():
    file = GOLDEN / "comparison-4.json"
    old, new = json.loads(file.read_text()), read_result(file, Comparison)
    names = [(each["subject"], each["scenario"], each["base"]) for each in old["findings"]]
    assert [(each.variant, each.benchmark, each.baseline) for each in new.findings] == names
    claims = [each["claim"] and each["claim"]["subject"] for each in old["findings"]]
    assert [each.claim and each.claim.variant for each in new.findings] == claims
    assert [each.claim.benchmark for each in new.ranks] == [each["claim"]["scenario"] for each in old["ranks"]]
    assert [(each.name, len(each.blocks)) for each in new.benchmarks] == [
        (each["scenario"], len(each["blocks"])) for each in old["trials"]
    ]
    assert new.counters["typical"]["dispatch"].counts == old["work"]["typical"]["dispatch"]["counts"]
    assert (new.ablation.baseline, new.amdahl_bounds[0].variant) == ("original", "dispatch")


def test_a_decision_of_version_5_keeps_all_under_new_names():
    file = GOLDEN / "gate-5.json"
    old, new = json.loads(file.read_text())["checks"], read_result(file, Decision).checks
    assert [(each.benchmark, each.baseline) for each in new] == [(each["scenario"], each["base"]) for each in old]
    changes = [[change["base"] for change in each["call_count_changes"]] for each in old]
    assert [[change.baseline for change in each.call_count_changes] for each in new] == changes


def test_a_result_of_version_1_keeps_its_numbers_and_says_what_its_intervals_are_worth():
    file = GOLDEN / "comparison-1.json"
    old, new = json.loads(file.read_text()), read_result(file, Comparison)
    assert new.method == "fixed"
    assert [each.effect.estimate for each in new.findings] == [each["gain"]["estimate"] for each in old["findings"]]
    assert [str(each.verdict) for each in new.findings] == [each["verdict"] for each in old["findings"]]
    assert {each.blocks for each in new.findings} == {old["blocks"]}
    typical = next(each for each in new.benchmarks if each.name == "typical")
    assert [list(block.costs["dispatch"]) for block in typical.blocks] == old["samples"]["typical"]["dispatch"]
    assert [block.hash_seed for block in typical.blocks] == old["hash_seeds"]


def test_a_result_of_version_2_keeps_its_counts_and_says_nothing_of_what_was_not_counted():
    file = GOLDEN / "comparison-2.json"
    old, new = json.loads(file.read_text())["work"]["typical"], read_result(file, Comparison).counters["typical"]
    assert {variant: counters.counts for variant, counters in new.items()} == {
        variant: counters["counts"] for variant, counters in old.items()
    }
    assert {counters.uncounted for counters in new.values()} == {()}


def test_a_result_of_version_3_says_what_each_finding_is_about_and_keeps_what_was_said_of_the_engine():
    file = GOLDEN / "comparison-3.json"
    old, new = json.loads(file.read_text()), read_result(file, Comparison)
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
    read = read_result(saved(tmp_path, data), Comparison)
    assert [each.kind for each in read.findings] == [kind]
    assert bool(read.notes) is (built is not None)


def test_a_result_of_version_3_keeps_its_samples_block_by_block():
    new = read_result(GOLDEN / "comparison-3.json", Comparison)
    (benchmark,) = new.benchmarks
    first, second = benchmark.blocks
    assert (first.hash_seed, first.by_processor, first.cpu) == (11, 1, 0)
    assert (second.hash_seed, second.by_processor, second.cpu, second.walls) == (12, 0, None, {})
    assert first.costs["original"] == (1000.0, 1010.0)
    assert first.walls["original"] == (1000.0, 1510.0)
    assert (first.runs["dispatch"], first.digests["dispatch"], first.pythons["dispatch"]) == (3, "d", "3.11.7")
    assert new.workload == "--plan 'my plan.toml'"


def test_a_sweep_of_version_3_keeps_its_values():
    old = json.loads((GOLDEN / "comparison-3.json").read_text())
    names = [f"typical, work={each} us" for each in (0, 10)]
    trials = [{**trial, "scenario": name} for trial in old["trials"] for name in names]
    new = result_of({**old, "sweep": "work=0us..1ms", "trials": trials}, "here", Comparison)
    assert new.sweep == tuple(SweptPoint(name, "typical", name.partition(", ")[2]) for name in names)
    assert result_of(old, "here", Comparison).sweep == ()


def test_a_bound_that_no_share_leaves_is_infinite_again():
    """Before, a result that told so could be written, and was broken when it was read."""
    (amdahl_bound,) = read_result(GOLDEN / "comparison-3.json", Comparison).amdahl_bounds
    assert amdahl_bound.effect == math.inf


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
        read_result(saved(tmp_path, data), Comparison)
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
    file = saved(tmp_path, to_json(to_data(DECISION)))
    assert read_result(file, Decision) == DECISION
    assert read_result(file, Comparison, Decision) == DECISION


@given(decisions)
def test_a_decision_is_read_back_whatever_its_names_and_numbers(given_decision):
    data = json.loads(to_json(to_data(given_decision)))
    assert result_of(data, "here", Decision) == given_decision


def test_a_decision_whose_budgets_and_revisions_were_texts_is_read_as_numbers_and_revisions():
    decision = read_result(GOLDEN / "gate-4-of-texts.json", Decision)
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
    decision = read_result(saved(tmp_path, data), Decision)
    assert (decision.against, decision.head) == (against, head)
    assert read_result(saved(tmp_path, to_json(to_data(decision))), Decision) == decision


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
    bisected = KINDS["bisect"].adapter.validate_python(bisected_from_2(found))
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
        read_result(saved(tmp_path, data), Decision)


def test_which_of_both_a_file_holds_is_seen(tmp_path):
    file = saved(tmp_path, to_json(to_data(COMPARISON)))
    assert to_json(to_data(read_result(file, Comparison, Decision))) == file.read_text()
    with pytest.raises(UsageError, match="is not a result of wfperf gate"):
        read_result(file, Decision)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "cannot read the result"),
        ("[" * 100_000, "cannot read the result"),
        ("[]", "is not a result of wfperf compare or wfperf gate"),
        ({"kind": "work-baseline"}, "is not a result of wfperf compare or wfperf gate"),
        ({"kind": "gate", "schema_version": 1}, "schema version 1, which this wfperf no longer reads"),
        ({"kind": "gate", "schema_version": NEWEST_GATE + 1}, f"this wfperf reads up to {NEWEST_GATE}"),
        ({"kind": "gate", "schema_version": 0}, f"this wfperf reads up to {NEWEST_GATE}"),
        ({"kind": "gate", "schema_version": 2}, "is broken: against is missing"),
        ({"kind": "comparison", "schema_version": SCHEMA_VERSION + 1}, f"this wfperf reads up to {SCHEMA_VERSION}"),
    ],
)
def test_what_is_no_result_of_either_is_refused(tmp_path, data, message):
    with pytest.raises(UsageError) as caught:
        read_result(saved(tmp_path, data), Comparison, Decision)
    assert message in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"nothing\.json: .*No such file"):
        read_result(tmp_path / "nothing.json", Comparison)


@pytest.mark.parametrize("path", [("findings", 0, "verdict"), ("findings", 0, "effect"), ("benchmarks", 0, "blocks")])
def test_a_broken_field_is_named(tmp_path, path):
    data = json.loads(to_json(to_data(COMPARISON)))
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "nonsense"
    with pytest.raises(UsageError, match=rf"is broken: {path[0]}\[1\]\.{path[-1]}"):
        read_result(saved(tmp_path, data), Comparison)


def renumbered(comparison, first):
    benchmarks = tuple(
        replace(
            benchmark, blocks=tuple(replace(block, hash_seed=first + at) for at, block in enumerate(benchmark.blocks))
        )
        for benchmark in comparison.benchmarks
    )
    return replace(comparison, benchmarks=benchmarks)


def test_pooled_trials_have_the_blocks_of_all():
    (benchmark,) = pooled_benchmarks([COMPARISON, renumbered(COMPARISON, 100)])
    assert [block.hash_seed for block in benchmark.blocks] == [11, 12, 100, 101]
    assert [block.costs for block in benchmark.blocks] == 2 * [block.costs for block in COMPARISON.benchmarks[0].blocks]


def test_results_that_do_not_keep_what_runs_returned_are_not_pooled():
    first = read_result(GOLDEN / "comparison-1.json", Comparison)
    with pytest.raises(
        UsageError, match=r"schema version 1 does not keep what runs of .* returned, so it is not pooled"
    ):
        pooled_benchmarks([first, renumbered(first, 100)])


@pytest.mark.parametrize(
    ("field", "value"), [("cpu", "Another"), ("python", "3.13.0"), ("platform", "Darwin"), ("cores", 64)]
)
def test_unlike_machines_are_never_pooled(field, value):
    other = replace(renumbered(COMPARISON, 100), environment=replace(COMPARISON.environment, **{field: value}))
    with pytest.raises(UsageError, match=f"results of different machines are not pooled: {field} is"):
        pooled_benchmarks([COMPARISON, other])


def test_the_load_may_differ():
    busier = replace(renumbered(COMPARISON, 100), environment=replace(COMPARISON.environment, load_1min=9.0))
    assert pooled_benchmarks([COMPARISON, busier])


def test_unlike_questions_are_not_pooled():
    of_memory = replace(COMPARISON.findings[0], metric="peak-memory")
    for findings in ((), (of_memory,)):
        other = replace(renumbered(COMPARISON, 100), findings=findings)
        with pytest.raises(UsageError, match="are not of the same comparison"):
            pooled_benchmarks([COMPARISON, other])


def test_the_same_blocks_count_once():
    with pytest.raises(UsageError, match="two of the results contain the same blocks of typical"):
        pooled_benchmarks([COMPARISON, COMPARISON])

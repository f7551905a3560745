"""Which numbers of a result become entries, and what they say of where they come from."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from decisions import ENVIRONMENT, ROSE, SLOWER, UNEVEN
from hypothesis import given
from hypothesis import strategies as st
from results import COMPARISON

from wfperf.results.counters import Counters
from wfperf.results.decision import Decision
from wfperf.results.environment import fingerprint
from wfperf.results.history import Entry, Machine, entries_of_comparison, entries_of_decision
from wfperf.results.kinds import to_data
from wfperf.results.migrations import workload_of
from wfperf.results.reading import result_of
from wfperf.results.revision import Revision

COMMIT = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
AT = datetime(2026, 11, 24, 16, 48, 12, tzinfo=timezone(timedelta(hours=1)))
COUNTED = replace(
    COMPARISON,
    counters={
        "typical": {
            "original": Counters({"function_calls": 9, "sql_statements": 2}),
            "dispatch": Counters({}, uneven=("x",)),
        }
    },
)
DECISION = Decision(
    Revision("main", "0a1b2c3d4e5f"),
    Revision(".", "1a2b3c4d5e6f", dirty=True),
    "3.11",
    (ROSE, SLOWER, UNEVEN),
    ENVIRONMENT,
)


def machine_of(environment, **changes):
    return Machine(**(fingerprint(environment) | changes))


def test_a_finding_is_an_entry_with_its_interval():
    (entry,) = entries_of_comparison(COMPARISON, AT)
    assert entry == Entry(
        at="2026-11-24T15:48:12Z",
        run=entry.run,
        command="compare",
        revision="",
        workload="",
        benchmark="typical",
        variant="dispatch",
        baseline="original",
        metric="throughput",
        estimate=0.25,
        low=-1.0,
        high=math.inf,
        level=0.95,
        blocks=2,
        verdict="inconclusive",
        machine=machine_of(COMPARISON.environment),
        wfperf="0.1.0",
    )
    assert not entry.is_count


def test_the_counts_of_each_side_are_entries_without_doubt():
    found = [each for each in entries_of_comparison(COUNTED, AT) if each.is_count]
    assert [(each.variant, each.metric, each.estimate) for each in found] == [
        ("original", "function_calls", 9.0),
        ("original", "sql_statements", 2.0),
    ]
    assert {(each.baseline, each.low == each.high == each.estimate, each.level, each.blocks) for each in found} == {
        ("", True, 1.0, 0)
    }


@pytest.mark.parametrize(
    ("metric", "kept"),
    [("memory", "memory"), ("peak-memory", "peak-memory"), ("allocations", "allocations-saved")],
)
def test_what_is_saved_of_memory_is_no_count_and_has_no_counters_name(metric, kept):
    saved = replace(COMPARISON.findings[0], metric=metric)
    (entry,) = entries_of_comparison(replace(COMPARISON, findings=(saved,)), AT)
    assert (entry.metric, entry.is_count) == (kept, False)


def test_the_counter_of_allocations_is_a_count():
    counted = replace(COMPARISON, findings=(), counters={"typical": {"original": Counters({"allocations": 7})}})
    (entry,) = entries_of_comparison(counted, AT)
    assert (entry.metric, entry.is_count) == ("allocations", True)


def test_results_that_differ_have_no_number():
    differing = replace(COMPARISON.findings[0], effect=None, time_saved=None, equal=False)
    assert entries_of_comparison(replace(COMPARISON, findings=(differing,)), AT) == ()


def test_two_claims_about_one_number_are_one_entry():
    other = replace(COMPARISON.findings[0], claim=None, verdict=None)
    assert len(entries_of_comparison(replace(COMPARISON, findings=(*COMPARISON.findings, other)), AT)) == 1


def test_what_the_gate_counted_and_timed_are_entries():
    count, time = entries_of_decision(DECISION, AT)
    assert (count.command, count.benchmark, count.variant, count.metric) == (
        "gate", "typical", "original", "sql_statements",
    )  # fmt: skip
    assert (count.estimate, count.baseline, count.verdict, count.against) == (6, "", "fail", "main (0a1b2c3d4)")
    assert (time.metric, time.estimate, time.low, time.high) == ("wall_time", 0.051, 0.039, 0.062)
    assert (time.level, time.blocks, time.verdict) == (0.95, 24, "fail")
    assert time.machine == machine_of(ENVIRONMENT)


def test_compare_and_gate_count_the_same_thing():
    """So their counts stand in one line."""
    compared = next(each for each in entries_of_comparison(COUNTED, AT) if each.metric == "sql_statements")
    gated, _ = entries_of_decision(DECISION, AT)
    fields = ("workload", "benchmark", "variant", "baseline", "metric", "machine")
    assert all(getattr(compared, name) == getattr(gated, name) for name in fields)


@pytest.mark.parametrize(
    ("head", "revision"),
    [
        (None, "abcdef+"),
        (Revision(".", COMMIT, dirty=True), "abcdef+"),
        (Revision("1a2b3c4d5", COMMIT), COMMIT[:12]),
        (Revision("feature/faster", COMMIT), COMMIT[:12]),
        (Revision("feedface-fix", COMMIT), COMMIT[:12]),
        (Revision(COMMIT, COMMIT, subject="Find the node faster (again)"), COMMIT[:12]),
    ],
)
def test_the_gates_revision_is_that_of_its_head(head, revision):
    decision = replace(DECISION, head=head, environment=replace(ENVIRONMENT, revision="abcdef+"))
    assert {each.revision for each in entries_of_decision(decision, AT)} == {revision}


@pytest.mark.parametrize(
    ("command", "workload"),
    [
        ("wfperf compare --only dispatch --seed 1", ""),
        ("wfperf compare --a shop:old --b shop:new --blocks 2", "--a shop:old --b shop:new"),
        ("wfperf compare --plan 'my plan.toml' --all", "--plan 'my plan.toml'"),
        ("wfperf compare --workload shop", "--workload shop"),
        ("wfperf compare --plan 'unclosed", ""),
        ("", ""),
    ],
)
def test_older_results_tell_the_workload_that_was_chosen_by_their_command(command, workload):
    assert workload_of(command) == workload


def test_names_belong_to_the_workload_that_was_chosen():
    (entry,) = entries_of_comparison(replace(COMPARISON, workload="--workload shop"), AT)
    assert entry.workload == "--workload shop"


def with_pythons(**versions):
    (benchmark,) = COMPARISON.benchmarks
    blocks = tuple(replace(block, pythons=block.pythons | versions) for block in benchmark.blocks)
    return replace(COMPARISON, benchmarks=(replace(benchmark, blocks=blocks),))


@pytest.mark.parametrize(
    ("versions", "python"),
    [({}, "3.11.7"), ({"dispatch": "3.12.1"}, "3.12.1 against 3.11.7"),
     ({"dispatch": "3.12.1", "original": "3.12.1"}, "3.12.1")],
)  # fmt: skip
def test_the_python_is_that_of_the_sides(versions, python):
    (entry,) = entries_of_comparison(with_pythons(**versions), AT)
    assert entry.machine == machine_of(COMPARISON.environment, python=python)


@pytest.mark.parametrize("field", ["load_1min", "revision", "wfperf"])
def test_the_load_the_revision_and_wfperf_make_no_other_machine(field):
    changed = replace(COMPARISON.environment, **{field: 7.5 if field == "load_1min" else "1a2b3c"})
    (entry,) = entries_of_comparison(replace(COMPARISON, environment=changed), AT)
    assert entry.machine.id == machine_of(COMPARISON.environment).id


def test_libraries_that_the_engine_does_not_use_make_no_other_machine():
    used = COMPARISON.environment.dependencies
    older = replace(COMPARISON.environment, dependencies={**used, "numpy": "2.4.6", "scipy": "1.17.1"})
    assert machine_of(older).id == machine_of(COMPARISON.environment).id


@pytest.mark.parametrize(
    ("field", "value"),
    [("cpu", "Another"), ("cores", 4), ("platform", "Darwin"), ("python", "3.13"), ("implementation", "PyPy"),
     ("dependencies", {"pydantic": "3"}), ("governor", "powersave"), ("container", "docker")],
)  # fmt: skip
def test_everything_else_does(field, value):
    changed = replace(COMPARISON.environment, **{field: value})
    assert machine_of(changed).id != machine_of(COMPARISON.environment).id


def test_a_result_that_is_kept_twice_is_the_same_entries_whatever_its_date():
    once = entries_of_comparison(COUNTED, AT)
    again = entries_of_comparison(COUNTED, AT + timedelta(days=3))
    assert [each.id for each in once] == [each.id for each in again]
    assert len({each.id for each in once}) == len(once)


@given(seed=st.integers(0, 9), duration_s=st.floats(0, 9), load=st.floats(0, 9))
def test_another_run_has_other_entries(seed, duration_s, load):
    other = replace(
        COMPARISON, seed=seed, duration_s=duration_s, environment=replace(COMPARISON.environment, load_1min=load)
    )
    (one,), (two,) = entries_of_comparison(COMPARISON, AT), entries_of_comparison(other, AT)
    assert (one.id == two.id) == (other == COMPARISON)


def test_data_are_read_back():
    for entry in (*entries_of_comparison(COUNTED, AT), *entries_of_decision(DECISION, AT)):
        assert result_of(to_data(entry), "here", Entry) == entry


def test_a_time_is_written_in_utc():
    (entry,) = entries_of_comparison(COMPARISON, AT.astimezone(UTC))
    assert entry.at == "2026-11-24T15:48:12Z"

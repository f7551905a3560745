import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.errors import UsageError
from wfperf.gate.budget import count_budget, regression_budget, seconds, speedup_budget
from wfperf.gate.policy import KEYS, MAX_REGRESSION, Policy, parse_policy, read_policy
from wfperf.plan import load_plan
from wfperf.results.budget import NO_MORE, Budget, BudgetKind
from wfperf.results.counters import FUNCTION_CALLS, NODE_OBJECTS, SQL_STATEMENTS

PLAN = load_plan()
SCENARIOS = ("typical", "large")


DOCUMENTED = Path(__file__).parents[3] / "docs" / "ci.md"


def parsed(**table):
    return parse_policy(table, "gate", PLAN, SCENARIOS)


def test_budgets_of_benchmarks_that_were_not_selected_are_no_mistake():
    table = {"benchmark": {"nowhere": {"max_sql": 1}}}
    assert parse_policy(table, "gate", PLAN, None).of_count("nowhere", "original", SQL_STATEMENTS).value == 1
    with pytest.raises(UsageError, match="no benchmark 'nowhere'"):
        parsed(**table)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_count_budget_allows_up_to_its_limit_and_no_more(base, more, limit):
    assert count_budget(f"+{more}").allows(base, base + more)
    assert not count_budget(f"+{more}").allows(base, base + more + 1)
    assert count_budget(limit).allows(base, limit)
    assert not count_budget(limit).allows(base, limit + 1)


@given(st.integers(0, 10**6), st.integers(0, 300))
def test_a_fraction_more_is_of_what_it_was(base, percent):
    budget = count_budget(f"+{percent} %")
    assert budget.allows(base, base)
    assert budget.allows(base, math.floor(base * (1 + percent / 100)))
    assert not budget.allows(base, math.floor(base * (1 + percent / 100)) + 1)


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        (1, BudgetKind.MOST, 1),
        ("+0", BudgetKind.MOST_INCREASE, 0),
        ("+ 12", BudgetKind.MOST_INCREASE, 12),
        ("+1 %", BudgetKind.MOST_RELATIVE_INCREASE, 0.01),
        ("+2.5%", BudgetKind.MOST_RELATIVE_INCREASE, 0.025),
    ],
)
def test_a_count_budget_is_a_number_of_a_kind(value, kind, number):
    assert count_budget(value) == Budget(kind, number)


@pytest.mark.parametrize("kind", [BudgetKind.LEAST_SPEEDUP, BudgetKind.EQUAL])
def test_what_is_no_budget_of_a_count_allows_none(kind):
    with pytest.raises(ValueError, match="does not limit a count"):
        Budget(kind, 1).allows(1, 1)


def test_a_count_that_time_decides_about_may_rise():
    assert Budget(BudgetKind.ANY).allows(1, 1000)


@pytest.mark.parametrize(
    "value", [True, -1, 1.5, "1", "1 %", "-1", "+", "+1.5", "+x", None, math.nan, [1], "+1 % more"]
)
def test_what_is_no_count_budget_is_refused(value):
    with pytest.raises(ValueError, match="is written 1"):
        count_budget(value)


@pytest.mark.parametrize(("value", "fraction"), [("2 %", 0.02), ("0.5%", 0.005), ("150 %", 1.5)])
def test_a_regression_is_a_part_of_the_time(value, fraction):
    assert regression_budget(value) == pytest.approx(fraction)


@pytest.mark.parametrize("value", ["0 %", "2", 2, 0.02, "-2 %", "+2 %", "nan %", "inf %", "2x", None])
def test_what_is_no_regression_is_refused(value):
    with pytest.raises(ValueError, match=r"percent|above 0"):
        regression_budget(value)


@pytest.mark.parametrize(("value", "fraction"), [("30 %", 0.3), ("1.3x", 0.3), ("0 %", 0.0), ("2 x", 1.0)])
def test_a_speedup_is_throughput_gained(value, fraction):
    assert speedup_budget(value) == pytest.approx(fraction)


@pytest.mark.parametrize("value", ["30", 0.3, "x", "0x", "-1 %", None])
def test_what_is_no_speedup_is_refused(value):
    with pytest.raises(ValueError, match="throughput gained"):
        speedup_budget(value)


@pytest.mark.parametrize(("value", "expected"), [("90 s", 90), ("2 min", 120), ("1.5min", 90)])
def test_a_time_has_its_unit(value, expected):
    assert seconds(value) == expected


@pytest.mark.parametrize("value", [90, "90", "0 s", "1 h", None])
def test_what_is_no_time_is_refused(value):
    with pytest.raises(ValueError, match="is written as a time"):
        seconds(value)


def test_without_a_policy_nothing_may_grow_and_time_by_two_percent():
    policy = Policy()
    assert policy.of_count("typical", "original", SQL_STATEMENTS) == NO_MORE
    assert policy.of_regression("typical", "original") == MAX_REGRESSION == 0.02
    assert policy.of_speedup("typical", "original") is None


def test_the_most_specific_rule_counts():
    policy = parsed(
        max_sql={"*": 5, "optimized": 4},
        max_regression="3 %",
        min_speedup={"phase-1": "30 %"},
        benchmark={"large": {"max_sql": 3, "max_regression": {"optimized": "1 %"}}},
    )
    sql = {
        (benchmark, name): policy.of_count(benchmark, name, SQL_STATEMENTS).value
        for benchmark in SCENARIOS
        for name in ("original", "optimized")
    }
    assert sql == {
        ("typical", "original"): 5,
        ("typical", "optimized"): 4,
        ("large", "original"): 3,
        ("large", "optimized"): 3,
    }
    assert policy.of_regression("large", "optimized") == 0.01
    assert policy.of_regression("large", "original") == 0.03
    assert policy.of_speedup("typical", "phase-1") == 0.3
    assert policy.of_speedup("typical", "phase-2") is None
    assert policy.of_count("typical", "original", FUNCTION_CALLS) == NO_MORE


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"max_regresion": "2 %"}, "gate: max_regresion: no key 'max_regresion'; did you mean 'max_regression'?"),
        ({"max_sql": {"optimised": 1}}, "max_sql.optimised: no configuration 'optimised'; did you mean 'optimized'?"),
        ({"benchmark": {"typicl": {}}}, "benchmark.typicl: no benchmark 'typicl'; did you mean 'typical'?"),
        ({"benchmark": {"typical": {"setup": []}}}, "benchmark.typical.setup: no key 'setup'"),
        ({"benchmark": {"typical": 3}}, "benchmark.typical is a table, not 3"),
        ({"benchmarks": ["larg"]}, "benchmarks: no benchmark 'larg'; did you mean 'large'?"),
        ({"scenario": {"typical": {}}}, "gate: scenario is called benchmark"),
        ({"scenarios": ["typical"]}, "gate: scenarios is called benchmarks"),
        ({"configurations": ["best"]}, "configurations: no configuration 'best'; choose one of: original"),
        ({"max_calls": "0"}, 'max_calls is written 1 (at most one), "+1" (one more than before) or "+1 %", not \'0\''),
        ({"max_regression": 2}, "max_regression is written as percent of a run's time"),
        (
            {"max_peak_memory": 5},
            'max_peak_memory is written as percent of a run\'s peak memory, such as "+5 %", not 5',
        ),
        ({"max_peak_memory": "+0 %"}, "max_peak_memory must be above 0 %"),
        ({"setup": "make"}, "setup is a list of texts, not 'make'"),
        ({"max_counter": 1}, "max_counter is a table, not 1"),
        ({"max_time": 90}, "max_time is written as a time"),
        ({"zzz": 1}, "gate: zzz: no key 'zzz'; choose one of: max_calls"),
    ],
)
def test_a_mistake_is_named_with_what_comes_near(table, message):
    with pytest.raises(UsageError) as refused:
        parsed(**table)
    assert message in str(refused.value)


@pytest.mark.parametrize(("name", "head"), [("pyproject.toml", "[tool.wfperf.gate]"), ("wfperf.toml", "[gate]")])
def test_a_policy_is_read_from_its_table(tmp_path, name, head):
    file = tmp_path / name
    file.write_text(f'{head}\nmax_sql = 1\nsetup = ["make"]\nmax_time = "2 min"\nmin_speedup.phase-1 = "30 %"\n')
    policy = read_policy(file, PLAN, SCENARIOS)
    assert policy.of_count("typical", "original", SQL_STATEMENTS).value == 1
    assert policy.of_speedup("typical", "phase-1") == 0.3
    assert (policy.setup, policy.max_time_s) == (("make",), 120)


def test_a_file_without_a_policy_has_the_defaults(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text("[project]\nname = 'x'\n")
    assert read_policy(file, PLAN, SCENARIOS).rules == ()


@pytest.mark.parametrize("text", ["[gate", "gate = 3"])
def test_a_broken_policy_file_is_refused_with_its_name(tmp_path, text):
    file = tmp_path / "wfperf.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"wfperf\.toml"):
        read_policy(file, PLAN, SCENARIOS)


def test_a_budget_of_time_for_what_is_nowhere_timed_is_told():
    policy = parsed(
        max_regression={"*": "2 %", "phase-1": "5 %"},
        max_sql={"phase-1": 1},
        benchmark={"large": {"min_speedup": {"phase-1": "5 %"}, "max_regression": "9 %"}},
    )
    large, typical = [("large", "phase-1")], [("typical", "original"), ("typical", "phase-1")]
    assert policy.untimed(large + typical, large + typical) == []
    assert policy.untimed(typical, typical) == []
    assert policy.untimed(large + typical, typical) == ["speedup of phase-1 on large", "wall_time on large"]
    assert policy.untimed(typical, typical[:1]) == ["wall_time of phase-1"]


@pytest.mark.parametrize("written", ["+5 %", "5 %", "+ 5%"])
def test_a_budget_on_peak_memory_is_no_default_and_the_most_specific_one_counts(written):
    policy = parsed(max_peak_memory=written, benchmark={"large": {"max_peak_memory": {"optimized": "+10 %"}}})
    assert policy.of_peak_memory("typical", "original") == 0.05
    assert policy.of_peak_memory("large", "optimized") == 0.1
    assert policy.of_peak_memory("large", "original") == 0.05
    assert parsed().of_peak_memory("typical", "original") is None
    assert policy.untimed([("typical", "original")], []) == [], "it is no budget on time"


def test_counters_are_checked_where_all_was_counted_that_may_have_them():
    policy = parsed(benchmark={"large": {"max_counter": {"files_red": 1}}})
    policy.check_counters({"files_read"}, ["typical"])
    for counted in (["large"], ["large", "typical", "*"]):
        with pytest.raises(UsageError, match="no counter 'files_red'; did you mean 'files_read'"):
            policy.check_counters({"files_read"}, counted)


def test_the_documented_policy_is_one_and_holds_every_key(tmp_path):
    (text,) = re.findall(
        r"^```toml\n(\[gate\]\n.*?)^```$", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    file = tmp_path / "policy.toml"
    file.write_text(text)
    policy = read_policy(file, PLAN, SCENARIOS)
    assert policy.of_regression("large", "original") == pytest.approx(0.05)
    assert policy.of_speedup("typical", "phase-1") == pytest.approx(0.1)
    assert not policy.of_count("typical", "original", NODE_OBJECTS).allows(1, 7)
    assert policy.max_time_s == 120
    for key in KEYS:
        assert re.search(rf"^{key}\b|^\[gate\.{key}\b", text, re.MULTILINE), key

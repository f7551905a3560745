import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.errors import UsageError
from wfperf.measure.questions import Asked, named_questions
from wfperf.measure.sweep import parse_sweep, swept
from wfperf.measure.trials import subjects_of, trials_for
from wfperf.plan import load_plan

PLAN = load_plan()


def test_a_sweep_from_zero_ends_half_a_decade_apart():
    sweep = parse_sweep("work=0us..1ms", PLAN.sweeps)
    assert sweep.parameter == "work_us"
    assert list(sweep.values.values()) == [0, 10, 31.6, 100, 316, 1000]
    assert list(sweep.values)[:2] == ["work=0 us", "work=10 us"]
    assert list(sweep.values)[-1] == "work=1 ms"


def test_the_lower_end_may_leave_its_unit_to_the_higher():
    assert parse_sweep("work=0..1ms", PLAN.sweeps) == parse_sweep("work=0us..1ms", PLAN.sweeps)


def test_a_workload_of_ones_own_sweeps_any_argument():
    sweep = parse_sweep("rows=10..1000", {})
    assert (sweep.parameter, list(sweep.values.values())) == ("rows", [10, 25, 63, 158, 398, 1000])


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_values_rise_from_the_lower_end_to_the_higher(low, more):
    values = list(parse_sweep(f"rows={low}..{low + more}", {}).values.values())
    assert values == sorted(values)
    assert (values[0], values[-1]) == (low, low + more)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("work", "takes name=low..high"),
        ("work=1ms..0us", "from a lower value to a higher one, not from 1 to 0"),
        ("work=0us..0us", "from a lower value to a higher one"),
        ("work=0..1week", "does not know the unit 'week'"),
        ("work=0..10", "it allows: work=0us..1ms, a duration that every node takes more"),
        ("rows=1ms..2ms", "it allows: work=0us..1ms, a duration that every node takes more"),
        ("work=1.2.3us..1ms", "could not convert"),
    ],
)
def test_what_is_no_sweep_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        parse_sweep(text, PLAN.sweeps)


def test_the_same_is_asked_at_every_value():
    before, sweep = Asked(PLAN.base, named_questions(PLAN, "dispatch")), parse_sweep("work=0us..1ms", PLAN.sweeps)
    asked, of = swept(before, subjects_of(PLAN), sweep)
    points = sweep.points(before)
    assert [each.scenario for each in points] == [question.scenario for question in asked.questions]
    assert [(each.of, each.value) for each in points][::5] == [("typical", "work=0 us"), ("typical", "work=1 ms")]
    assert [question.scenario for question in asked.questions][::5] == ["typical, work=0 us", "typical, work=1 ms"]
    trials = trials_for(asked, of)
    costs = [trial.subjects["dispatch"].arguments["work_us"] for trial in trials]
    assert costs == [0, 10, 31.6, 100, 316, 1000]
    assert all(trial.subjects["control"].arguments["scenario"] == "typical" for trial in trials)

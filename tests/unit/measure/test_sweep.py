import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.errors import UsageError
from wfperf.measure.benchmarks import compared_benchmarks, variants_of
from wfperf.measure.contrasts import Design, named_contrasts
from wfperf.measure.sweep import parse_sweep, swept
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
    before, sweep = Design(PLAN.baseline, named_contrasts(PLAN, "dispatch")), parse_sweep("work=0us..1ms", PLAN.sweeps)
    design, of = swept(before, variants_of(PLAN), sweep)
    points = sweep.points(before)
    assert [each.benchmark for each in points] == [contrast.benchmark for contrast in design.contrasts]
    assert [(each.of, each.value) for each in points][::5] == [("typical", "work=0 us"), ("typical", "work=1 ms")]
    assert [contrast.benchmark for contrast in design.contrasts][::5] == ["typical, work=0 us", "typical, work=1 ms"]
    benchmarks = compared_benchmarks(design, of)
    costs = [benchmark.variants["dispatch"].arguments["work_us"] for benchmark in benchmarks]
    assert costs == [0, 10, 31.6, 100, 316, 1000]
    assert all(benchmark.variants["control"].arguments["scenario"] == "typical" for benchmark in benchmarks)

from hypothesis import given
from hypothesis import strategies as st

from wfperf.profilers.difference import differences, hottest, most_changed
from wfperf.results.profiled import CostChange, SourceLocation

readings = st.dictionaries(
    st.builds(
        SourceLocation,
        path=st.sampled_from(["a.py", "b.py"]),
        function=st.sampled_from(["f", "g.<locals>.h"]),
        line=st.integers(1, 99),
        is_users=st.booleans(),
        text=st.sampled_from(["", "x = 1"]),
        occurrence=st.integers(0, 1),
    ),
    st.floats(0, 1e6),
)


def cost(value):
    return value


@given(readings, readings)
def test_every_location_of_either_side_is_there_once(before, after):
    changes = differences(before, after)
    assert len(changes) == len({change.location for change in changes}) == len(before.keys() | after.keys())
    for change in changes:
        assert change.before == before.get(change.location)
        assert change.after == after.get(change.location)
        assert (change.status == "new") == (change.location not in before)
        assert (change.status == "gone") == (change.location not in after)


@given(readings, readings)
def test_the_way_back_is_the_negative(before, after):
    back = {change.location: change.difference(cost) for change in differences(after, before)}
    for change in differences(before, after):
        assert change.difference(cost) == -back[change.location]


@given(readings, readings)
def test_differences_add_up_to_the_difference_of_the_sums(before, after):
    total = sum(change.difference(cost) for change in differences(before, after))
    assert abs(total - (sum(after.values()) - sum(before.values()))) < 1e-6


@given(readings, readings, st.integers(0, 5))
def test_the_hottest_come_first_and_none_that_is_left_out_is_hotter(before, after, count):
    changes = differences(before, after)
    shown = hottest(changes, cost, count)
    heat = [max(change.amounts(cost)) for change in shown]
    assert heat == sorted(heat, reverse=True)
    left_out = [change for change in changes if change not in shown]
    assert all(max(change.amounts(cost)) <= min(heat, default=1e6) for change in left_out)
    assert len(shown) == min(count, len(changes))


@given(readings)
def test_nothing_has_changed_between_a_reading_and_itself(reading):
    assert most_changed(differences(reading, reading), cost, cost, 9) == []


def test_most_changed_goes_by_work_and_sorts_by_cost():
    slower = CostChange(SourceLocation("a.py", "same work", 1, is_users=True), (5, 1.0), (5, 9.0))
    gone = CostChange(SourceLocation("a.py", "gone", 2, is_users=True), (3, 0.5), None)
    more = CostChange(SourceLocation("a.py", "more", 3, is_users=True), (1, 0.1), (2, 0.9))
    found = most_changed([slower, gone, more], lambda each: each[0], lambda each: each[1], 5)
    assert found == [more, gone]


def test_line_numbers_do_not_tell_locations_apart_and_the_later_one_is_kept():
    def location(line):
        return SourceLocation("a.py", "f", line, is_users=True)

    (change,) = differences({location(1): 2.0}, {location(7): 3.0})
    assert (change.before, change.after) == (2.0, 3.0)
    assert change.location.line == 7

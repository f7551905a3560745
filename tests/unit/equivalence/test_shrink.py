"""The shrinker: what it returns still fails, and nothing smaller does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wfperf.equivalence.shrink import shrink, smaller_values

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text("ab$", max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text("xy", max_size=2), inner, max_size=4)),
    max_leaves=12,
)


def holds_a_dollar(value):
    if isinstance(value, dict):
        return any(holds_a_dollar(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_a_dollar(item) for item in value)
    return isinstance(value, str) and "$" in value


@given(json_values.filter(holds_a_dollar))
def test_what_is_left_fails_and_nothing_smaller_does(value):
    smallest = shrink(value, smaller_values, holds_a_dollar)
    assert holds_a_dollar(smallest)
    assert not any(map(holds_a_dollar, smaller_values(smallest)))


@given(json_values)
def test_everything_comes_to_an_end_even_where_everything_fails(value):
    smallest = shrink(value, smaller_values, lambda _: True, max_tries=100_000)
    assert list(smaller_values(smallest)) == []


@given(json_values)
def test_a_smaller_value_is_of_the_same_kind_and_another(value):
    for smaller in smaller_values(value):
        assert type(smaller) is type(value)
        assert smaller != value


def test_two_letters_that_must_stay_together():
    def fails(text):
        return "a" in text and "z" in text

    assert shrink("the lazy zebra and a quick fox", smaller_values, fails) in {"az", "za"}


def test_it_stops_when_it_may_not_try_any_more():
    tried = []

    def fails(value):
        tried.append(value)
        return True

    assert shrink("a" * 100, smaller_values, fails, max_tries=2) == "a" * 25
    assert len(tried) == 2
    assert shrink("aa", smaller_values, fails, max_tries=0) == "aa"

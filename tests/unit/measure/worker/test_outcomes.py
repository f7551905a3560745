import datetime as dt
import json
import math
from collections import Counter, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.measure.worker.outcomes import UncomparableError, plain

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=3), inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers(), inner, max_size=3)
    ),
    max_leaves=12,
)


def text(value):
    return json.dumps(plain(value), sort_keys=True)


def exact(value):
    """A value as Python would write it, keys in order."""
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{exact(key)}: {exact(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(exact, value))}]"
    return f"({', '.join(map(exact, value))},)" if isinstance(value, tuple) else repr(value)


@given(VALUES, VALUES)
def test_equal_values_have_equal_texts_and_others_others(one, other):
    assert (text(one) == text(other)) == (exact(one) == exact(other))


@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=6), st.randoms())
def test_the_order_of_keys_and_of_sets_is_of_no_account(value, random):
    keys = random.sample(list(value), len(value))
    assert text({key: value[key] for key in keys}) == text(value)
    assert text(set(keys)) == text(set(value))


Point = namedtuple("Point", "x y")  # noqa: PYI024 - any kind of outcome


@dataclass
class Order:
    number: int
    lines: list


class Colour(Enum):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        ((1, 2), Point(1, 2)),
        (Point(1, 2), Point(2, 1)),
        ("1", 1),
        (b"1", "1"),
        (Order(1, []), Order(2, [])),
        (Order(1, []), {"number": 1, "lines": []}),
        (Colour.RED, Colour.BLUE),
        (Decimal("1.0"), Decimal("1.00")),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 2)),
        (ValueError("a"), ValueError("b")),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([1, 2]), np.array([[1, 2]])),
        (Counter("ab"), dict(Counter("ab"))),
        ({1: 2}, {"1": 2}),
        (("items",), {"": "tuple", "holds": ["items"]}),
        (0.0, -0.0),
    ],
)
def test_what_differs_stays_different(one, other):
    assert text(one) != text(other)


@pytest.mark.parametrize("value", [math.nan, Order(1, [Point(1, Colour.RED)]), {(1, 2): {3}}, range(3), 1j])
def test_a_value_is_equal_to_itself(value):
    assert text(value) == text(value)


@pytest.mark.parametrize("value", [object(), SimpleNamespace(a=1), iter([]), len, [lambda: 1]])
def test_what_cannot_be_compared_across_processes_is_refused(value):
    with pytest.raises(UncomparableError, match="can't be compared across processes"):
        plain(value)


def test_data_that_contains_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(UncomparableError, match="nests more than 200 deep"):
        plain(endless)

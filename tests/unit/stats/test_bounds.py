"""A bound comes back from JSON as it was, infinite ones too."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from wfperf.plan import Claim
from wfperf.results.amdahl_bound import AmdahlBound
from wfperf.stats.bounds import Lower, Upper
from wfperf.stats.interval import Interval

LOWER, UPPER = st.floats(-10, 0) | st.just(-math.inf), st.floats(0, 10) | st.just(math.inf)


def there_and_back(model, value):
    """Return what is read of what JSON, which has no infinity, was written."""
    adapter = TypeAdapter(model)
    text = json.dumps(adapter.dump_python(value, mode="json"), allow_nan=False)
    assert json.loads(adapter.dump_json(value)) == json.loads(text)
    return adapter.validate_python(json.loads(text))


@given(LOWER, UPPER)
def test_bounds_intervals_claims_and_ceilings_come_back_as_they_were(low, high):
    claim = Claim(variant="a", text="better", low=low, high=high, benchmark="typical")
    amdahl_bound = AmdahlBound("typical", "a", "original", None, 0, high)
    for model, value in (
        (Lower, low),
        (Upper, high),
        (Interval, Interval(low, 0.0, high, 0.95)),
        (Claim, claim),
        (AmdahlBound, amdahl_bound),
    ):
        assert there_and_back(model, value) == value


@pytest.mark.parametrize(("bound", "open_end"), [(Lower, -math.inf), (Upper, math.inf)])
def test_an_open_end_is_null(bound, open_end):
    adapter = TypeAdapter(bound)
    assert adapter.dump_json(open_end) == b"null"
    assert adapter.validate_python(None) == adapter.validate_python(open_end) == open_end
    assert adapter.dump_python(open_end) == open_end
    assert adapter.json_schema(mode="serialization") == {"anyOf": [{"type": "number"}, {"type": "null"}]}


@pytest.mark.parametrize(
    ("bound", "value"), [(Lower, math.inf), (Upper, -math.inf), (Lower, math.nan), (Upper, "much")]
)
def test_what_is_no_such_bound_is_refused(bound, value):
    with pytest.raises(ValidationError):
        TypeAdapter(bound).validate_python(value)

"""Regular expressions: RE2's, linear in the text."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.patterns import PatternError, compile_pattern


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(a", "missing ): (a"),
        ("(?=a)", "invalid perl operator: (?="),
        ("a{3000}", "invalid repetition size: {3000}"),
        ("\\1", "invalid escape sequence: \\1"),
    ],
)
def test_what_re2_refuses_is_told(text, why, capfd):
    with pytest.raises(PatternError) as caught:
        compile_pattern(text)
    assert str(caught.value) == f"not a regular expression: {why}"
    assert capfd.readouterr() == ("", "")


def test_half_a_surrogate_pair_is_no_pattern():
    with pytest.raises(PatternError, match="surrogates not allowed"):
        compile_pattern("\ud800")


@given(st.text("ab\\()[]{}*+?|^$.<>P=:!0123,-é\ud800", max_size=12))
def test_any_text_is_a_pattern_or_refused(text):
    with contextlib.suppress(PatternError):
        assert compile_pattern(text).pattern == text


def test_time_is_linear_where_backtracking_would_take_longer_than_the_world_is_old():
    assert compile_pattern("(a*)*b|(a|a)*c|(a+)+$").search("a" * 100_000 + "!") is None


def test_it_is_used_like_a_pattern_of_re():
    pattern = compile_pattern("(?P<word>[a-zé]+)")
    assert pattern.pattern == "(?P<word>[a-zé]+)"
    assert pattern.search("1 été 2").span() == (2, 5)
    assert [found["word"] for found in pattern.finditer("ab1cd")] == ["ab", "cd"]
    assert pattern.fullmatch("ab1") is None
    assert pattern.sub("<\\1>", "ab1cd", 1) == "<ab>1cd"

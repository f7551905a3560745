"""Expressions: what they compute, and what they refuse to."""

from __future__ import annotations

import contextlib
import copy
import threading
import warnings
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.errors import ExpressionError
from wfperf.engine.expressions import FUNCTIONS, evaluate, parse

NAMES = {"a": 3, "text": "Ada", "items": [1, 2, 3], "order": {"price": 2.5, "lines": [{"sku": "s"}]}, "max": 7}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + 1", 4),
        ("  a * (2 - 1) ", 3),
        ("a / 2", 1.5),
        ("2 ** 10", 1024),
        ("2 ** -1", 0.5),
        ("order['price'] * 2", 5.0),
        ("order['lines'][0]['sku']", "s"),
        ("items[-1]", 3),
        ("items[1:]", [2, 3]),
        ("text + '!'", "Ada!"),
        ("1 < a <= 3", True),
        ("a == 3 and text != 'x' or False", True),
        ("not items", False),
        ("2 in items", True),
        ("'yes' if a > 2 else 'no'", "yes"),
        ("None is None", True),
        ("[x * 2 for x in items if x > 1]", [4, 6]),
        ("{'k': a}", {"k": 3}),
        ("f'{a}-{text}'", "3-Ada"),
        ("abs(-2) + len(items) + min(items) + sum(items)", 12),
        ("round(2.567, 2)", 2.57),
        ("int('7') + float('0.5')", 7.5),
        ("str(a) + upper('x') + lower('Y')", "3Xy"),
        ("bool(0)", False),
        ("list(items) == items", True),
        ("max", 7),
        ("max(1, 2)", 2),
    ],
)
def test_values(text, value):
    assert evaluate(parse(text), NAMES) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "a +",
        "1; 2",
        "1\n2",
        "a = 1",
        "a += 1",
        "import os",
        "del a",
        "while 1: pass",
        "a\0",
        "(" * 300,
        "-" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_what_is_not_one_expression_is_refused_at_once(text):
    with pytest.raises(ExpressionError, match="cannot parse"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "().__class__",
        "a.real",
        "text.upper()",
        "items.append(4)",
        "order.clear()",
        "'{}'.format(a)",
        "order.price",
        "str.mro()",
    ],
)
def test_attributes_are_refused_at_once(text):
    with pytest.raises(ExpressionError, match="no attributes; write"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("missing", "'missing' is not defined"),
        ("open('x')", "'open' not defined"),
        ("__import__('os')", "'__import__' not defined"),
        ("eval('1')", "'eval' not defined"),
        ("getattr(a, 'real')", "'getattr' not defined"),
        ("lambda: 1", "Lambda is not available"),
        ("(b := 1)", "NamedExpr is not available"),
        ("9 ** 9 ** 9", "a power is too large"),
        ("4000000 ** 4000000", "a power is too large"),
        ("'a' * 10 ** 9", "not evaluate something that long"),
        ("[x for x in list('a' * 99999)]", "too many elements"),
        ("1 << 100000", "don't want to evaluate"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("10.0 ** 400", "OverflowError"),
        ("items['x']", "TypeError: list indices must be integers"),
        ("order['nope']", "KeyError: 'nope'"),
        ("a + text", "TypeError: unsupported operand"),
        ("int('x')", "ValueError: invalid literal"),
        ("a()", "'a' not defined"),
        ("len", "it is a function; call it"),
    ],
    ids=lambda text: text[:24],
)
def test_what_cannot_be_evaluated_says_so(text, why):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), NAMES)
    assert "cannot evaluate" in str(caught.value)
    assert why in str(caught.value)


@pytest.mark.parametrize("depth", [900, 5_000, 100_000])
def test_an_expression_that_is_nested_too_deeply_is_refused(depth):
    with pytest.raises(ExpressionError):
        evaluate(parse("-" * depth + "1"), {})


def test_the_functions_are_those_that_are_listed():
    before = dict(FUNCTIONS)
    evaluate(parse("1"), {})
    assert before == FUNCTIONS


class TestOneEvaluationAfterAnother:
    """Evaluations share what evaluates them, and nothing shows it."""

    def test_a_failed_one_leaves_nothing_behind(self):
        for failing in ("[x / 0 for x in items]", "[[a + nowhere for a in items] for text in items]"):
            with pytest.raises(ExpressionError):
                evaluate(parse(failing), NAMES)
            assert evaluate(parse("[a, text]"), NAMES) == [3, "Ada"]
            with pytest.raises(ExpressionError, match="'x' is not defined"):
                evaluate(parse("x"), NAMES)

    def test_one_within_another(self):
        class Shown:
            def __str__(self):
                return evaluate(parse("str([x * n for n in (1, 2)])"), {"x": 10})

        names = {"items": [1, 2], "shown": Shown(), "n": 5}
        assert evaluate(parse("[[x, str(shown), x + n] for x in items]"), names) == [
            [1, "[10, 20]", 6],
            [2, "[10, 20]", 7],
        ]

    def test_in_threads(self):
        both, values = threading.Barrier(2), {}

        class Shown:
            def __str__(self):
                both.wait(timeout=60)  # both evaluations are under way, or this fails
                return "shown"

        def work(number):
            values[number] = evaluate(parse("[str(shown), n]"), {"shown": Shown(), "n": number})

        threads = [threading.Thread(target=work, args=(number,)) for number in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert values == {1: ["shown", 1], 2: ["shown", 2]}

    def test_the_names_are_not_kept(self):
        class Value:
            pass

        value = Value()
        kept = weakref.ref(value)
        assert evaluate(parse("value is None"), {"value": value}) is False
        del value
        assert kept() is None

    def test_the_warnings_that_python_has_shown_stay_known(self):
        evaluate(parse("1"), {})
        with warnings.catch_warnings(record=True) as shown:
            warnings.simplefilter("default")
            for _ in range(3):
                warnings.warn("once", stacklevel=1)
                evaluate(parse("a + 1"), NAMES)
        assert [str(each.message) for each in shown] == ["once"]


@given(
    st.text("items[]().:=*'\"order abcdlen+-1230,{}<>~ifelsnotd", max_size=30),
    st.dictionaries(st.sampled_from(("items", "order", "a")), st.lists(st.integers(), max_size=3)),
)
def test_any_text_gives_a_value_or_an_expression_error_and_changes_nothing(text, names):
    before = copy.deepcopy(names)
    with contextlib.suppress(ExpressionError):
        evaluate(parse(text), names)
    assert names == before

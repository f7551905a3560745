"""Expressions of conditions and CALC nodes: parsed once, evaluated safely, never as Python code."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simpleeval import DEFAULT_OPERATORS, EvalWithCompoundTypes, InvalidExpression, NumberTooHigh

from wfperf.engine.errors import ExpressionError, describe

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "bool": bool,
    "dict": dict,
    "float": float,
    "int": int,
    "len": len,
    "list": list,
    "lower": lambda text: str(text).lower(),
    "max": max,
    "min": min,
    "round": round,
    "set": set,
    "str": str,
    "sum": sum,
    "tuple": tuple,
    "upper": lambda text: str(text).upper(),
}

_MAX_POWER_BITS = 10_000
"""A number of 3,000 digits: larger powers take memory and time that one expression must not have."""


def _power(base: Any, exponent: Any) -> Any:
    """Return a power that a machine has at once: one such expression could otherwise compute for minutes."""
    if isinstance(base, int) and abs(exponent) * base.bit_length() > _MAX_POWER_BITS:
        raise NumberTooHigh("a power is too large")
    return base**exponent


_OPERATORS = {**DEFAULT_OPERATORS, ast.Pow: _power}

_FAILURES = (
    InvalidExpression,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


_IDLE: deque[EvalWithCompoundTypes] = deque()
"""Evaluators that no evaluation uses now. Making one takes longer than most expressions do, changes the warning filters
of the whole process, and leaves a reference cycle to the garbage collector.

Each evaluation has one for itself: others may be under way, in threads, or in the `__str__` of a service's object that
an expression turns into text. One that failed is dropped, because it may have stopped amid a comprehension.
"""


class Expression(NamedTuple):
    """An expression as written, and its syntax tree."""

    text: str
    tree: ast.AST


def parse(text: str) -> Expression:
    """Parse one expression.

    Raises:
        ExpressionError: the text is not one expression, or looks up an attribute: a method could change
            a value that other nodes see, and fields are read as `item["price"]`.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ExpressionError(f"cannot parse {text!r}: {describe(error)}") from error
    if "." in text:  # walking every tree would double what parsing costs
        _refuse_attributes(text, tree)
    return Expression(text, tree)


def _refuse_attributes(text: str, tree: ast.AST) -> None:
    for part in ast.walk(tree):
        if isinstance(part, ast.Attribute):
            raise ExpressionError(f"cannot parse {text!r}: no attributes; write [{part.attr!r}] for .{part.attr}")


def evaluate(expression: Expression, names: Mapping[str, Any]) -> Any:
    """Evaluate an expression over the given names.

    Raises:
        ExpressionError: a name is missing, an operation is not allowed or fails, or the value is a function.
    """
    evaluator = _evaluator()
    evaluator.names = names
    try:
        value = evaluator.eval(expression.text, previously_parsed=expression.tree)
    except _FAILURES as error:
        raise ExpressionError(f"cannot evaluate {expression.text!r}: {describe(error)}") from error
    evaluator.names = {}  # not kept: the names of a run may be large
    _IDLE.append(evaluator)
    if callable(value):
        raise ExpressionError(f"cannot evaluate {expression.text!r}: it is a function; call it")
    return value


def _evaluator() -> EvalWithCompoundTypes:
    try:
        return _IDLE.pop()
    except IndexError:
        return EvalWithCompoundTypes(operators=_OPERATORS, functions=FUNCTIONS, names={})

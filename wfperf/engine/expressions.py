"""Expressions of conditions and CALC nodes: parsed once, evaluated safely, never as Python code."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simpleeval import DEFAULT_OPERATORS, EvalWithCompoundTypes, InvalidExpression

from wfperf.engine.errors import ExpressionError

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "bool": bool,
    "float": float,
    "int": int,
    "len": len,
    "lower": lambda text: str(text).lower(),
    "max": max,
    "min": min,
    "round": round,
    "str": str,
    "sum": sum,
    "upper": lambda text: str(text).upper(),
}

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


class Expression(NamedTuple):
    """An expression as written, and its syntax tree."""

    text: str
    tree: ast.AST


def parse(text: str) -> Expression:
    """Parse one expression.

    Raises:
        ExpressionError: the text is not one expression.
    """
    try:
        return Expression(text, EvalWithCompoundTypes.parse(text))
    except (InvalidExpression, SyntaxError, RecursionError, ValueError) as error:
        raise ExpressionError(f"cannot parse {text!r}: {error}") from error


def evaluate(expression: Expression, names: Mapping[str, Any]) -> Any:
    """Evaluate an expression over the given names.

    Raises:
        ExpressionError: a name is missing, or an operation is not allowed or fails.
    """
    evaluator = EvalWithCompoundTypes(operators=DEFAULT_OPERATORS, functions=FUNCTIONS, names=names)
    try:
        return evaluator.eval(expression.text, previously_parsed=expression.tree)
    except _FAILURES as error:
        raise ExpressionError(f"cannot evaluate {expression.text!r}: {error}") from error

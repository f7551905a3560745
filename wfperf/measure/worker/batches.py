"""Several runs one after the other, with as little beside them as possible: what is timed as one sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import repeat
from typing import Any

UNROLLED = 16
"""Calls in one turn of a loop. A turn costs about 5 ns beside its calls: 0.7 % of 16 calls of 50 ns."""


def repetition(run: Callable[..., Any]) -> Callable[[int], None]:
    """Return what calls a function a number of times, and does nothing else.

    Arguments that a `partial` holds are given directly, as the caller of the function itself would give them: calling
    the `partial` costs as much as a small function does.
    """
    if type(run) is partial and not run.keywords and len(run.args) in _WITH:
        return partial(_WITH[len(run.args)], run.func, *run.args)
    return partial(_with_nothing, run)


def run_all(runs: Iterable[Callable[[], Any]]) -> None:
    """Call each of some runs once."""
    for run in runs:
        run()


# fmt: off
# ruff: noqa: E702 - a line is a turn's half or quarter; one call on each would hide that all are the same
def _with_nothing(run: Callable[..., Any], runs: int) -> None:
    for _ in repeat(None, runs // UNROLLED):
        run(); run(); run(); run(); run(); run(); run(); run()
        run(); run(); run(); run(); run(); run(); run(); run()
    for _ in repeat(None, runs % UNROLLED):
        run()


def _with_one(run: Callable[..., Any], one: Any, runs: int) -> None:
    for _ in repeat(None, runs // UNROLLED):
        run(one); run(one); run(one); run(one); run(one); run(one); run(one); run(one)
        run(one); run(one); run(one); run(one); run(one); run(one); run(one); run(one)
    for _ in repeat(None, runs % UNROLLED):
        run(one)


def _with_two(run: Callable[..., Any], one: Any, two: Any, runs: int) -> None:
    for _ in repeat(None, runs // UNROLLED):
        run(one, two); run(one, two); run(one, two); run(one, two)
        run(one, two); run(one, two); run(one, two); run(one, two)
        run(one, two); run(one, two); run(one, two); run(one, two)
        run(one, two); run(one, two); run(one, two); run(one, two)
    for _ in repeat(None, runs % UNROLLED):
        run(one, two)

# fmt: on


_WITH: dict[int, Callable[..., None]] = {1: _with_one, 2: _with_two}

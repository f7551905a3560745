"""Before and after as source: two functions, and what they use of their own module."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import dedent
from types import CodeType, FunctionType
from typing import Any

from wfperf.engine.queries import QUERIES


@dataclass(frozen=True, slots=True)
class Sources:
    """Python source of both sides, and of the helpers that both use (empty where they share none)."""

    before_name: str
    before: str
    after_name: str
    after: str
    shared: str


def read_sources(before: Callable[..., Any], after: Callable[..., Any]) -> Sources:
    """Return the source of two functions, each with the helpers that it alone uses.

    A helper is a function or class of the same module, or a query of the engine, that the function names,
    itself or through another helper.
    """
    ours, theirs = _helpers(before), _helpers(after)
    ours.pop(after.__name__, None)
    theirs.pop(before.__name__, None)
    shared = {name: source for name, source in ours.items() if name in theirs}
    return Sources(
        before_name=before.__name__,
        before=_joined(_source(before), *(text for name, text in ours.items() if name not in shared)),
        after_name=after.__name__,
        after=_joined(_source(after), *(text for name, text in theirs.items() if name not in shared)),
        shared=_joined(*shared.values()),
    )


def _joined(*sources: str) -> str:
    return "\n\n".join(source.rstrip() + "\n" for source in sources)


def _source(part: Any) -> str:
    return re.sub(r" *# noqa.*", "", dedent(inspect.getsource(part)))  # what is meant for a linter says nothing here


def _helpers(function: Callable[..., Any]) -> dict[str, str]:
    """Return the source of each helper by name, in the order in which they stand; queries come last."""
    module = sys.modules[function.__module__]
    functions: dict[str, tuple[int, str]] = {}
    queries: dict[str, str] = {}
    unread: list[Any] = [function]
    while unread:
        for word in _words(unread.pop()):
            helper: Any = inspect.unwrap(vars(module).get(word, function))
            is_ours = isinstance(helper, (FunctionType, type)) and helper.__module__ == module.__name__
            if is_ours and helper is not function and word not in functions:
                functions[word] = inspect.getsourcelines(helper)[1], _source(helper)
                unread.append(helper)
            if word in QUERIES:
                queries[word] = f'QUERIES["{word}"] = """{dedent(QUERIES[word])}"""'
    ordered = sorted(functions, key=functions.__getitem__)
    return {name: functions[name][1] for name in ordered} | queries


def _words(helper: Any) -> Iterator[str]:
    """Give the names and texts in the code of a function, or of a class's methods."""
    if isinstance(helper, type):
        for member in vars(helper).values():
            if isinstance(member, FunctionType):
                yield from _words_of_code(member.__code__)
    else:
        yield from _words_of_code(helper.__code__)


def _words_of_code(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words_of_code(constant)
        elif isinstance(constant, str):
            yield constant

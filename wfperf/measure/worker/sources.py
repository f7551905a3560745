"""The source text of a function or class, with the helpers that it needs to be understood."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from .workload import made_of

if TYPE_CHECKING:
    from .variant import Variant


def source(_variant: Variant, target: str) -> dict[str, Any]:
    """Return the source of a function or class, and of the helpers that it uses, itself or through another helper.

    A helper is a function or class of the same module, or an entry of one of its dicts of texts that the code names.
    """
    found = inspect.unwrap(made_of(target, None))
    module = sys.modules[found.__module__]
    texts = {name: known for name, known in vars(module).items() if type(known) is dict}
    functions: dict[str, tuple[int, str]] = {}
    entries: dict[str, str] = {}
    unread: list[Any] = [found]
    while unread:
        for word in _words(unread.pop()):
            helper = inspect.unwrap(vars(module).get(word, found))
            is_ours = isinstance(helper, (FunctionType, type)) and helper.__module__ == module.__name__
            if is_ours and helper is not found and word not in functions:
                functions[word] = inspect.getsourcelines(helper)[1], _text(inspect.getsource(helper))
                unread.append(helper)
            for name, known in texts.items():
                if isinstance(known.get(word), str):
                    entries[word] = f'{name}["{word}"] = """{textwrap.dedent(known[word])}"""'
    return {
        "file": inspect.getsourcefile(found) or "",
        "line": inspect.getsourcelines(found)[1],
        "text": _text(inspect.getsource(found)),
        "helpers": {**{name: functions[name][1] for name in sorted(functions, key=functions.__getitem__)}, **entries},
    }


def _text(text: str) -> str:
    return re.sub(r" *# noqa.*", "", textwrap.dedent(text))  # comments for a linter mean nothing to a reader


def _words(helper: Any) -> Iterator[str]:
    """Yield the names and texts in the code of a function, or of a class's methods."""
    if isinstance(helper, type):
        for member in vars(helper).values():
            if isinstance(member, FunctionType):
                yield from _words_of_code(member.__code__)
    elif isinstance(helper, FunctionType):
        yield from _words_of_code(helper.__code__)


def _words_of_code(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words_of_code(constant)
        elif isinstance(constant, str):
            yield constant

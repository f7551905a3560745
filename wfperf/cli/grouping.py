"""Options of one kind, handed to a command as one dataclass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def grouped(model: type[DataclassInstance], name: str, *options: Decorator) -> Decorator:
    """Return a decorator that adds options to a command and hands them over as one object.

    Args:
        model: a dataclass; the value of an option goes into the field of the option's name. A field without an option
            keeps its default.
        name: the command's parameter that gets the object.
        options: click's decorators, in the order in which the help lists them.
    """
    names = [field.name for field in fields(model)]

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(**given: Any) -> Any:
            values = {each: given.pop(each) for each in names if each in given}
            return function(**given, **{name: model(**values)})

        decorated: Callable[..., Any] = command
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate

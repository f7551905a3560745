"""Pass related options to a command as one dataclass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def grouped(model: type[DataclassInstance], name: str, *options: Decorator) -> Decorator:
    """Return a decorator that adds options to a command and passes their values as one object.

    Args:
        model: a dataclass. Each field takes the value of the option with the same name; a field without an option
            keeps its default.
        name: the parameter of the command that receives the object.
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

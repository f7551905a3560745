"""A function as it is benchmarked: called with arguments, on an instance if it is a method, until its work is done."""

from __future__ import annotations

import inspect
import io
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from .failures import NotThereError, suggestion
from .modules import imported_module

if TYPE_CHECKING:
    from .timing import Meter


def call_of(
    target: str, args: list[Any], kwargs: Mapping[str, Any], setup: str
) -> tuple[Callable[..., Any], Callable[[], Callable[[], Any]] | None]:
    """Return what a run calls, and what makes a call with fresh arguments; None if all calls have the same.

    Args:
        target: `module:name` of a function, a class, or `module:Class.method`.
        args: positional arguments of every call.
        kwargs: keyword arguments of every call.
        setup: `module:function` that makes further arguments for one call: a tuple of them, a pair of a tuple and a
            dict of keyword arguments, or any other value as the only one. Empty if there is none.

    Raises:
        TypeError: it is a method of a class that cannot be made without arguments, or no callable.
    """
    function = _callable(target, has_self=bool(setup))
    if not setup:
        return partial(function, *args, **kwargs) if args or kwargs else function, None
    made = _callable(setup, has_self=False)

    def fresh() -> Callable[[], Any]:
        positional, named = _arguments(made())
        return partial(function, *args, *positional, **kwargs, **named)

    return function, fresh


def _arguments(made: Any) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    if isinstance(made, tuple):
        is_pair = [type(each) for each in made] == [tuple, dict]
        return (made[0], made[1]) if is_pair else (made, {})
    return (made,), {}


def _callable(target: str, *, has_self: bool) -> Callable[..., Any]:
    """Return a callable by its target; a method is bound to an instance, unless its calls are given one."""
    owner, name = owner_of(target)
    found: Callable[..., Any] = attribute(owner, name)
    if not callable(found):
        raise TypeError(f"{target} is a {type(found).__name__}; name a function")
    is_method = inspect.isclass(owner) and inspect.isfunction(found) and not _is_static(owner, name)
    if not is_method or has_self:
        return found
    try:
        instance = owner()
    except TypeError as error:
        raise TypeError(f"{target} is a method, and {error}; give a setup that returns the instance") from error
    bound: Callable[..., Any] = getattr(instance, name)
    return bound


def owner_of(target: str) -> tuple[Any, str]:
    """Return the module or the class that holds a target, and the target's name in it."""
    module, _, path = target.rpartition(":")
    *owners, name = path.split(".")
    owner: Any = imported_module(module)
    for each in owners:
        owner = attribute(owner, each)
    return owner, name


def attribute(owner: Any, name: str) -> Any:
    """Return what an owner has under a name.

    Raises:
        NotThereError: it has none; the message says what comes near.
    """
    try:
        return getattr(owner, name)
    except AttributeError as error:
        raise NotThereError(f"{owner.__name__} has no {name!r}{suggestion(name, dir(owner))}") from error


def _is_static(owner: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(owner, name), staticmethod)


class Finish(NamedTuple):
    """What finishes the work that a call has only begun.

    `now` finishes it from its result. `metered`, if not None, measures several runs together, without what each would
    cost to start and stop.
    """

    now: Callable[[Any], Any]
    metered: Callable[[Iterable[Callable[[], Any]], Meter], dict[str, Any]] | None = None


def finisher(result: Any) -> Finish | None:
    """Return what finishes the work that a call has only begun; None if it is done.

    A coroutine is awaited; the items of a generator, or of another iterator but a file, become a list. The first result
    of a function decides, not how the function is written: a decorator hides that.
    """
    if inspect.isawaitable(result):
        return Finish(_loop().run_until_complete, partial(_metered, _await_each))
    if inspect.isasyncgen(result):
        return Finish(lambda items: _loop().run_until_complete(_collected(items)), partial(_metered, _collect_each))
    if isinstance(result, Iterator) and not isinstance(result, io.IOBase):
        return Finish(list)
    return None


async def _collected(items: Any) -> list[Any]:
    return [item async for item in items]


async def _await_each(runs: Iterable[Callable[[], Any]]) -> None:
    for run in runs:
        await run()


async def _collect_each(runs: Iterable[Callable[[], Any]]) -> None:
    for run in runs:
        _ = [item async for item in run()]


def _metered(
    each: Callable[[Iterable[Callable[[], Any]]], Awaitable[None]], runs: Iterable[Callable[[], Any]], meter: Meter
) -> dict[str, Any]:
    """Measure asynchronous runs inside of the running loop: starting and stopping it takes longer than a short run."""

    async def metered() -> dict[str, Any]:
        before = meter.read()
        await each(runs)
        return meter.used(before)

    used: dict[str, Any] = _loop().run_until_complete(metered())
    return used


@cache
def _loop() -> Any:
    """Return the event loop of all benchmarks of this process."""
    import asyncio  # noqa: PLC0415 - only asynchronous benchmarks pay for it

    return asyncio.new_event_loop()

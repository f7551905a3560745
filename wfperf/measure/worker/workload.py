"""The workload of a variant: built from a target, with its outcome as data and its own code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

from .batches import repetition, run_all
from .calls import Finish, attribute, call_of, finisher, owner_of
from .outcomes import OWN_TIME, UncomparableError, plain
from .own import Own, homes

if TYPE_CHECKING:
    from .command import Command
    from .timing import Meter

MOST_RUNS = 1 << 24
"""Largest sample: about a second of the fastest runs."""
MOST_PREPARED_RUNS = 100
"""Largest sample of runs that are prepared: their arguments exist at once, and preparing may take long."""
NO_LOOK: AbstractContextManager[Any] = nullcontext()
"""Nothing is looked at around a first run."""


class Workload:
    """The workload of a variant: `run` runs it once; `data` turns an outcome into plain data.

    `fresh` prepares one run, whose arguments it makes; None if a run needs no preparation. `timed` runs it a number of
    times and returns the seconds that counted, if it measures itself. `command` is the command that it runs, if other
    processes do the work. `counters` are counts that only the workload can take; `close` releases its resources.
    `after` cleans up after a prepared run; it is called before the next ones are prepared, and at the end. `most_runs`
    is the largest number of runs in a sample. `is_peak` tells that its memory is the most that a run holds at a time,
    not what its result holds.
    """

    def __init__(
        self,
        made: Any,
        packages: Sequence[str],
        trees: Sequence[str] = (),
        fresh: Callable[[], Callable[[], Any]] | None = None,
        *,
        timed: Callable[[int], float] | None = None,
        after: Callable[[], Any] | None = None,
        most_runs: int | None = None,
        is_peak: bool = False,
    ) -> None:
        self._fresh = fresh
        self.most_runs = most_runs or (MOST_RUNS if fresh is None else MOST_PREPARED_RUNS)
        self.is_peak = is_peak
        self._after = after
        self._unclean = 0
        self.timed = timed
        self.command: Command | None = None
        self._run = made if callable(made) else made.run
        self._finish: Finish | None = None
        self.data: Callable[[Any], Any] = getattr(made, "data", lambda outcome: outcome)
        self.counters: Mapping[str, Callable[[], int]] = getattr(made, "counters", {})
        self._close: Callable[[], Any] = getattr(made, "close", lambda: None)
        self.own = Own([home for package in packages for home in homes(package)], trees)

    @property
    def called(self) -> Any:
        """What every run calls; a run with arguments of its own calls it with them."""
        return self._run

    def first(self, look: AbstractContextManager[Any] = NO_LOOK) -> Any:
        """Run for the first time, and return the result. From it follows whether every run must finish its work.

        `look` is entered when the run is prepared, and left when it has ended.
        """
        (run,) = self.prepared(1)
        with look:
            result = run()
            self._finish = finisher(result)
            return result if self._finish is None else self._finish.now(result)

    def run(self) -> Any:
        """Run once, with its preparation, and return the result."""
        (run,) = self.prepared(1)
        return run()

    def prepared(self, runs: int) -> Iterable[Callable[[], Any]]:
        """Return so many runs, to be called once each. Their preparation is done; it is neither timed nor counted."""
        begun = self._begun(runs)
        if self._finish is None:
            return begun
        finish = self._finish.now
        return (
            repeat(partial(_finished, finish, self._run), runs)
            if self._fresh is None
            else [partial(_finished, finish, run) for run in begun]
        )

    def metered(self, runs: int, meter: Meter) -> dict[str, Any]:
        """Run so many times, and return what the runs took together, as `meter` does; not what prepares them."""
        if self._finish is not None and self._finish.metered is not None:
            return self._finish.metered(self._begun(runs), meter)
        if self._fresh is None and self._finish is None:
            repeated = repetition(self._run)
            before = meter.read()
            repeated(runs)
            return meter.used(before)
        prepared = self.prepared(runs)
        before = meter.read()
        run_all(prepared)
        return meter.used(before)

    def _begun(self, runs: int) -> Iterable[Callable[[], Any]]:
        """Return so many prepared runs, whose results may still have to be finished."""
        if self._fresh is None:
            return repeat(self._run, runs)
        self._clean_up()
        self._unclean = runs
        return [self._fresh() for _ in range(runs)]

    def batches(self, runs: int) -> Iterator[Iterable[Callable[[], Any]]]:
        """Yield so many runs, as `prepared` does, in parts that may be prepared at once."""
        while runs:
            part = min(runs, self.most_runs)
            yield self.prepared(part)
            runs -= part

    def close(self) -> None:
        """Release what the workload holds."""
        self._clean_up()
        self._close()

    def _clean_up(self) -> None:
        if self._after is not None:
            for _ in range(self._unclean):
                self._after()
        self._unclean = 0

    def text(self, result: Any) -> str:
        """Return a result as text: equal results have equal texts in any process.

        Raises:
            UncomparableError: it is no plain data.
        """
        if self.timed is not None:
            raise UncomparableError(OWN_TIME)
        return json.dumps(plain(self.data(result)), sort_keys=True, ensure_ascii=True)


def _finished(finish: Callable[[Any], Any], run: Callable[[], Any]) -> Any:
    return finish(run())


def load_workload(
    target: str,
    arguments: dict[str, Any] | None,
    configuration: str | None,
    packages: Sequence[str],
    trees: Sequence[str] = (),
    call: dict[str, Any] | None = None,
) -> Workload:
    """Return the workload of a variant.

    Args:
        target: `module:name` of a callable.
        arguments: arguments with which the callable makes the workload; None if it is the workload.
        configuration: key of the workload, if the callable makes a mapping.
        packages: packages of the user's own code.
        trees: source trees of the user's own code, except for libraries in them.
        call: how the target is called in each run, as `args`, `kwargs` and `setup` of `calls.call_of`; None if the
            target makes the workload, or needs no arguments.

    Raises:
        LookupError: there is no such configuration.
        TypeError: the callable does not make a mapping of configurations, or cannot be called so.
        ModuleNotFoundError: there is no such package.
    """
    if call is not None:
        run, fresh = call_of(target, **call)
        return Workload(run, packages, trees, fresh)
    return Workload(_built(target, arguments, configuration), packages, trees)


def file_of(target: str) -> str:
    """Return the file that a target was imported from; empty if it has none, or there is no target."""
    module = sys.modules.get(target.rpartition(":")[0])
    return str(getattr(module, "__file__", "") or "")


def configurations_of(target: str, arguments: dict[str, Any] | None) -> Mapping[str, Any]:
    """Return the configurations that a factory makes, by name.

    Raises:
        TypeError: it makes something else.
    """
    made = made_of(target, arguments)
    if not isinstance(made, Mapping) or not made:
        raise TypeError(f"{target} gave {type(made).__name__}, not a mapping of configurations to callables")
    return made


def _built(target: str, arguments: dict[str, Any] | None, configuration: str | None) -> Any:
    if configuration is None:
        return made_of(target, arguments)
    known = configurations_of(target, arguments)
    if configuration not in known:
        raise LookupError(f"{target} has no configuration {configuration!r}, only {', '.join(map(repr, known))}")
    return known[configuration]


def made_of(target: str, arguments: dict[str, Any] | None) -> Any:
    """Return the object `module:name`, or what it makes of arguments."""
    made = attribute(*owner_of(target))
    return made if arguments is None else made(**arguments)

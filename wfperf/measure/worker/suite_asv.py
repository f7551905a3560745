"""Benchmarks of airspeed velocity: functions and methods whose names begin with `time_`, `mem_`, `track_` and such.

asv itself is not needed. What its documentation says of a benchmark's attributes holds here, but for those that say
how often or how long to run it: https://asv.readthedocs.io/en/stable/benchmarks.html
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import itertools
import os
import pickle
import pkgutil
import re
import sys
import tempfile
import textwrap
import timeit
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

from .failures import described
from .modules import SUFFIX, imported_module
from .suites import Session

BENCHMARK = re.compile(r"^(Timeraw|Time|PeakMem|Mem|Track)[A-Z_].+$|^(timeraw|time|peakmem|mem|track)_.+$")
"""How names of benchmarks begin, as asv has them."""

METRICS = {"mem": "memory", "peakmem": "memory", "track": "tracked"}
"""What is measured of benchmarks that are not timed, by how their names begin."""

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""What differs from process to process in the text of an object."""

SKIPPED = "skipped by its setup"
"""A setup that raises NotImplementedError says that the benchmark does not apply to these parameters."""


class Bound(NamedTuple):
    """A benchmark that can be called.

    Args:
        function: it, bound to an instance of its class.
        sources: where its attributes are looked for: itself, its instance, its module.
    """

    function: Callable[..., Any]
    sources: Sequence[Any]

    def attribute(self, name: str, default: Any = None) -> Any:
        """Return an attribute of the benchmark, which it, its class or its module may set."""
        return next((getattr(each, name) for each in self.sources if hasattr(each, name)), default)

    def all(self, name: str) -> list[Callable[..., Any]]:
        """Return the functions of a name in all of them, such as `setup`: the module's first."""
        return list(dict.fromkeys(getattr(each, name) for each in reversed(self.sources) if hasattr(each, name)))


class Found(NamedTuple):
    """A benchmark with values of its parameters.

    Args:
        name: `module.Class.method`, with the values in parentheses.
        kind: how the names of its kind begin, such as `time`.
        bind: binds it to a new instance of its class.
        is_method: whether it has a class, so that several instances do not get into each other's way.
        parameters: the values.
        file: the file that it comes from.
    """

    name: str
    kind: str
    bind: Callable[[], Bound]
    is_method: bool
    parameters: tuple[Any, ...]
    file: str


class Call:
    """One call of a benchmark, between its setup and its teardown."""

    def __init__(self, found: Found, cached: Sequence[Any]) -> None:
        self.bound = found.bind()
        self._arguments = (*cached, *found.parameters)
        for setup in self.bound.all("setup"):
            setup(*self._arguments)

    @property
    def run(self) -> Callable[[], Any]:
        """The function to be measured."""
        return partial(self.bound.function, *self._arguments) if self._arguments else self.bound.function

    def tear_down(self) -> None:
        """Clean up."""
        for teardown in self.bound.all("teardown"):
            teardown(*self._arguments)


def run(session: Session) -> None:
    """Import all modules of the folder, and run the benchmarks in them that are wanted.

    As with asv, the working directory is a temporary folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        before = os.getcwd()  # noqa: PTH109 - a text
        os.chdir(folder)
        try:
            _run(session)
        finally:
            os.chdir(before)


def _run(session: Session) -> None:
    found = {each.name: each for name, module in _modules(session) for each in _benchmarks(name, module)}
    select = [re.compile(pattern) for pattern in session.options.get("select", ())]
    chosen = {name: each for name, each in found.items() if all(pattern.search(name) for pattern in select)}
    session.benchmarks = {name: METRICS.get(each.kind, "throughput") for name, each in chosen.items()}
    caches: dict[Any, bytes] = {}
    for name in session.wanted():
        if name in found:
            try:
                _measure(session, found[name], caches)
            except NotImplementedError as error:
                session.fail(str(error) or SKIPPED)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a benchmark raises
                session.fail(described(error))


def _measure(session: Session, found: Found, caches: dict[Any, bytes]) -> None:
    bound = found.bind()
    cached = partial(_cached, bound, caches)
    if bound.attribute("number") == 1 and (bound.all("setup") or bound.all("teardown")):
        session.measure(**_one_by_one(found, bound, cached), file=found.file)
        return
    call = Call(found, cached())
    try:
        session.measure(**_how(found, call), file=found.file)
    finally:
        call.tear_down()


def _one_by_one(found: Found, bound: Bound, cached: Callable[[], Sequence[Any]]) -> dict[str, Any]:
    """Return the arguments of `Session.measure` with one run between setup and teardown: so asks `number = 1`.

    Several are set up at once if each has an instance of its own.
    """
    calls: list[Call] = []

    def fresh() -> Callable[[], Any]:
        calls.append(Call(found, cached()))
        return calls[-1].run

    return {
        "run": bound.function,
        "fresh": fresh,
        "after": lambda: calls.pop(0).tear_down(),
        "is_peak": found.kind == "peakmem",
        "most_runs": None if found.is_method else 1,
    }


def _how(found: Found, call: Call) -> dict[str, Any]:
    """Return the arguments of `Session.measure` with all runs between setup and teardown."""
    if found.kind == "timeraw":
        made = call.run()
        statement, setup = (made, "pass") if isinstance(made, str) else made
        timer = timeit.Timer(textwrap.dedent(statement), textwrap.dedent(setup))
        return {"run": partial(timer.timeit, 1), "timed": timer.timeit}
    return {"run": call.run, "is_peak": found.kind == "peakmem"}


def _cached(bound: Bound, caches: dict[Any, bytes]) -> tuple[Any, ...]:
    """Return what `setup_cache` has made, as a copy of the caller's own; nothing without it."""
    make = bound.attribute("setup_cache")
    if make is None:
        return ()
    key = getattr(make, "__func__", make)
    if key not in caches:
        caches[key] = pickle.dumps(make())
    return (pickle.loads(caches[key]),)  # noqa: S301 - made a line above


def _modules(session: Session) -> Iterator[tuple[str, ModuleType]]:
    """Import the modules of the suite, as a package with the folder's name, or the one file; yield them with names."""
    top = os.path.basename(session.path)  # noqa: PTH119
    is_file = os.path.isfile(session.path)  # noqa: PTH113
    names = [top[: -len(SUFFIX)]] if is_file else [top, *(each.name for each in _walk(session.path, f"{top}."))]
    for name in names:
        try:
            yield name, imported_module(session.path) if is_file else _of_package(session.path, name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a module raises
            session.failures[name] = described(error)


def _walk(folder: str, prefix: str) -> Iterator[Any]:
    for each in pkgutil.iter_modules([folder], prefix):
        yield each
        if each.ispkg:
            yield from _walk(os.path.join(folder, each.name.rpartition(".")[2]), f"{each.name}.")  # noqa: PTH118


def _of_package(path: str, name: str) -> ModuleType:
    """Import a module of the suite's folder by its place; what the folder lies in need not be on the path."""
    top, _, inner = name.partition(".")
    if top not in sys.modules:
        init = os.path.join(path, "__init__.py")  # noqa: PTH118
        if os.path.isfile(init):  # noqa: PTH113
            spec = importlib.util.spec_from_file_location(top, init, submodule_search_locations=[path])
            assert spec is not None  # noqa: S101 - it is a Python file
            assert spec.loader is not None  # noqa: S101
            module = sys.modules[top] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
        else:
            package = sys.modules[top] = ModuleType(top)
            package.__path__ = [path]
    return importlib.import_module(name) if inner else sys.modules[top]


def _benchmarks(called: str, module: ModuleType) -> Iterator[Found]:
    """Yield the benchmarks of a module that is called so, once for each combination of their parameters."""
    prefix = called.partition(".")[2] or called
    for name, member in sorted(vars(module).items()):
        if name.startswith("_") or getattr(member, "__module__", module.__name__) != module.__name__:
            continue
        if inspect.isclass(member):
            for method in sorted(dir(member)):
                if BENCHMARK.match(method) and callable(getattr(member, method)):
                    yield from _with_parameters(
                        f"{prefix}.{name}.{method}", partial(_of_class, member, method, module), module, is_method=True
                    )
        elif BENCHMARK.match(name) and callable(member):
            bind = partial(Bound, member, (member, module))
            yield from _with_parameters(f"{prefix}.{name}", bind, module, is_method=False)


def _of_class(member: type, method: str, module: ModuleType) -> Bound:
    instance = member()
    function = getattr(instance, method)
    return Bound(function, (function, instance, module))


def _with_parameters(name: str, bind: Callable[[], Bound], module: ModuleType, *, is_method: bool) -> Iterator[Found]:
    """Yield a benchmark for each combination of the values of its parameters."""
    lists = list(bind().attribute("params", ()))
    if lists and not isinstance(lists[0], (list, tuple)):
        lists = [lists]
    matched = BENCHMARK.match(name.rpartition(".")[2])
    kind = (matched[1] or matched[2]).lower() if matched else ""
    for values in itertools.product(*lists):
        shown = f"{name}({', '.join(map(_shown, values))})" if values else name
        yield Found(shown, kind, bind, is_method, values, str(module.__file__ or ""))


def _shown(value: Any) -> str:
    return str(getattr(value, "__name__", None) or ADDRESS.sub("", repr(value)))

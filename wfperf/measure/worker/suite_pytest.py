"""Benchmarks of pytest: tests that use the fixture `benchmark` of pytest-benchmark or pytest-codspeed, or its marker.

Neither plugin is needed, and neither measures: this one takes their place. It runs in the variant's own pytest.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import Any

from .plugins_off import EITHER, FLAGS, MARKERS, OFF, VALUES, Hooks, stand_ins
from .suites import Session

FIXTURES = frozenset({"benchmark", "codspeed_benchmark"})
"""Both names of the fixture; both are also those of a marker, for a test that is a benchmark as a whole."""

NEVER_STARTED = "pytest has not started"


def run(session: Session) -> None:
    """Run pytest, which stays in this call until something else is wanted.

    Raises:
        RuntimeError: the interpreter has no pytest, or pytest cannot start.
    """
    try:
        import pytest  # noqa: PLC0415 - the variant's own
    except ImportError as error:
        raise RuntimeError(
            "its interpreter has no pytest, which runs these benchmarks; install it there, or name another one with "
            "--python"
        ) from error
    arguments = ["-q", "--no-header", "-p", "no:cacheprovider", "-o", "required_plugins="]
    arguments += session.options.get("select", ())
    _provide_modules()
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        pytest.main([*arguments, session.path], plugins=[Plugin(session), _fixtures(pytest, session), *stand_ins()])
    if not session.has_begun:
        last = [line.strip() for line in said.getvalue().splitlines() if line.strip()][-3:]
        raise RuntimeError(" | ".join([NEVER_STARTED, *last]))


class Plugin:
    """The pytest plugin that collects and runs benchmarks as a session wants them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._base = session.path if os.path.isdir(session.path) else os.path.dirname(session.path)  # noqa: PTH112, PTH120 - names are texts
        self._files = {os.path.join(session.path, each) for each in session.options.get("files", ())}  # noqa: PTH118 - texts
        self._items: dict[str, Any] = {}

    def pytest_addoption(self, parser: Any) -> None:
        """Know the options of the plugins that are off."""
        group = parser.getgroup("options without effect")
        either = {"nargs": "?", "const": True}
        for names, how in ((FLAGS, {"action": "store_true"}), (VALUES, {"action": "append"}), (EITHER, either)):
            for name in names:
                with contextlib.suppress(ValueError):  # pytest itself, or a plugin that stays, has it
                    group.addoption(f"--{name}", dest=f"ignored_{name}", default=None, **how)
        with contextlib.suppress(ValueError):
            group._addoption("-n", dest="ignored_n", action="append", default=None)  # noqa: SLF001 - for plugins, short options in small letters are refused
        parser.addini("looponfailroots", "without effect", default=None)

    def pytest_load_initial_conftests(self, early_config: Any) -> None:
        """Block the plugins that are off, once no option can name them: a conftest.py may ask whether they are here."""
        for name in OFF:
            early_config.pluginmanager.set_blocked(name)

    def pytest_addhooks(self, pluginmanager: Any) -> None:
        """Know the hooks of pytest-benchmark."""
        pluginmanager.add_hookspecs(Hooks)

    def pytest_configure(self, config: Any) -> None:
        """Know the markers, tell which options have no effect, and let no test be ended by a time-out."""
        for name in MARKERS:
            config.addinivalue_line("markers", f"{name}: of a plugin that is off while wfperf measures")
        self._session.ignored = [
            f"{'-' if len(name) == 1 else '--'}{name}"
            for ignored, value in sorted(vars(config.option).items())
            if ignored.startswith("ignored_") and value
            for name in [ignored.partition("_")[2]]
        ]
        timeout = config.pluginmanager.get_plugin("timeout")
        if timeout is not None:
            config.pluginmanager.unregister(timeout)

    def pytest_collect_file(self, file_path: Any, parent: Any) -> Any:
        """Collect files with benchmarks that pytest passes over by their names."""
        if str(file_path) in self._files:
            return parent.ihook.pytest_pycollect_makemodule(module_path=file_path, parent=parent)
        return None

    def pytest_collectreport(self, report: Any) -> None:
        """Keep why something cannot be collected."""
        if report.failed:
            self._session.failures[str(report.nodeid)] = _last_line(str(report.longrepr))

    def pytest_collection_finish(self, session: Any) -> None:
        """Keep the benchmarks, by their names."""
        self._items = {self._name(each): each for each in session.items if _is_benchmark(each)}
        self._session.benchmarks = dict.fromkeys(self._items, "throughput")

    def pytest_runtestloop(self, session: Any) -> bool:  # noqa: ARG002 - pytest goes by names
        """Run what is wanted, instead of all tests."""
        from _pytest.runner import runtestprotocol  # noqa: PLC0415 - the variant's own; plugins that rerun use it, too

        for name in self._session.wanted():
            if name in self._items:
                runtestprotocol(self._items[name], log=False, nextitem=_Next(self, self._items[name]))  # type: ignore[arg-type]
        return True

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
        """Measure a test that is a benchmark as a whole."""
        if not FIXTURES.isdisjoint(pyfuncitem.fixturenames) or not _is_benchmark(pyfuncitem):
            return None
        names = pyfuncitem._fixtureinfo.argnames  # noqa: SLF001 - as pytest's own call of a test does
        given = {name: pyfuncitem.funcargs[name] for name in names}
        self._session.measure(partial(pyfuncitem.obj, **given), str(pyfuncitem.path))
        return True

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:  # noqa: ARG002 - pytest goes by names
        """Tell why a test fails or is skipped."""
        if call.excinfo is not None and call.when in {"setup", "call"}:
            self._session.fail(_reason(call.excinfo))

    def pytest_runtest_teardown(self) -> None:
        """Answer whether the test has passed, before its fixtures end: the next one decides which."""
        self._session.finished()

    def next_of(self, item: Any) -> list[Any]:
        """Return the collectors that the next test needs, with itself; those of this one if nothing is known of it."""
        following = self._items.get(self._session.next_name())
        if following is None or following is item:
            return list(item.listchain()[:-1])
        return list(following.listchain())

    def _name(self, item: Any) -> str:
        """Return a test's name: its file, as seen from where the suite lies, and its place in there."""
        file = os.path.relpath(str(item.path), self._base).replace(os.sep, "/")
        return "::".join([file, *str(item.nodeid).split("::")[1:]])


def _fixtures(pytest: Any, session: Session) -> ModuleType:
    """Return a plugin with the fixtures, which can be made only where pytest is."""

    def benchmark(request: Any) -> Benchmark:
        return Benchmark(session, request)

    def benchmark_weave(request: Any) -> Any:
        return Benchmark(session, request).weave

    plugin = ModuleType("benchmark_fixtures")
    for name, function in (*((name, benchmark) for name in sorted(FIXTURES)), ("benchmark_weave", benchmark_weave)):
        setattr(plugin, name, pytest.fixture(name=name)(function))
    return plugin


def _provide_modules() -> None:
    """Let suites import the fixture's class, with which they annotate tests, whether its plugin is installed or not."""
    for name in ("pytest_benchmark", "pytest_codspeed"):
        if name in sys.modules:
            continue
        if importlib.util.find_spec(name):
            for each in (name, f"{name}.fixture", f"{name}.plugin"):
                with contextlib.suppress(ImportError):
                    imported = importlib.import_module(each)
                    if hasattr(imported, "BenchmarkFixture"):
                        vars(imported).update(BenchmarkFixture=Benchmark)
        else:
            module, inner = ModuleType(name), ModuleType(f"{name}.fixture")
            vars(inner).update(BenchmarkFixture=Benchmark)
            vars(module).update(BenchmarkFixture=Benchmark, fixture=inner, __path__=[])
            sys.modules.update({name: module, inner.__name__: inner})


class _Next:
    """The test after another one, which is known only when that one has ended."""

    def __init__(self, plugin: Plugin, item: Any) -> None:
        self._plugin = plugin
        self._item = item

    def listchain(self) -> list[Any]:
        return self._plugin.next_of(self._item)


class Benchmark:
    """The fixture `benchmark`: as pytest-benchmark's, but it measures as the session wants it.

    `stats` are those of the first run alone.
    """

    def __init__(self, session: Session, request: Any) -> None:
        self._session = session
        self._file = str(request.node.path)
        self.name = request.node.name
        self.fullname = request.node.nodeid
        callspec = getattr(request.node, "callspec", None)
        self.param = getattr(callspec, "id", None)
        self.params = dict(getattr(callspec, "params", {})) or None
        marker = request.node.get_closest_marker("benchmark")
        self.group = marker.kwargs.get("group") if marker else None
        self.extra_info: dict[str, Any] = {}
        self.stats: Stats | None = None
        self.enabled, self.disabled, self.skipped, self.has_error = True, False, False, False
        self.cprofile_stats = None

    def __call__(self, function_to_benchmark: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Measure a function with arguments, and return its first result."""
        function = function_to_benchmark
        return self._measured(partial(function, *args, **kwargs) if args or kwargs else function)

    def pedantic(  # noqa: PLR0917 - as pytest-benchmark's
        self,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        rounds: int = 1,  # noqa: ARG002 - the session decides how often
        warmup_rounds: int = 0,  # noqa: ARG002
        iterations: int = 1,  # noqa: ARG002
    ) -> Any:
        """Measure a function; `setup` makes its arguments for each run, and is not timed."""
        if setup is None and teardown is None:
            return self(target, *args, **(kwargs or {}))
        calls: list[tuple[Sequence[Any], Mapping[str, Any]]] = []

        def fresh() -> Callable[[], Any]:
            made = setup() if setup else None
            calls.append((args, kwargs or {}) if made is None else (made[0], made[1]))
            return partial(target, *calls[-1][0], **calls[-1][1])

        def after() -> None:
            positional, named = calls.pop(0)
            if teardown:
                teardown(*positional, **named)

        return self._measured(target, fresh=fresh, after=after)

    def weave(self, *_target: Any, **_kwargs: Any) -> None:
        """Refuse to patch a function that the test calls: nothing says how often it does."""
        raise RuntimeError("wfperf does not measure what is woven into a test; call benchmark(...)")

    patch = weave

    def _measured(self, function: Callable[..., Any], **how: Any) -> Any:
        result, seconds = self._session.measure(function, self._file, **how)
        self.stats = Stats(seconds)
        return result


class Stats:
    """Statistics of a single run, under the names of pytest-benchmark's."""

    def __init__(self, seconds: float) -> None:
        self.data = self.sorted_data = [seconds]
        self.min = self.max = self.mean = self.median = self.total = self.q1 = self.q3 = seconds
        self.ld15iqr = self.hd15iqr = seconds
        self.stddev = self.iqr = 0.0
        self.rounds = self.iterations = 1
        self.ops = 1 / seconds if seconds else float("inf")
        self.outliers, self.iqr_outliers, self.stddev_outliers = "0;0", 0, 0
        self.stats = self

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def __contains__(self, name: str) -> bool:
        return hasattr(self, name)

    def keys(self) -> Iterator[str]:
        """Return the names of all statistics."""
        return iter(name for name in vars(self) if name != "stats")


def _is_benchmark(item: Any) -> bool:
    """Return whether a test uses the fixture, or is marked as a whole."""
    if not FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    return hasattr(item, "obj") and any(item.get_closest_marker(name) for name in FIXTURES)


def _reason(excinfo: Any) -> str:
    """Return an error of a test in one line, with its place."""
    error = excinfo.value
    what = "skipped" if type(error).__name__ == "Skipped" else type(error).__name__
    said = next(iter(str(error).splitlines()), "")
    place = excinfo.traceback[-1] if len(excinfo.traceback) else None
    at = f" ({os.path.basename(str(place.path))}:{place.lineno + 1})" if place and what != "skipped" else ""  # noqa: PTH119
    return f"{what}: {said}{at}" if said else f"{what}{at}"


def _last_line(text: str) -> str:
    """Return the last line of an error's text, where pytest says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = [line[1:].strip() for line in lines if line.startswith("E ")]
    return (told or lines or ["it cannot be collected"])[-1]

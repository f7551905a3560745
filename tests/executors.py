"""An executor without processes: its workers are simulated on a clock of their own, and it remembers what was asked."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from wfperf.errors import AnswerTooLateError, NothingMeasuredError, WorkerLostError
from wfperf.measure.answers import Loaded
from wfperf.measure.executor import ANSWER_TIMEOUT_S, Tasks, measured
from wfperf.measure.variant import Variant
from wfperf.measure.worker.outcomes import CHANGES, first_told, not_compared, plain
from wfperf.measure.worker.protocol import ALWAYS, MODULES
from wfperf.measure.worker.timing import LONG_RUN_NS
from wfperf.measure.worker.workload import MOST_RUNS
from wfperf.measure.workers import ENDED

ANSWER_S = 0.0001
"""What a request takes beside its runs."""


class Death(Exception):  # noqa: N818 - what happens, not what is wrong
    """The variant's process ends."""


Answer = Callable[[int], Mapping[str, Any] | None]
"""Given how often this was asked of the worker before: an answer; None for what would be answered anyhow."""


@dataclass(frozen=True)
class Simulated:
    """A variant whose truth is known.

    `dispersion` moves all times of one worker together, as a process's memory layout does, and `jitter` each of them.
    `uses` replaces clocks and counters of samples. `within` says in which modules, `at_work` in which functions which
    part of a run is spent. `answers` are those of single operations; they may raise what a variant raises, or `Death`.
    """

    run: Callable[[], Any] = lambda: 42
    run_ns: float = 50_000.0
    dispersion: float = 0.0
    jitter: float = 0.0
    warm_up_runs: int = 100
    warmed_up: bool = True
    file: str = ""
    record_bytes: float = 64.0
    has_memray: bool = True
    peak_bytes: float | None = 8e6
    allocations: float = 100.0
    traps: Sequence[Mapping[str, Any]] = ()
    clock_step_ns: int = 1
    uses: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, float] = field(default_factory=dict)
    library_calls: Mapping[str, float] = field(default_factory=dict)
    counters: Mapping[str, float] = field(default_factory=dict)
    within: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    at_work: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What was asked of a worker: the number of its block, its variant, the operation and the operation's arguments."""

    block: int
    variant: str
    op: str
    arguments: Mapping[str, Any]


class SimulatedExecutor:
    """Starts simulated workers.

    Args:
        variants: by the target of their subject; or by the variant's own name, which goes before that.
        cpus: the processors that there are.
        cpu: the one that all variants run on; None leaves it to the system.
        timeout_s: how long a variant may take for one answer.
        start_s: what it takes to start all workers.
        seed: of scatter and jitter.
    """

    def __init__(
        self,
        variants: Mapping[str, Simulated],
        *,
        cpus: Sequence[int] = (0, 1),
        cpu: int | None = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
        start_s: float = 0.1,
        seed: int = 1,
    ) -> None:
        self.variants = variants
        self.cpu = cpu
        self._all_cpus = cpus
        self.timeout_s = timeout_s
        self.command: tuple[str, ...] = ()
        self.requests: list[Request] = []
        self.started: list[SimulatedWorkers] = []
        self.clock = Clock()
        self.began_s = self.clock.now_s
        self.random = Random(seed)
        self._start_s = start_s

    @property
    def cpus(self) -> Sequence[int]:
        return self._all_cpus if self.cpu is None else (self.cpu,)

    def now_s(self) -> float:
        return self.clock.now_s

    @contextmanager
    def start(
        self, variants: Mapping[str, Sequence[Variant]], *, hash_seed: int, task: Tasks = measured
    ) -> Iterator[SimulatedWorkers]:
        self.clock.now_s += self._start_s
        workers = SimulatedWorkers(self, variants, hash_seed, task)
        self.started.append(workers)
        try:
            yield workers
        finally:
            workers.is_open = False

    def with_timeout(self, timeout_s: float) -> SimulatedExecutor:
        return self._changed(timeout_s=timeout_s)

    def unpinned(self) -> SimulatedExecutor:
        return self._changed(cpu=None)

    def under(self, *command: str) -> SimulatedExecutor:
        return self._changed(command=command)

    def _changed(self, **fields: Any) -> SimulatedExecutor:
        other = copy.copy(self)  # what is remembered, and the clock, are the same
        vars(other).update(fields)
        return other

    def asked(self, op: str, *, block: int | None = None) -> list[Request]:
        """Return all requests of an operation, in order."""
        return [each for each in self.requests if each.op == op and block in {None, each.block}]


@dataclass
class Clock:
    """Simulated time."""

    now_s: float = 1000.0


@dataclass
class _Worker:
    """One variant's worker: what it has loaded, and what its process is like."""

    layout: float
    loaded: dict[str, Simulated] = field(default_factory=dict)
    had: dict[str, int] = field(default_factory=dict)
    instrument: str = ""
    profiled: Simulated | None = None
    is_dead: bool = False


class SimulatedWorkers:
    """The workers of one block."""

    def __init__(
        self, executor: SimulatedExecutor, variants: Mapping[str, Sequence[Variant]], hash_seed: int, task: Tasks
    ) -> None:
        self.hash_seed = hash_seed
        self.is_open = True
        self.executor = executor
        self._number = len(executor.started)
        self._variants = {variant: {each.target: each for each in of} for variant, of in variants.items()}
        self._task = task
        self._workers = {variant: _Worker(executor.random.gauss()) for variant in variants}

    @property
    def variants(self) -> tuple[str, ...]:
        return tuple(self._workers)

    def python(self, variant: str) -> str:
        assert variant in self._workers
        return "3.12.0"

    def pid(self, variant: str) -> int:
        return 1000 + self.variants.index(variant)

    def end(self) -> None:
        for variant in self.variants:
            self.executor.requests.append(Request(self._number, variant, "end", {}))

    def call(self, variant: str, op: str, **arguments: Any) -> dict[str, Any]:
        return self._called(variant, op, arguments, self.executor.timeout_s)

    def _called(self, variant: str, op: str, arguments: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        assert self.is_open
        worker = self._workers[variant]
        if worker.is_dead:
            raise self._failure(variant, ENDED, WorkerLostError)
        self.executor.requests.append(Request(self._number, variant, op, arguments))
        began_s = self.executor.now_s()
        self.executor.clock.now_s += ANSWER_S
        try:
            answer = self._answer(variant, worker, op, dict(arguments))
        except Death:
            worker.is_dead = True
            raise self._failure(variant, ENDED, WorkerLostError) from None
        except Exception as error:
            raise self._failure(variant, f"{type(error).__name__}: {error}") from error
        if self.executor.now_s() - began_s > timeout_s:
            worker.is_dead = True
            raise self._failure(variant, f"no answer within {timeout_s:g} s", AnswerTooLateError)
        return answer

    def call_all(
        self, op: str, requests: Mapping[str, Mapping[str, Any]], *, timeout_s: float | None = None
    ) -> dict[str, dict[str, Any]]:
        patience_s = self.executor.timeout_s if timeout_s is None else timeout_s
        return {variant: self._called(variant, op, arguments, patience_s) for variant, arguments in requests.items()}

    def load(
        self,
        benchmark: str,
        variants: Mapping[str, Variant],
        *,
        warm_up_runs: int | None = None,
        compared: bool = True,
        once: bool = False,
        timeout_s: float | None = None,
    ) -> dict[str, Loaded]:
        how = {"warm_up_runs": warm_up_runs, "compared": compared, "once": once}
        requests = {name: {"name": benchmark, "target": variant.target, **how} for name, variant in variants.items()}
        return {
            name: Loaded.of(answer) for name, answer in self.call_all("load", requests, timeout_s=timeout_s).items()
        }

    def _failure(
        self, variant: str, reason: str, kind: type[NothingMeasuredError] = NothingMeasuredError
    ) -> NothingMeasuredError:
        return kind(self._task(variant).failed(reason))

    def _answer(self, variant: str, worker: _Worker, op: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        module = MODULES[op]
        if worker.instrument and module not in {*ALWAYS, worker.instrument}:
            raise RuntimeError(f"this process is kept for {worker.instrument}, which would be in the answer to {op!r}")
        simulated = self._simulated(variant, worker, arguments)
        had = worker.had[op] = worker.had.get(op, -1) + 1
        if op in simulated.answers and (given := simulated.answers[op](had)) is not None:
            return dict(given)
        operation: Callable[..., dict[str, Any]] = getattr(self, f"_{op}")
        return operation(worker, simulated, **arguments)

    def _simulated(self, variant: str, worker: _Worker, arguments: Mapping[str, Any]) -> Simulated:
        if variant in self.executor.variants:
            return self.executor.variants[variant]
        if "name" in arguments and "target" not in arguments:
            return worker.loaded[arguments["name"]]
        return self.executor.variants[arguments.get("target") or next(iter(self._variants[variant]))]

    def _load(
        self,
        worker: _Worker,
        simulated: Simulated,
        *,
        name: str,
        target: str,
        warm_up_runs: int | None,
        compared: bool,
        once: bool,
    ) -> dict[str, Any]:
        assert any(target in of for of in self._variants.values())

        def outcome() -> str:
            return json.dumps(plain(simulated.run()), sort_keys=True)

        first, told = first_told(outcome) if compared else ("", {})
        used = self._used(worker, simulated, 1)
        first_ns, runs, run_ns = used["wall_ns"], 1, used["wall_ns"]
        if not once:
            if first and outcome() != first:
                told = not_compared(CHANGES)
            is_long = simulated.run_ns >= LONG_RUN_NS
            runs = warm_up_runs if warm_up_runs is not None else 1 if is_long else simulated.warm_up_runs
            run_ns = self._run_ns(worker, simulated) if warm_up_runs is None else None
            used = self._used(worker, simulated, runs)
        worker.loaded[name] = simulated
        return {
            **told,
            "first_ns": first_ns,
            "runs": runs,
            "run_ns": run_ns,
            "used": used,
            "warmed_up": simulated.warmed_up,
            "most_runs": MOST_RUNS,
            "file": simulated.file or f"{target.partition(':')[0]}.py",
            "traps": simulated.traps,
            "clock_step_ns": simulated.clock_step_ns,
        }

    def _packages(self, _worker: _Worker, _simulated: Simulated) -> dict[str, Any]:
        return {"packages": {}}

    def _pin(self, _worker: _Worker, _simulated: Simulated, cpus: Sequence[int]) -> dict[str, Any]:
        assert set(cpus) <= set(self.executor.cpus)
        return {}

    def _run(self, worker: _Worker, simulated: Simulated, name: str, runs: int) -> dict[str, Any]:
        assert name in worker.loaded
        self._used(worker, simulated, runs)
        return {}

    def _fastest(self, worker: _Worker, simulated: Simulated, name: str, target_ns: int) -> dict[str, Any]:
        assert name in worker.loaded
        self.executor.clock.now_s += 10 * target_ns / 1e9
        return {"run_ns": self._run_ns(worker, simulated)}

    def _sample(self, worker: _Worker, simulated: Simulated, *, name: str, runs: int, warm: bool) -> dict[str, Any]:
        assert name in worker.loaded
        if warm:
            self._used(worker, simulated, 1)
        return {"used": self._used(worker, simulated, runs)}

    def _watch(self, worker: _Worker, _simulated: Simulated) -> dict[str, Any]:
        worker.instrument = "counting"
        return {}

    def _count(self, worker: _Worker, simulated: Simulated, name: str, runs: int) -> dict[str, Any]:
        assert name in worker.loaded
        worker.instrument = "counting"
        self._used(worker, simulated, 3 * runs)
        return {
            "calls": dict(simulated.calls),
            "library_calls": dict(simulated.library_calls),
            "counters": dict(simulated.counters),
            "uncounted": [],
        }

    def _outcome_bytes(self, worker: _Worker, simulated: Simulated, name: str, runs: int) -> dict[str, Any]:
        assert name in worker.loaded
        self._used(worker, simulated, runs)
        return {"bytes": simulated.record_bytes}

    def _has_memray(self, _worker: _Worker, simulated: Simulated) -> dict[str, Any]:
        return {"has_memray": simulated.has_memray}

    def _peak_memory(
        self, worker: _Worker, simulated: Simulated, *, name: str, runs: int, tracer: str
    ) -> dict[str, Any]:
        assert name in worker.loaded
        assert tracer in {"memray", "tracemalloc", "processes"}
        worker.instrument = "memory"
        self._used(worker, simulated, runs)
        return {"peak_bytes": simulated.peak_bytes}

    def _allocated(self, worker: _Worker, simulated: Simulated, name: str, runs: int) -> dict[str, Any]:
        assert name in worker.loaded
        worker.instrument = "memory"
        self._used(worker, simulated, runs)
        return {"allocations": simulated.allocations, "allocated_bytes": 50 * simulated.allocations}

    def _shares(
        self, worker: _Worker, simulated: Simulated, name: str, modules: Mapping[str, str], seconds: float
    ) -> dict[str, Any]:
        assert name in worker.loaded
        self.executor.clock.now_s += seconds
        within = [
            [[modules[each] for each in names if each in modules], round(share * seconds * 1e9)]
            for names, share in simulated.within.items()
        ]
        return {"samples": int(seconds * 4000), "watched_ns": round(seconds * 1e9), "within": within}

    def _at_work(self, worker: _Worker, simulated: Simulated, name: str, seconds: float) -> dict[str, Any]:
        assert name in worker.loaded
        self.executor.clock.now_s += seconds
        within_ns = {function: round(share * seconds * 1e9) for function, share in simulated.at_work.items()}
        return {"watched_ns": round(seconds * 1e9), "within_ns": within_ns}

    def _profile(self, worker: _Worker, _simulated: Simulated, *, name: str, library: str, file: str) -> dict[str, Any]:
        assert name in worker.loaded
        if worker.instrument:
            raise RuntimeError("a process carries one profiler alone")
        worker.instrument = "profiling"
        worker.profiled = worker.loaded[name]
        Path(file).write_text(library)
        return {}

    def _profile_turn(self, worker: _Worker, _simulated: Simulated, runs: int) -> dict[str, Any]:
        self._used(worker, _profiled(worker), runs)
        return {}

    def _profile_end(self, worker: _Worker, _simulated: Simulated) -> dict[str, Any]:
        _profiled(worker)
        worker.profiled = None
        return {}

    def _run_ns(self, worker: _Worker, simulated: Simulated) -> float:
        return simulated.run_ns * math.exp(simulated.dispersion * worker.layout)

    def _used(self, worker: _Worker, simulated: Simulated, runs: int) -> dict[str, Any]:
        jitter = 1 + simulated.jitter * abs(self.executor.random.gauss())
        wall_ns = round(runs * self._run_ns(worker, simulated) * jitter)
        self.executor.clock.now_s += wall_ns / 1e9
        alone = {"waited_ns": 0, "elsewhere_ns": 0, "preempted": False, "has_children": False}
        return {"wall_ns": wall_ns, "processor_ns": wall_ns, **alone, **simulated.uses}


def _profiled(worker: _Worker) -> Simulated:
    if worker.profiled is None:
        raise RuntimeError("no profile has been begun")
    return worker.profiled


def at_request(number: int, then: Mapping[str, Any] | Exception) -> Answer:
    """Return answers that are as always, but for one request: the first has the number 0."""

    def answer(had: int) -> Mapping[str, Any] | None:
        if had != number:
            return None
        if isinstance(then, Exception):
            raise then
        return then

    return answer

"""Blocks: fresh processes, all sides of every trial sampled in turn, in random order."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.measure.subject import Subject
from wfperf.measure.workers import Workers

ORIGINAL, CONTROL = "original", "control"
"""The side everything is held against, and its twin: the A/A control of every trial."""

SAMPLE_NS = 4_000_000
MINIMUM_ROUNDS = 5
HASH_SEEDS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What is compared in one scenario: a subject for each side. `metric` is `throughput` or `memory`."""

    name: str
    subjects: Mapping[str, Subject]
    metric: str = "throughput"


@dataclass(frozen=True, slots=True)
class Block:
    """What one block saw, by trial and side.

    `costs` holds one number a round: nanoseconds a run, or bytes a run where the metric is memory.
    `digests` are the fingerprints of outcomes.
    """

    hash_seed: int
    costs: Mapping[str, Mapping[str, tuple[float, ...]]]
    digests: Mapping[str, Mapping[str, str]]

    def log_ratio(self, trial: str, base: str, side: str) -> float:
        """Return the median over rounds of log(cost of base / cost of side): above 0 where side is better."""
        costs = self.costs[trial]
        return statistics.median(math.log(a / b) for a, b in zip(costs[base], costs[side], strict=True))

    def equal(self, trial: str, base: str, side: str) -> bool:
        """Return whether two sides of a trial had the same outcome."""
        return self.digests[trial][base] == self.digests[trial][side]


def measure(
    trials: Sequence[Trial],
    *,
    blocks: int,
    max_time_s: float,
    seed: int,
    on_block: Callable[[int, int], None] | None = None,
) -> list[Block]:
    """Run up to so many blocks within a time, and return them.

    Sampling time is what the start of processes leaves of each block's share. The last block may end a
    little after `max_time_s`; a block that would end long after it is not begun.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    order = random.Random(seed)  # noqa: S311 - an order of samples, not a secret
    start_s = time.monotonic()
    done: list[Block] = []
    setup_s = block_s = 0.0
    while len(done) < blocks:
        began_s = time.monotonic()
        left_s = start_s + max_time_s - began_s
        if done and left_s < block_s / 2:
            break
        sampling_s = left_s / (blocks - len(done)) - setup_s if done else 0.0
        block, setup_s = _block(trials, order, sampling_s)
        block_s = time.monotonic() - began_s
        done.append(block)
        if on_block:
            on_block(len(done), blocks)
    return done


def _block(trials: Sequence[Trial], order: random.Random, sampling_s: float) -> tuple[Block, float]:
    began_s = time.monotonic()
    hash_seed = order.randrange(HASH_SEEDS)
    sides = list(dict.fromkeys(side for trial in trials for side in trial.subjects))
    with Workers(sides, hash_seed=hash_seed) as workers:
        digests = {trial.name: workers.load(trial.name, trial.subjects) for trial in trials}
        runs = {trial.name: _calibrate(workers, trial) for trial in trials}
        setup_s = time.monotonic() - began_s
        share_s = sampling_s / len(trials)
        costs = {trial.name: _sample(workers, trial, runs[trial.name], order, share_s) for trial in trials}
    return Block(hash_seed, costs, digests), setup_s


def _calibrate(workers: Workers, trial: Trial) -> dict[str, int]:
    if trial.metric == "memory":
        return dict.fromkeys(trial.subjects, 1000)
    return {
        side: workers.call(side, "calibrate", name=trial.name, target_ns=SAMPLE_NS)["runs"] for side in trial.subjects
    }


def _sample(
    workers: Workers, trial: Trial, runs: Mapping[str, int], order: random.Random, share_s: float
) -> dict[str, tuple[float, ...]]:
    op, unit = ("bytes", "bytes") if trial.metric == "memory" else ("sample", "elapsed_ns")
    costs: dict[str, list[float]] = {side: [] for side in trial.subjects}
    sides = list(trial.subjects)
    end_s = time.monotonic() + share_s
    rounds = 0
    while rounds < MINIMUM_ROUNDS or (trial.metric != "memory" and time.monotonic() < end_s):
        order.shuffle(sides)
        for side in sides:
            cost = workers.call(side, op, name=trial.name, runs=runs[side])[unit]
            costs[side].append(cost if op == "bytes" else cost / runs[side])
        rounds += 1
    return {side: tuple(each) for side, each in costs.items()}

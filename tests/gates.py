"""A gate's timing on simulated blocks, whose truth is known."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

from wfperf.gate.time_budgets import time_budget
from wfperf.gate.timed import Timing
from wfperf.measure.blocks import Schedule
from wfperf.measure.revisions import BASE, HEAD, Tree, VariantBuilder
from wfperf.plan import Benchmark, Configuration, Plan
from wfperf.results.blocks import Block
from wfperf.results.revision import Revision
from wfperf.variants.repository import Repository

TOP = Path("/user")
NAMES = ("x", "y", "z")
PLAN = Plan(
    workload="shop:configurations",
    benchmarks=(Benchmark("s"),),
    configurations=tuple(Configuration(name) for name in NAMES),
    path=("/user/src", "/elsewhere"),
    baseline="x",
)
TREES = {role: Tree(role, Path("/trees") / role, Revision(role, "0" * 40)) for role in (BASE, HEAD)}
SIDES = VariantBuilder(PLAN, Repository(TOP, TOP / ".git"), TOP)


def simulated(truth, seed, *, dispersion=0.01, noise=Random.gauss, differs=False, most=None):
    """Return what measures blocks of which head takes exp(truth) of base's time; `max_time_s` is a number of blocks.

    `truth` is one number, or one for each side that is not the base's, or a function of the schedule.
    """

    def measure(benchmarks, schedule, *, is_decided, **_):
        random = Random(seed + 1000 * schedule.seed)
        of = truth(schedule) if callable(truth) else truth
        done = {}
        for benchmark in benchmarks:
            blocks = done[benchmark.name] = []
            while not (blocks and is_decided(benchmark, blocks)) and len(blocks) < (most or schedule.max_time_s):
                costs = {}
                for variant in benchmark.variants:
                    more = of.get(variant, 0.0) if isinstance(of, dict) else of if variant.startswith(HEAD) else 0.0
                    costs[variant] = (math.exp(more + noise(random, 0, dispersion)),)
                digests = {variant: "other" if differs and variant.startswith(HEAD) else "same" for variant in costs}
                blocks.append(Block(len(blocks), costs, digests))
        return done

    return measure


def timing(measure, budgets=None, blocks=200, seed=1):
    """Return a timing of budgets, by default of one configuration that may take 2 % more."""
    budgets = budgets or [time_budget(("s", "x"), 0.02)]
    return Timing(
        budgets,
        SIDES,
        TREES,
        Schedule(blocks, seed=seed),
        measure=measure,
    )

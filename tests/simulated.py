"""Results as `compare` writes them, of simulated blocks whose truth is known."""

from __future__ import annotations

from random import Random

from results import COMPARISON

from wfperf.measure.blocks import CONTROL, ComparedBenchmark
from wfperf.measure.claims import samples
from wfperf.measure.contrasts import Contrast, Design
from wfperf.measure.judgement import Judgement
from wfperf.measure.own import BENCHMARK
from wfperf.measure.variant import Variant
from wfperf.results.blocks import Block
from wfperf.results.comparison import Comparison

A, B = "a", "b"
PAIR_NS = 50_000.0
ROUNDS, RUNS = 3, 80


def simulated_pair(seed: int, blocks: int, *, effect: float, dispersion: float = 0.01) -> Comparison:
    """Return what `compare --a shop:slow --b shop:fast` finds in so many blocks, of which b gains so much over a."""
    design = Design(A, [Contrast(B, "shop:fast", None, BENCHMARK, A)])
    costs_ns = {A: PAIR_NS, CONTROL: PAIR_NS, B: PAIR_NS / (1 + effect)}
    draw = Random(seed)
    measured = {
        BENCHMARK: [
            Block(
                draw.randrange(1 << 32),
                {
                    variant: tuple(cost * (1 + dispersion * draw.gauss()) for _ in range(ROUNDS))
                    for variant, cost in costs_ns.items()
                },
                dict.fromkeys(costs_ns, "d"),
                runs=dict.fromkeys(costs_ns, RUNS),
                pythons=dict.fromkeys(costs_ns, COMPARISON.environment.python),
            )
            for _ in range(blocks)
        ]
    }
    judgement = Judgement(design, precision=0.02)
    benchmark = ComparedBenchmark(BENCHMARK, {variant: Variant("shop:run") for variant in costs_ns})
    return Comparison(
        findings=judgement.findings(measured, duration_s=1.0 * blocks),
        ranks=(),
        controls=judgement.controls(measured),
        seed=seed,
        duration_s=1.0 * blocks,
        level=0.95,
        intervals=design.intervals,
        environment=COMPARISON.environment,
        command=f"wfperf compare --a shop:slow --b shop:fast --blocks {blocks} --seed {seed}",
        workload="--a shop:slow --b shop:fast",
        benchmarks=samples(design, [benchmark], measured),
    )

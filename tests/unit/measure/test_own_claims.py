"""The claim in the plan that `init` writes, on blocks whose truth is known."""

from importlib.resources import files
from random import Random

import pytest

from wfperf.measure.benchmarks import compared_benchmarks, variants_of
from wfperf.measure.contrasts import Design, all_contrasts
from wfperf.measure.judgement import Judgement
from wfperf.plan import read_plan
from wfperf.results.blocks import Block
from wfperf.stats.verdict import Verdict


@pytest.fixture
def plan(tmp_path):
    file = tmp_path / "wfperf.toml"
    file.write_text(files("wfperf.cli").joinpath("templates", "plan.toml").read_text(encoding="utf-8"))
    return read_plan(file)


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(3.0, Verdict.CONFIRMED), (6.0, Verdict.EXCEEDED), (1.5, Verdict.BELOW), (1.0, Verdict.NO_EFFECT)],
)
def test_a_claim_of_ones_own_is_judged_on_its_scenario(plan, factor, verdict):
    contrasts = [each for each in all_contrasts(plan) if each.claim]
    design = Design(plan.baseline, contrasts)
    (benchmark,) = compared_benchmarks(design, variants_of(plan))
    blocks = [
        Block(
            number,
            {
                variant: (
                    (1 / factor if variant == "indexed" else 1.0) * (1 + 0.001 * Random(f"{variant} {number}").gauss()),
                )
                for variant in benchmark.variants
            },
            dict.fromkeys(benchmark.variants, "same"),
        )
        for number in range(20)
    ]
    (finding,) = Judgement(design, precision=0.02).findings({benchmark.name: blocks})
    assert (finding.variant, finding.baseline, finding.benchmark) == ("indexed", "original", "large")
    assert finding.verdict is verdict

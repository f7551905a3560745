"""The claim in the plan that `init` writes, on blocks whose truth is known."""

from importlib.resources import files
from random import Random

import pytest

from wfperf.measure.judgement import Judgement
from wfperf.measure.questions import Asked, all_questions
from wfperf.measure.trials import subjects_of, trials_for
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
    questions = [each for each in all_questions(plan) if each.claim]
    asked = Asked(plan.base, questions)
    (trial,) = trials_for(asked, subjects_of(plan))
    blocks = [
        Block(
            number,
            {
                side: ((1 / factor if side == "indexed" else 1.0) * (1 + 0.001 * Random(f"{side} {number}").gauss()),)
                for side in trial.subjects
            },
            dict.fromkeys(trial.subjects, "same"),
        )
        for number in range(20)
    ]
    (finding,) = Judgement(asked, precision=0.02).findings({trial.name: blocks})
    assert (finding.subject, finding.base, finding.scenario) == ("indexed", "original", "large")
    assert finding.verdict is verdict

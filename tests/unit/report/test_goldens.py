"""Whole tables from a console of fixed width, numbers included."""

import math
from dataclasses import replace

import pytest
from built_in import source_of
from decisions import DECISIONS, interval
from goldens import assert_golden

from wfperf.engine.config import EngineConfig
from wfperf.engine.workflow import Workflow
from wfperf.engine_report.executed import executed as executed_run
from wfperf.engine_report.seeded import seeded_table
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import Seeded, seed
from wfperf.fixtures.services import SERVICES
from wfperf.plan import Claim, RankClaim, load_plan
from wfperf.report.ablated import ablation_table
from wfperf.report.compared import comparison_tables
from wfperf.report.gated import gate_tables
from wfperf.report.planned import named_pages, plan_tables
from wfperf.report.swept import sweep_notes
from wfperf.report.trace import trace_table
from wfperf.results.ablation import Ablation, Part
from wfperf.results.amdahl_bound import AmdahlBound
from wfperf.results.comparison import Comparison, Control, Finding, RankFinding
from wfperf.results.counters import Counters
from wfperf.results.environment import Environment
from wfperf.results.swept import SweptPoint
from wfperf.stats.verdict import Verdict

WIDTHS = pytest.mark.parametrize("width", [80, 120])


@pytest.fixture
def executed(memory_db):
    """A real run of PERF_TEST, with durations that stand still."""
    seed(memory_db)
    benchmark = SCENARIOS["typical"]
    with Workflow(memory_db, config=EngineConfig(), services=SERVICES) as engine:
        result = engine.run_workflow(benchmark.workflow, "run", benchmark.context())
    nodes = tuple(
        replace(node, duration_s=0.000_125 * place if node.status == "done" else 0.0)
        for place, node in enumerate(result.nodes, 1)
    )
    return executed_run(
        replace(result, nodes=nodes),
        configuration="original",
        package="core",
        given=benchmark.variables,
        duration_s=0.0123,
    )


@WIDTHS
def test_run(executed, width):
    assert_golden(f"run-{width}", [trace_table(executed)], width)


@WIDTHS
def test_plan(width):
    assert_golden(f"plan-{width}", plan_tables(load_plan()), width)


@WIDTHS
@pytest.mark.parametrize("name", ["dispatch", "phase-2", "slots"])
def test_plan_of_one_name(name, width):
    assert_golden(f"plan-{name}-{width}", named_pages(load_plan(), name, source_of), width)


@WIDTHS
def test_seed(memory_db, width):
    first = seed(memory_db)
    assert first != seed(memory_db)
    mixed = [*first[:1], *(replace(each, created=0) for each in first[1:])]
    assert all(isinstance(each, Seeded) for each in mixed)
    assert_golden(f"seed-{width}", [seeded_table(mixed, "sqlite:///wf.db")], width)


@WIDTHS
@pytest.mark.parametrize("name", DECISIONS)
def test_gate(name, width):
    assert_golden(f"gate-{name}-{width}", gate_tables(DECISIONS[name]), width)


CLAIM = Claim(variant="dispatch", text="30-50 %", low=0.3, high=0.5, section="a section", benchmark="typical")


def finding(variant, verdict, effect, **changes):
    saved = effect and effect.through(lambda each: 1 - 1 / (1 + each) if each > -1 else -math.inf)
    fields = {
        "variant": variant,
        "title": f"the title of {variant}",
        "phase": 1,
        "benchmark": "typical",
        "baseline": "original",
        "metric": "throughput",
        "claim": CLAIM,
        "equal": True,
        "effect": effect,
        "time_saved": saved,
        "verdict": verdict,
        "fixed_interval": effect,
        "flips": False,
        "dispersion": 0.02,
        "kind": "single",
        "blocks": 20,
    }
    return Finding(**fields | changes)


def comparison():
    findings = (
        finding("confirmed", Verdict.CONFIRMED, interval(0.41, 0.46, 0.49)),
        finding("exceeded", Verdict.EXCEEDED, interval(1.1, 1.2, 1.3), flips=True),
        finding("below", Verdict.BELOW, interval(0.021, 0.034, 0.045)),
        finding("slower", Verdict.SLOWER, interval(-0.61, -0.6, -0.58), changes_results=("slower",)),
        finding("no-effect", Verdict.NO_EFFECT, interval(-0.004, 0.001, 0.006)),
        finding("or-exceeded", Verdict.CONFIRMED, interval(0.31, 0.46, 0.62), remaining_s=95.0),
        finding("or-no-effect", Verdict.BELOW, interval(-0.02, 0.01, 0.045), remaining_s=None),
        finding("inconclusive", Verdict.INCONCLUSIVE, interval(0.2, 0.31, 0.6), remaining_s=190.0),
        finding(
            "on-the-edge",
            Verdict.INCONCLUSIVE,
            interval(0.2, 0.3, 0.6),
            autocorrelated=True,
            blocks=37,
            remaining_s=None,
        ),
        finding("too-few", Verdict.INCONCLUSIVE, interval(-1, 0.31, math.inf), remaining_s=7.0),
        finding("unclaimed", None, interval(0.2, 0.31, 0.6), claim=None),
        finding("not-judged", None, interval(0.2, 0.31, 0.6)),
        finding("differs", None, None, equal=False, difference="outcome: 1 in original, 2 in differs"),
        finding("phase-1", Verdict.CONFIRMED, interval(0.5, 0.55, 0.6), kind="total"),
        finding("items", Verdict.CONFIRMED, interval(0.1, 0.12, 0.13), benchmark="items", kind="pair", phase=None),
    )
    return Comparison(
        findings=findings,
        ranks=(
            RankFinding(
                claim=RankClaim(
                    variant="dispatch",
                    text="the most significant",
                    reading="the largest gain of any",
                    benchmark="typical",
                    section="Recommendation",
                ),
                rivals=("dispatch", "buffer"),
                effect=interval(0.4, 0.5, 0.6),
                runner_up="buffer",
                runner_up_effect=interval(0.1, 0.2, 0.3),
                verdict=Verdict.CONFIRMED,
            ),
        ),
        controls=(
            Control("typical", interval(-0.006, 0.001, 0.008, 0.999), off=False),
            Control("large", interval(0.02, 0.03, 0.04, 0.999), off=True),
            Control("small", interval(-1, 0.01, math.inf, 0.999), off=False),
        ),
        seed=1,
        duration_s=55.2,
        level=0.95,
        intervals=21,
        notes=("A note of the plan.",),
        amdahl_bounds=(
            AmdahlBound("typical", "confirmed", "original", 0.5, 1000, 1.0),
            AmdahlBound("typical", "exceeded", "original", 0.2, 1000, 0.25),
            AmdahlBound("typical", "below", "original", None, 1000, 8.2),
        ),
        counters={
            "typical": {
                "original": Counters({"function_calls": 1411, "node_objects": 486}),
                "confirmed": Counters({"function_calls": 835, "node_objects": 0}),
                "slower": Counters({"function_calls": 2000}, uneven=("node_objects",)),
                "below": Counters({"function_calls": 1411, "node_objects": 486}),
            }
        },
        environment=Environment("0.1.0", "3.11.7", "CPython", "Linux", "A processor", 2, 0.5, {}),
        command="wfperf compare --all --seed 1",
        benchmarks=(),
    )


@WIDTHS
def test_compare(width):
    assert_golden(f"compare-{width}", comparison_tables(comparison()), width)


def test_of_one_block_no_interval_holds():
    only = finding("copy", Verdict.INCONCLUSIVE, interval(-1, 0.0, math.inf), blocks=1)
    for method in ("sequence", "fixed"):
        found = replace(comparison(), findings=(only,), ranks=(), ablation=None, method=method)
        notes = [str(note) for table in comparison_tables(found) for note in table.notes]
        assert any("Measured in 1 block of fresh processes, " in note for note in notes)
        assert not any("95 % confidence" in note for note in notes)


def part(name, alone, within=None, running=None, interaction=None):
    return Part(name, alone, within, running, interaction)


@WIDTHS
@pytest.mark.parametrize("mode", ["solo", "cumulative"])
def test_ablation(mode, width):
    in_turn = mode == "cumulative"
    ablation = Ablation(
        configuration="optimized",
        baseline="original",
        benchmark="typical",
        mode=mode,
        total=interval(0.9, 1.0, 1.1),
        multiplied=interval(0.5, 0.6, 0.7),
        interaction=interval(0.2, 0.25, 0.3) if in_turn else interval(-0.02, 0.0, 0.02),
        parts=(
            part(
                "dispatch",
                interval(0.1, 0.12, 0.14),
                *((*[interval(0.1, 0.12, 0.14)] * 2, interval(-0.01, 0.0, 0.01)) if in_turn else ()),
            ),
            part(
                "buffer-tuned",
                interval(0.3, 0.4, 0.5),
                *((interval(0.5, 0.6, 0.7), interval(0.9, 1.0, 1.1), interval(0.1, 0.2, 0.3)) if in_turn else ()),
            ),
            part(
                "loading-tuned",
                interval(0.3, 0.4, 0.5),
                *((interval(0.0, 0.01, 0.02), interval(0.9, 1.0, 1.1), interval(-0.3, -0.2, -0.1)) if in_turn else ()),
            ),
        ),
    )
    assert_golden(f"ablation-{mode}-{width}", [ablation_table(ablation)], width)


def test_a_sweep_says_where_the_claim_holds():
    verdicts = [Verdict.CONFIRMED, Verdict.EXCEEDED, Verdict.INCONCLUSIVE, Verdict.BELOW, Verdict.BELOW]
    findings = [
        finding("dispatch", verdict, interval(0.1, 0.2, 0.3), benchmark=f"typical, work={10**at} us")
        for at, verdict in enumerate(verdicts)
    ]
    sweep = [SweptPoint(each.benchmark, "typical", f"work={10**at} us") for at, each in enumerate(findings)]
    (note,) = sweep_notes(findings, sweep)
    assert note == (
        "dispatch, 30-50 % on typical: holds from work=1 us to work=10 us, inconclusive at work=100 us, "
        "below from work=1000 us to work=10000 us."
    )

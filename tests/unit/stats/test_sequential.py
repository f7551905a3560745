"""What blocks decide, and whether more of them could change it, for claims and for budgets alike."""

import math
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wfperf.stats.forecast import WIDEST
from wfperf.stats.interval import Interval
from wfperf.stats.sequential import Analysis, Evidence, Obstacle, apart, control_interval, shared_level, side_by_side
from wfperf.stats.speedup import speedup, time_saved
from wfperf.stats.verdict import (
    CONTROL_LEVEL,
    LEVEL,
    MINIMUM_BLOCKS,
    ClaimRule,
    NoClaim,
    Verdict,
    judge,
    other_verdicts,
)


@dataclass(frozen=True)
class AtMost:
    """A budget."""

    most: float
    undecided = "open"

    @property
    def edges(self):
        return (self.most,)

    def effect(self, log_ratio):
        return log_ratio

    def decide(self, low, high):
        return "kept" if high <= self.most else "broken" if low > self.most else "open"


# Sixteenths, so that ends often meet the edges of a rule.
SIXTEENTHS = st.integers(-32, 32).map(lambda number: number / 16)
ENDS = st.lists(SIXTEENTHS, min_size=3, max_size=3).map(sorted)
INTERVALS = ENDS.map(lambda ends: Interval(*ends, 0.95))
CLAIM_RULES = st.tuples(SIXTEENTHS, SIXTEENTHS, st.sampled_from([0.0, 1 / 16, 0.25])).map(
    lambda claim: ClaimRule(*sorted(claim[:2]), lambda log_ratio: log_ratio, claim[2])
)
RULES = CLAIM_RULES | SIXTEENTHS.map(AtMost) | st.just(NoClaim(lambda log_ratio: log_ratio))
CONTROLS = st.sampled_from(
    [
        None,
        Interval(-math.inf, 0.0, math.inf, CONTROL_LEVEL),
        Interval(-0.001, 0.0, 0.001, CONTROL_LEVEL),
        Interval(0.02, 0.03, 0.04, CONTROL_LEVEL),
    ]
)
EVIDENCE = st.builds(
    Evidence,
    interval=INTERVALS | st.just(Interval(-math.inf, 0.0, math.inf, 0.95)),
    blocks=st.integers(1, 60),
    dispersion=st.none() | st.floats(0, 0.5),
    control=CONTROLS,
    equal=st.booleans(),
)
ANALYSES = st.builds(Analysis, EVIDENCE, RULES, needs_control=st.booleans())
LOG_RATIOS = st.lists(st.floats(-3, 3), min_size=1, max_size=40)


def narrowed(analysis, low, estimate, high):
    evidence = analysis.evidence
    inner = Evidence(Interval(low, estimate, high, 0.95), evidence.blocks, evidence.dispersion, evidence.control)
    return Analysis(inner, analysis.rule, analysis.needs_control)


@given(ANALYSES)
def test_what_is_possible_begins_with_the_decision_of_now(analysis):
    assert analysis.possible[0] == analysis.decision
    assert len({*analysis.possible}) == len(analysis.possible)


@given(st.builds(Analysis, st.builds(Evidence, INTERVALS, st.integers(1, 60), control=CONTROLS), RULES), st.data())
def test_a_final_decision_outlives_every_narrower_interval_and_any_other_ends_as_was_possible(analysis, data):
    interval = analysis.evidence.interval
    within = st.integers(round(interval.low * 64), round(interval.high * 64)).map(lambda number: number / 64)
    low, high = sorted((data.draw(within), data.draw(within)))
    assume(low < high or interval.low == interval.high)
    later = narrowed(analysis, low, low, high)
    assert {*later.possible[1:]} <= {*analysis.possible}
    if later.is_final:
        assert later.decision in analysis.possible
    if analysis.is_final:
        assert later.is_final
        assert later.decision == analysis.decision


@given(ANALYSES)
def test_what_is_final_misses_nothing_and_what_is_settled_is_final(analysis):
    if analysis.is_final:
        assert analysis.missing_blocks == 0
    if analysis.is_decided():
        assert analysis.is_final
    assert analysis.missing_blocks is None or analysis.missing_blocks >= 0


@given(ANALYSES)
def test_an_obstacle_leaves_everything_undecided(analysis):
    if analysis.obstacle:
        assert analysis.decision == analysis.rule.undecided
    if analysis.obstacle is not Obstacle.RESULTS_DIFFER:
        assert not (analysis.obstacle and analysis.is_decided())


@given(ANALYSES, st.floats(0, 4))
def test_it_is_settled_only_when_the_interval_is_as_narrow_as_asked(analysis, half_width):
    interval = analysis.evidence.interval
    narrow = interval.high - interval.low <= 2 * half_width
    assert analysis.is_decided(half_width) == (analysis.is_decided() and (narrow or not analysis.evidence.equal))


@given(st.integers(0, 1000), st.permutations(range(20)), RULES)
def test_the_order_of_blocks_changes_nothing_but_the_warning_of_dependence(seed, order, rule):
    draw = Random(seed)
    ratios, controls = ([draw.gauss(0.05, 0.02) for _ in range(20)] for _ in range(2))

    def analysed(numbers):
        control = control_interval([controls[number] for number in numbers])
        return Analysis(side_by_side([ratios[number] for number in numbers], level=0.95, control=control), rule)

    one, other = analysed(range(20)), analysed(order)
    said = [(each.effect, each.decision, each.possible, each.obstacle, each.missing_blocks) for each in (one, other)]
    assert said[0] == said[1]


@given(LOG_RATIOS, st.integers(1, 20))
def test_the_more_intervals_share_the_risk_the_wider_is_each(ratios, intervals):
    alone, beside = (side_by_side(ratios, level=shared_level(count)).interval for count in (1, intervals))
    assert beside.low <= alone.low <= alone.estimate == beside.estimate <= alone.high <= beside.high


@given(INTERVALS, CLAIM_RULES, st.integers(1, 30))
def test_a_claim_is_judged_as_by_the_rule_of_claims(interval, rule, blocks):
    analysis = Analysis(Evidence(interval, blocks), rule)
    judging = {"smallest_effect": rule.smallest_effect, "blocks": blocks}
    verdict = judge(interval, rule.low, rule.high, **judging)
    assert analysis.possible == (verdict, *other_verdicts(interval, rule.low, rule.high, **judging))


@pytest.mark.parametrize(
    ("evidence", "strict", "tolerant"),
    [
        ({"equal": False, "blocks": 1}, Obstacle.RESULTS_DIFFER, Obstacle.RESULTS_DIFFER),
        ({"control": Interval(-math.inf, 0, math.inf, 0.999)}, Obstacle.CONTROL_UNKNOWN, None),
        (
            {"control": Interval(-math.inf, 0, math.inf, 0.999), "blocks": MINIMUM_BLOCKS - 1},
            Obstacle.CONTROL_UNKNOWN,
            Obstacle.TOO_FEW_BLOCKS,
        ),
        ({"control": Interval(0.02, 0.03, 0.04, 0.999), "blocks": 1}, Obstacle.CONTROL_OFF, Obstacle.CONTROL_OFF),
        ({"control": Interval(-0.01, 0, 0.01, 0.999)}, None, None),
        ({"blocks": MINIMUM_BLOCKS - 1}, Obstacle.TOO_FEW_BLOCKS, Obstacle.TOO_FEW_BLOCKS),
        (
            {"interval": Interval(-math.inf, 0, math.inf, 0.99)},
            Obstacle.TOO_FEW_BLOCKS,
            Obstacle.TOO_FEW_BLOCKS,
        ),
        ({}, None, None),
    ],
)
def test_what_is_in_the_way_of_a_decision(evidence, strict, tolerant):
    found = Evidence(**{"interval": Interval(0.1, 0.2, 0.3, 0.95), "blocks": MINIMUM_BLOCKS} | evidence)
    assert (found.obstacle(needs_control=True), found.obstacle()) == (strict, tolerant)


def test_a_control_that_is_unknown_lets_a_claim_be_judged_and_measured_on():
    unknown = Interval(-math.inf, 0.0, math.inf, CONTROL_LEVEL)
    claim = Analysis(Evidence(Interval(0.03, 0.04, 0.05, LEVEL), 12, 0.01, unknown), ClaimRule(0.02, math.inf))
    assert (claim.decision, claim.is_decided()) == (Verdict.CONFIRMED, False)
    obvious = Analysis(Evidence(Interval(0.35, 0.4, 0.45, LEVEL), 12, 0.01, unknown), ClaimRule(0.3, math.inf))
    assert (obvious.decision, obvious.is_decided()) == (Verdict.CONFIRMED, True)
    assert not replace(obvious, needs_control=True).is_decided()
    budget = Analysis(Evidence(Interval(-0.1, 0, 0.1, LEVEL), 12, 0.01, unknown), AtMost(0.5), needs_control=True)
    assert (budget.decision, budget.is_final, budget.missing_blocks) == ("open", False, 0)


def test_results_that_differ_settle_everything():
    analysis = Analysis(Evidence(Interval(-1, 0, 1, LEVEL), 1, equal=False), AtMost(0.5))
    assert (analysis.possible, analysis.is_decided(0.0), analysis.missing_blocks) == (("open",), True, 0)


def test_an_effect_is_told_in_the_unit_of_the_rule():
    evidence = Evidence(Interval(0.0, math.log(2), math.log(4), LEVEL), 20)
    assert Analysis(evidence, ClaimRule(0.3, 0.5, speedup)).effect.estimate == pytest.approx(1.0)
    assert Analysis(evidence, NoClaim(time_saved)).effect.high == pytest.approx(0.75)


@pytest.mark.parametrize("edge", [0.03, 0.01])
def test_the_forecast_is_about_the_number_of_blocks_that_then_decides(edge):
    draw = Random(3)
    forecasts, needed = [], []
    for _ in range(40):
        ratios = [draw.gauss(0, 0.01) for _ in range(20)]
        analysis = Analysis(side_by_side(ratios, level=0.95), AtMost(edge))
        forecasts.append(len(ratios) + (analysis.missing_blocks or 0))
        while not Analysis(side_by_side(ratios, level=0.95), AtMost(edge)).is_final and len(ratios) < 400:
            ratios.append(draw.gauss(0, 0.01))
        needed.append(len(ratios))
    middle = sorted(forecasts)[20] / sorted(needed)[20]
    assert 1 / 3 < middle < 3


def test_on_an_edge_no_number_of_blocks_decides():
    analysis = Analysis(Evidence(Interval(0.0, 0.25, 0.5, LEVEL), 20, 0.01), AtMost(0.25))
    assert analysis.missing_blocks is None


def test_fewer_blocks_than_a_decision_takes_miss_at_least_the_rest():
    analysis = Analysis(side_by_side([0.0], level=0.95), AtMost(WIDEST))
    assert analysis.missing_blocks == MINIMUM_BLOCKS - 1


def test_blocks_of_now_are_held_against_stored_ones_without_a_forecast():
    evidence = apart([2.0] * 20, [1.0] * 20, level=0.95)
    assert evidence.interval.estimate == pytest.approx(math.log(2))
    assert Analysis(evidence, AtMost(0.5)).decision == "broken"
    assert Analysis(apart([2.0] * 9, [1.0] * 9, level=0.95), AtMost(0.5)).missing_blocks == 0


def test_blocks_that_hang_together_are_warned_of_and_judged():
    evidence = side_by_side([number / 1000 for number in range(30)], level=0.95)
    assert evidence.dependent
    assert Analysis(evidence, AtMost(0.5)).decision == "kept"

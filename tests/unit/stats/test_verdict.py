"""The verdict rule, on and around each of its edges."""

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wfperf.stats.interval import Interval
from wfperf.stats.speedup import saved_interval, speedup_interval
from wfperf.stats.verdict import (
    CONTROL_LEVEL,
    MINIMUM_BLOCKS,
    Verdict,
    control_is_off,
    flips,
    judge,
    judge_rank,
    other_verdicts,
    refutes,
)

CONFIRMED, EXCEEDED, BELOW, SLOWER, NO_EFFECT, INCONCLUSIVE = Verdict
D = 0.01
# Sixteenths, so that ends often meet, and so do the edges of a claim.
EFFECTS = st.integers(-32, 64).map(lambda sixteenths: sixteenths / 16)
INTERVALS = st.tuples(EFFECTS, EFFECTS, EFFECTS).map(lambda ends: Interval(*sorted(ends), 0.95))
CLAIMS = st.tuples(EFFECTS, EFFECTS).map(sorted)
SMALLEST = st.sampled_from([0.0, 1 / 16, 0.25])


def up(value):
    return math.nextafter(value, math.inf)


def down(value):
    return math.nextafter(value, -math.inf)


def between(low, high, level=0.95):
    return Interval(low, (low + high) / 2, high, level)


def test_the_words_are_those_of_the_reports():
    assert [str(each) for each in Verdict] == ["confirmed", "exceeded", "below", "slower", "no effect", "inconclusive"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.30, -0.20, SLOWER),
        (-0.30, down(-D), SLOWER),
        (-0.30, -D, BELOW),
        (down(-D), D, BELOW),
        (-D, -D, NO_EFFECT),
        (-D, D, NO_EFFECT),
        (D, D, NO_EFFECT),
        (-D, up(D), BELOW),
        (0.10, down(0.30), BELOW),
        (0.10, 0.30, INCONCLUSIVE),
        (-0.50, 0.90, INCONCLUSIVE),
        (down(0.30), 0.40, INCONCLUSIVE),
        (0.30, 0.30, CONFIRMED),
        (0.30, 0.40, CONFIRMED),
        (0.30, 0.90, CONFIRMED),
        (0.50, 0.90, CONFIRMED),
        (up(0.50), 0.90, EXCEEDED),
        (2.00, 3.00, EXCEEDED),
    ],
)
def test_a_claim_of_30_to_50_percent(low, high, expected):
    assert judge(between(low, high), 0.30, 0.50, smallest_effect=D, blocks=MINIMUM_BLOCKS) is expected


@pytest.mark.parametrize(
    ("low", "high", "expected", "refuted"),
    [
        (-D, D, NO_EFFECT, False),
        (-0.005, 0.005, NO_EFFECT, False),
        (-0.03, down(-D), SLOWER, True),
        (-0.03, -0.001, BELOW, True),
        (-0.03, 0.0, INCONCLUSIVE, False),
        (-0.005, 0.03, INCONCLUSIVE, False),
        (0.0, 0.03, CONFIRMED, False),
        (up(0.0), 0.03, EXCEEDED, True),
        (0.10, 0.20, EXCEEDED, True),
    ],
)
def test_a_claim_of_no_effect(low, high, expected, refuted):
    verdict = judge(between(low, high), 0.0, 0.0, smallest_effect=D, blocks=30)
    assert verdict is expected
    assert refutes(verdict, 0.0, 0.0) is refuted


@pytest.mark.parametrize(
    ("interval", "claim", "expected"),
    [
        (between(-0.30, -0.20), (-0.40, -0.10), SLOWER),
        (between(-0.30, -0.20), (-0.90, -0.80), SLOWER),
        (between(-D, D), (-0.40, 0.40), NO_EFFECT),
        (between(-D, D), (-0.90, -0.80), NO_EFFECT),
        (between(-D, D), (0.80, 0.90), NO_EFFECT),
        (between(0.02, 0.03), (0.01, math.inf), CONFIRMED),
        (between(1e9, 1e10), (0.01, math.inf), CONFIRMED),
        (between(-0.2, 0.3), (-math.inf, math.inf), CONFIRMED),
    ],
)
def test_the_first_rule_that_holds_decides(interval, claim, expected):
    assert judge(interval, *claim, smallest_effect=D, blocks=30) is expected


def test_one_percent_is_the_smallest_effect_unless_told_otherwise():
    assert judge(between(-0.01, 0.01), 0.3, 0.5, blocks=30) is NO_EFFECT
    assert judge(between(-0.01, up(0.01)), 0.3, 0.5, blocks=30) is BELOW
    assert judge(between(-0.01, up(0.01)), 0.3, 0.5, smallest_effect=0.02, blocks=30) is NO_EFFECT


@given(INTERVALS, CLAIMS, SMALLEST, st.integers(0, MINIMUM_BLOCKS - 1))
def test_too_few_blocks_decide_nothing(interval, claim, smallest, blocks):
    assert judge(interval, *claim, smallest_effect=smallest, blocks=blocks) is INCONCLUSIVE


@given(INTERVALS, CLAIMS, SMALLEST)
def test_a_verdict_holds_wherever_in_the_interval_the_truth_lies(interval, claim, smallest):
    low, high = claim
    verdict = judge(interval, low, high, smallest_effect=smallest, blocks=MINIMUM_BLOCKS)
    meaning = {
        SLOWER: lambda truth: truth < -smallest,
        NO_EFFECT: lambda truth: -smallest <= truth <= smallest,
        BELOW: lambda truth: truth < low,
        EXCEEDED: lambda truth: truth > high,
        CONFIRMED: lambda truth: truth >= low,
    }
    everywhere = {
        word for word, means in meaning.items() if all(map(means, (interval.low, interval.estimate, interval.high)))
    }
    assert (verdict is INCONCLUSIVE) == (not everywhere)
    assert verdict in everywhere or not everywhere


@given(INTERVALS, CLAIMS, SMALLEST, st.tuples(st.integers(0, 8), st.integers(0, 8)).map(sorted))
def test_narrowing_an_interval_never_takes_a_verdict_back(interval, claim, smallest, eighths):
    at = [interval.low + (interval.high - interval.low) * part / 8 for part in eighths]
    wide, narrow = (
        judge(each, *claim, smallest_effect=smallest, blocks=MINIMUM_BLOCKS) for each in (interval, between(*at))
    )
    stays = {
        SLOWER: {SLOWER},
        NO_EFFECT: {NO_EFFECT},
        BELOW: {BELOW, SLOWER, NO_EFFECT},
        EXCEEDED: {EXCEEDED, SLOWER, NO_EFFECT},
        CONFIRMED: {CONFIRMED, EXCEEDED, SLOWER, NO_EFFECT},
        INCONCLUSIVE: set(Verdict),
    }
    assert narrow in stays[wide]


@given(INTERVALS, CLAIMS, SMALLEST, st.sampled_from([0.25, 2, 1024]))
def test_a_verdict_has_no_unit(interval, claim, smallest, factor):
    scaled = interval.through(lambda value: factor * value)
    low, high = claim
    assert judge(
        scaled, factor * low, factor * high, smallest_effect=factor * smallest, blocks=MINIMUM_BLOCKS
    ) is judge(interval, low, high, smallest_effect=smallest, blocks=MINIMUM_BLOCKS)


@given(INTERVALS, CLAIMS, SMALLEST, st.floats(0, 1))
def test_where_the_estimate_lies_does_not_matter(interval, claim, smallest, part):
    estimate = min(interval.low + (interval.high - interval.low) * part, interval.high)
    moved = Interval(interval.low, estimate, interval.high, 0.95)
    verdicts = {judge(each, *claim, smallest_effect=smallest, blocks=99) for each in (interval, moved)}
    assert len(verdicts) == 1


@pytest.mark.parametrize("claim", [(0.5, 0.3), (math.nan, 0.3), (0.3, math.nan)])
def test_what_is_no_range_is_refused(claim):
    with pytest.raises(ValueError, match="not a range"):
        judge(between(0.1, 0.2), *claim, blocks=1)
    with pytest.raises(ValueError, match="not a range"):
        refutes(CONFIRMED, *claim)


@pytest.mark.parametrize("smallest", [-0.01, math.nan, math.inf])
def test_an_impossible_smallest_effect_is_refused(smallest):
    with pytest.raises(ValueError, match="smallest effect"):
        judge(between(0.1, 0.2), 0.3, 0.5, smallest_effect=smallest, blocks=1)


@pytest.mark.parametrize(
    ("claim", "refuting"),
    [
        ((0.3, 0.5), {SLOWER, BELOW, NO_EFFECT}),
        ((0.01, math.inf), {SLOWER, BELOW, NO_EFFECT}),
        ((0.0, 0.5), {SLOWER, BELOW}),
        ((-0.1, 0.1), {SLOWER, BELOW}),
        ((-0.2, -0.1), {SLOWER, BELOW, NO_EFFECT}),
        ((0.0, 0.0), {SLOWER, BELOW, EXCEEDED}),
    ],
)
def test_what_speaks_against_a_claim(claim, refuting):
    assert {verdict for verdict in Verdict if refutes(verdict, *claim)} == refuting


@pytest.mark.parametrize(
    ("log_ratio", "claim", "expected"),
    [
        ((0.30, 0.34), (0.30, 0.50), True),  # +35 to +40 %, but 26 to 29 % of the time
        ((0.37, 0.40), (0.30, 0.50), False),  # +45 to +49 %, and 31 to 33 % of the time
        ((0.45, 0.60), (0.30, 0.50), True),  # exceeded as throughput, confirmed as time
        ((-0.40, -0.30), (0.30, 0.50), False),
        ((0.80, 1.00), (1.00, 9.00), False),  # "2x" cannot mean time saved
        ((0.80, 1.00), (0.50, 1.00), True),  # "50-100 %" can
    ],
)
def test_a_verdict_can_depend_on_the_reading(log_ratio, claim, expected):
    effect = between(*log_ratio)
    assert flips(speedup_interval(effect), saved_interval(effect), *claim, blocks=30) is expected
    assert not flips(speedup_interval(effect), saved_interval(effect), *claim, blocks=MINIMUM_BLOCKS - 1)


@given(INTERVALS, CLAIMS)
def test_a_single_reading_never_flips(interval, claim):
    assert not flips(interval, interval, *claim, blocks=30)


@pytest.mark.parametrize(
    ("low", "high", "others"),
    [
        (0.32, 0.45, ()),
        (0.32, 0.50, ()),
        (0.32, 0.51, (EXCEEDED,)),
        (0.29, 0.60, (BELOW, CONFIRMED, EXCEEDED)),  # inconclusive
        (0.02, 0.29, ()),
        (-0.005, 0.29, (NO_EFFECT,)),
        (-0.02, 0.29, (SLOWER, NO_EFFECT)),
        (-0.30, -0.02, ()),
        (-0.30, -0.005, (SLOWER, NO_EFFECT)),  # below
        (-D, D, ()),
        (0.51, math.inf, ()),
        (-math.inf, 0.20, (SLOWER, NO_EFFECT)),
        (0.40, 0.40, ()),
    ],
)
def test_what_a_verdict_on_30_to_50_percent_may_yet_turn_into(low, high, others):
    estimate = min(max(low, 0.0), high)
    assert other_verdicts(Interval(low, estimate, high, 0.95), 0.30, 0.50, blocks=30) == others


def test_below_ten_blocks_every_verdict_is_still_to_come():
    assert other_verdicts(between(0.32, 0.45), 0.30, 0.50, blocks=MINIMUM_BLOCKS - 1) == (CONFIRMED,)


@given(INTERVALS, CLAIMS, SMALLEST, st.data())
def test_narrower_intervals_are_judged_alike_or_as_was_foretold(interval, claim, smallest, data):
    # In sixty-fourths, as all claims and intervals are in sixteenths: no float lies too near another to halve the way.
    within = st.integers(round(interval.low * 64), round(interval.high * 64)).map(lambda number: number / 64)
    low, high = sorted((data.draw(within), data.draw(within)))
    assume(low < high or interval.low == interval.high)
    narrower = Interval(low, low, high, 0.95)
    judging = {"smallest_effect": smallest, "blocks": 30}
    others = other_verdicts(interval, *claim, **judging)
    if not others:
        assert judge(narrower, *claim, **judging) is judge(interval, *claim, **judging)
    assert {*other_verdicts(narrower, *claim, **judging)} <= {*others, judge(interval, *claim, **judging)}


@given(INTERVALS, CLAIMS, SMALLEST)
def test_what_is_foretold_is_the_verdict_on_some_effect_in_the_interval(interval, claim, smallest):
    judging = {"smallest_effect": smallest, "blocks": 30}
    # In thirty-seconds: between any two sixteenths, the edges of all claims and intervals, lies one.
    effects = [each / 32 for each in range(round(interval.low * 32), round(interval.high * 32) + 1)]
    on_effects = {judge(Interval(each, each, each, 0.95), *claim, **judging) for each in effects}
    assert {*other_verdicts(interval, *claim, **judging)} <= on_effects


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        ((0.3, 0.4), [(0.1, 0.2)], CONFIRMED),
        ((0.3, 0.4), [(0.1, down(0.3)), (-0.5, -0.4)], CONFIRMED),
        ((0.3, 0.4), [(0.1, 0.3)], INCONCLUSIVE),
        ((0.3, 0.4), [(0.1, 0.2), (0.2, 0.35)], INCONCLUSIVE),
        ((0.3, 0.4), [(0.4, 0.5)], INCONCLUSIVE),
        ((0.3, 0.4), [(0.1, 0.2), (up(0.4), 0.5)], BELOW),
        ((0.0, 0.4), [(-0.2, -0.1)], INCONCLUSIVE),  # the largest, but no gain for sure
        ((-0.3, -0.2), [(-0.5, -0.4)], INCONCLUSIVE),
        ((-0.3, -0.2), [(-0.1, 0.1)], BELOW),
        ((0.3, 0.4), [], INCONCLUSIVE),
    ],
)
def test_the_largest_single_gain(first, others, expected):
    rivals = [between(*other) for other in others]
    for order in itertools.permutations(rivals):
        assert judge_rank(between(*first), order, blocks=MINIMUM_BLOCKS) is expected
    assert judge_rank(between(*first), rivals, blocks=MINIMUM_BLOCKS - 1) is INCONCLUSIVE


@given(st.lists(INTERVALS, min_size=2, max_size=5))
def test_at_most_one_is_the_largest(intervals):
    verdicts = [
        judge_rank(first, [*intervals[:place], *intervals[place + 1 :]], blocks=30)
        for place, first in enumerate(intervals)
    ]
    assert verdicts.count(CONFIRMED) <= 1
    if CONFIRMED in verdicts:
        assert set(verdicts) == {CONFIRMED, BELOW}


@pytest.mark.parametrize(
    ("low", "estimate", "high", "expected"),
    [
        (0.001, up(0.01), 0.03, True),
        (-0.03, down(-0.01), -0.001, True),
        (up(0.0), 0.02, 0.03, True),
        (0.0, 0.02, 0.03, False),
        (-0.03, -0.02, 0.0, False),
        (0.001, 0.01, 0.03, False),
        (-0.03, -0.01, -0.001, False),
        (-0.03, 0.02, 0.03, False),
        (0.0, 0.0, 0.0, False),
    ],
)
def test_a_control_is_off_when_its_interval_and_its_estimate_say_so(low, estimate, high, expected):
    assert control_is_off(Interval(low, estimate, high, CONTROL_LEVEL)) is expected


@given(INTERVALS, SMALLEST)
def test_a_control_does_not_care_which_side_is_called_original(interval, smallest):
    assume(interval.low != interval.high)
    control = Interval(interval.low, interval.estimate, interval.high, 0.9999)
    mirrored = Interval(-interval.high, -interval.estimate, -interval.low, 0.9999)
    assert control_is_off(control, smallest_effect=smallest) == control_is_off(mirrored, smallest_effect=smallest)


def test_a_control_is_not_judged_by_an_ordinary_interval():
    with pytest.raises(ValueError, match=r"an interval of 99\.9%, found 95\.0%"):
        control_is_off(between(0.02, 0.03))

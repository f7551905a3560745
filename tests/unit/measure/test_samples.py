"""How many runs make a sample, and what of it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.measure.samples import (
    ALIKE,
    SAMPLE_NS,
    Asked,
    Sample,
    alike,
    begins_warm,
    clock_for,
    runs_per_sample,
    runs_to_catch_up,
    uses_one_processor,
)
from wfperf.results.blocks import Clock

NAMES = ("original", "control", "a", "b")
TIMES = st.dictionaries(st.sampled_from(NAMES[1:]), st.floats(1.0, 1e11)).flatmap(
    lambda others: st.floats(1.0, 1e11).map(lambda baseline: {"original": baseline, **others})
)


def sample(wall_ns=1000, processor_ns=1000, waited_ns=0, elsewhere_ns=0, *, preempted=False, has_children=False):
    return Sample(wall_ns, processor_ns, waited_ns, elsewhere_ns, preempted, has_children)


@given(TIMES)
def test_variants_about_as_fast_as_the_baseline_take_as_many_runs_and_the_others_as_long(run_ns):
    runs = runs_per_sample(run_ns, "original")
    base_ns = runs["original"] * run_ns["original"]
    for name, ns in run_ns.items():
        assert runs[name] >= 1
        if alike(ns, run_ns["original"]):
            assert runs[name] == runs["original"]
        else:
            assert runs[name] == 1 or base_ns / 1.5 <= runs[name] * ns <= base_ns * 1.5 * ALIKE


@given(TIMES)
def test_of_variants_that_are_far_from_the_baseline_those_alike_take_as_many_runs_too(run_ns):
    runs = runs_per_sample(run_ns, "original")
    far = sorted((ns, name) for name, ns in run_ns.items() if not alike(ns, run_ns["original"]))
    for ns, name in far:
        if alike(ns, far[0][0]):
            assert runs[name] == runs[far[0][1]]


def test_two_variants_alike_take_as_many_runs_though_the_baseline_is_far():
    runs = runs_per_sample({"original": 1_000_000, "a": 100_000, "b": 130_000}, "original")
    assert runs == {"original": 1, "a": 10, "b": 10}


def test_a_try_that_was_disturbed_does_not_give_a_variant_fewer_runs():
    disturbed = {"original": 2_000_000, "control": 1_900_000, "a": 250_000, "b": 1_000_000}
    assert runs_per_sample({**disturbed, "a": 600_000}, "original") == dict.fromkeys(NAMES, 2)
    assert runs_per_sample(disturbed, "original") == {"original": 1, "control": 1, "a": 8, "b": 1}


@given(TIMES)
def test_the_fastest_variant_has_a_sample_of_a_millisecond(run_ns):
    as_fast = {name: ns for name, ns in run_ns.items() if alike(ns, run_ns["original"])}
    fastest_ns = min(as_fast.values()) * runs_per_sample(run_ns, "original")["original"]
    assert fastest_ns >= SAMPLE_NS / 1.5
    assert fastest_ns <= max(SAMPLE_NS * 1.5, min(as_fast.values()))


@given(TIMES, st.lists(st.integers(0, 10**6), min_size=4, max_size=4))
def test_after_catching_up_no_variant_is_less_warm_than_one_that_is_about_as_fast(run_ns, numbers):
    had = dict(zip(run_ns, numbers, strict=False))
    more = runs_to_catch_up(had, run_ns)
    assert all(each >= 0 for each in more.values())
    for name, runs in had.items():
        beside = [had[other] for other in had if alike(run_ns[name], run_ns[other])]
        assert runs + more[name] == max(beside)


@given(TIMES, st.randoms())
def test_variants_do_not_depend_on_their_order(run_ns, random):
    shuffled = dict(random.sample(list(run_ns.items()), len(run_ns)))
    assert runs_per_sample(shuffled, "original") == runs_per_sample(run_ns, "original")


def test_all_variants_begin_warm_or_none():
    assert begins_warm({"original": 19e6, "b": 1e6})
    assert not begins_warm({"original": 21e6, "b": 19e6})


INTERRUPTED = sample(8000, 1010, waited_ns=40, preempted=True)


@pytest.mark.parametrize(
    ("clock", "costs_ns"),
    [
        (Clock.WALL, (1000, 8000)),
        (Clock.MIXED, (1000, 1050)),
        (Clock.OWN, (990, 1050)),
        (Clock.CPU, (990, 1010)),
    ],
)
def test_what_a_sample_costs_by_each_clock(clock, costs_ns):
    assert tuple(each.cost_ns(clock) for each in (sample(1000, 990), INTERRUPTED)) == costs_ns


def test_a_processor_clock_that_saw_nothing_does_not_count():
    for clock in (Clock.WALL, Clock.MIXED, Clock.OWN):
        assert sample(8000, 0, preempted=True).cost_ns(clock) == 8000


QUIET, BUSY = [sample(1000, 998)] * 30, [sample(1000, 998)] * 9 + [sample(1400, 999, preempted=True)]
WAITING, THREADED = [sample(1000, 40, waited_ns=960)], [sample(1000, 2000, elsewhere_ns=1000)]


@pytest.mark.parametrize(
    ("asked", "baseline", "variant", "clock"),
    [
        (Asked.AUTO, QUIET, QUIET, Clock.MIXED),
        (Asked.AUTO, QUIET, BUSY, Clock.MIXED),
        (Asked.AUTO, BUSY, BUSY, Clock.OWN),
        (Asked.AUTO, BUSY, BUSY + WAITING, Clock.WALL),
        (Asked.AUTO, BUSY + THREADED, BUSY, Clock.WALL),
        (Asked.AUTO, WAITING, WAITING, Clock.WALL),
        (Asked.WALL, BUSY, BUSY, Clock.WALL),
        (Asked.CPU, WAITING, QUIET, Clock.CPU),
    ],
)
def test_processor_time_counts_where_others_take_time_and_no_variant_waits(asked, baseline, variant, clock):
    assert clock_for(asked, {"original": baseline, "after": variant}) is clock


@pytest.mark.parametrize(
    ("samples", "does"),
    [
        ([sample()], True),
        ([sample(9000, 1000, preempted=True)], True),
        ([sample(1000, 40, waited_ns=960)], False),
        ([sample(1000, 2000, elsewhere_ns=1000)], False),
        ([sample(), sample(has_children=True)], False),
        ([sample() for _ in range(30)] + [sample(waited_ns=1000)], True),
        ([sample() for _ in range(10)] + [sample(waited_ns=1000)], False),
    ],
)
def test_who_waits_or_works_in_other_threads_or_processes_does_not_use_one_processor(samples, does):
    assert uses_one_processor(samples) is does


def test_being_alike_has_two_sides():
    assert alike(1.0, ALIKE)
    assert alike(ALIKE, 1.0)
    assert not alike(1.0, ALIKE * 1.01)

"""What a comparison says without a claim, in a sentence or a line."""

import re
from dataclasses import replace
from statistics import geometric_mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import COMPARISON, blocks

from wfperf.report.answers import answers, time_text
from wfperf.results.comparison import MeasuredBenchmark
from wfperf.stats.interval import Interval

(CLAIMED,) = COMPARISON.findings
SAMPLES = blocks({"load": (885_000.0,), "batches": (436_000.0,)}, {"load": (886_000.0,), "batches": (436_000.0,)})


def compared(*effects, **changes):
    """Return a comparison of so many variants without claims."""
    findings = [
        replace(CLAIMED, variant="batches", baseline="load", benchmark="call", claim=None, verdict=None, effect=effect,
                time_saved=None, equal=effect is not None, **changes)
        for effect in effects
    ]  # fmt: skip
    measured = MeasuredBenchmark("call", "load", "throughput", SAMPLES)
    return replace(COMPARISON, findings=tuple(findings), benchmarks=(measured,))


def effect(low, estimate, high):
    return Interval(low, estimate, high, 0.95)


@pytest.mark.parametrize(
    ("found", "changes", "sentence"),
    [
        (effect(0.98, 1.03, 1.13), {},
         "batches is 2.03x faster than load (98 to 113 %): 886 us -> 436 us per run; results equal."),
        (effect(0.98, 1.03, 1.13), {"uncompared": "an Order can't be compared"},
         "batches is 2.03x faster than load (98 to 113 %): 886 us -> 436 us per run; results not compared."),
        (effect(-0.75, -0.6875, -0.6), {},
         "batches is 3.20x slower than load (150 to 300 %): 886 us -> 436 us per run; results equal."),
        (effect(40.02, 43.57, 48.66), {},
         "batches is 44.57x faster than load (4002 to 4866 %): 886 us -> 436 us per run; results equal."),
        (effect(-0.004, 0.001, 0.0098), {},
         "batches is as fast as load (-0.4 to +0.98 %): 886 us -> 436 us per run; results equal."),
        (effect(-0.004, 0.001, 0.02), {},
         "batches may be as fast as load (-0.4 to +2 %): 886 us -> 436 us per run; results equal."),
        (CLAIMED.effect, {},
         "batches and load: too few blocks for an answer: 886 us -> 436 us per run; results equal."),
        (None, {}, "batches returns other results than load; so there is no speedup."),
    ],
)  # fmt: skip
def test_each_of_a_few_variants_has_a_sentence(found, changes, sentence):
    assert answers(compared(found, **changes)) == [sentence]


def test_sentences_about_several_benchmarks_name_them():
    comparison = compared(effect(0.98, 1.03, 1.13), effect(0.98, 1.03, 1.13))
    first, second = comparison.findings
    several = replace(comparison, findings=(first, replace(second, benchmark="many")))
    assert [each.partition(",")[0] for each in answers(several)] == ["On call", "On many"]


MANY = [effect(0.98, 1.03, 1.13), effect(0.1, 0.2, 0.3), effect(-0.3, -0.2, -0.1), effect(-0.2, 0.0, 0.2), None]


def with_each(comparison, field):
    """Return a comparison whose findings differ in a name."""
    return replace(
        comparison, findings=tuple(replace(each, **{field: f"n{at}"}) for at, each in enumerate(comparison.findings))
    )


def test_many_benchmarks_have_a_line_with_the_geometric_mean():
    (said,) = answers(with_each(compared(*MANY), "benchmark"))
    counts, mean = said.split("; ")
    assert counts == "batches over load: 5 benchmarks: 2 faster, 1 slower, 1 undecided, 1 results differ"
    assert mean == "geometric mean of 4 of them +18.2 % (+5.09 to +31.5 %)."


def test_many_variants_have_a_line_together():
    assert answers(with_each(compared(*MANY), "variant")) == [
        "5 variants: 2 faster, 1 slower, 1 undecided, 1 results differ."
    ]


@given(st.lists(st.tuples(*[st.floats(-0.9, 9)] * 3).map(sorted), min_size=4, max_size=20))
def test_the_geometric_mean_is_that_of_the_speedups(bounds):
    (said,) = answers(with_each(compared(*[effect(*each) for each in bounds]), "benchmark"))
    low, mean, high = (100 * (geometric_mean([1 + each[end] for each in bounds]) - 1) for end in range(3))
    shown = re.search(r"mean (\S+) % \((\S+) to (\S+) %\)\.$", said)
    assert [float(each) for each in shown.groups()] == pytest.approx([mean, low, high], rel=0.006, abs=0.006)


def test_what_has_a_claim_has_a_verdict_and_no_sentence():
    assert answers(COMPARISON) == []


@pytest.mark.parametrize(
    ("ns", "text"),
    [(0.5, "0.50 ns"), (157.4, "157 ns"), (999.4, "999 ns"), (999.6, "1.00 us"), (885_123, "885 us"),
     (12.3e6, "12.3 ms"), (1.5e9, "1.50 s"), (300e9, "300 s")],
)  # fmt: skip
def test_a_time_has_three_digits_and_a_unit(ns, text):
    assert time_text(ns) == text


@given(st.floats(1, 1e12))
def test_a_time_is_the_one_that_was_measured_within_half_of_its_last_digit(ns):
    value, unit = time_text(ns).split()
    shown = float(value) * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[unit]
    assert shown == pytest.approx(ns, rel=0.006)

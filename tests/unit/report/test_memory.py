"""What a comparison says of memory."""

from dataclasses import replace

import pytest
from results import COMPARISON, blocks

from wfperf.plan import Claim
from wfperf.report.answers import answers
from wfperf.report.compared import comparison_tables
from wfperf.report.memory import bytes_text
from wfperf.report.pyperf import pyperf_suite
from wfperf.results.comparison import Comparison, MeasuredBenchmark
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import Verdict

(CLAIMED,) = COMPARISON.findings


def compared(effect, metric="peak-memory", tracer="memray", sizes=(8e6, 4.1e6), **changes) -> Comparison:
    """Return a comparison of one variant without a claim."""
    finding = replace(
        CLAIMED, variant="new", baseline="old", benchmark="call", metric=metric,
        effect=effect, time_saved=effect, equal=effect is not None, blocks=8, remaining_s=0.0,
        **{"claim": None, "verdict": None, **changes},
    )  # fmt: skip
    before, after = sizes
    samples = tuple(
        replace(each, tracer=tracer, allocated_bytes={"old": 2e6, "new": 1e6} if metric == "allocations" else {})
        for each in blocks({"old": (before,), "new": (after,)}, {"old": (before,), "new": (after,)})
    )
    return replace(
        COMPARISON, findings=(finding,), ranks=(), controls=(), amdahl_bounds=(), sweep=(), ablation=None, counters={},
        benchmarks=(MeasuredBenchmark("call", "old", metric, samples),),
    )  # fmt: skip


def effect(low, estimate, high):
    return Interval(low, estimate, high, 0.95)


def equal(fraction):
    return effect(fraction, fraction, fraction)


@pytest.mark.parametrize(
    ("found", "changes", "sentence"),
    [
        (equal(0.4875), {}, "new uses 1.95x less memory than old: 8.00 MB -> 4.10 MB per run; results equal."),
        (effect(0.48, 0.4875, 0.5), {"uncompared": "no data"},
         "new uses 1.95x (1.92x to 2.00x) less memory than old: 8.00 MB -> 4.10 MB per run; results not compared."),
        (effect(-0.13, -0.12, -0.1), {"sizes": (8e6, 8.96e6)},
         "new uses 12 % (10 to 13 %) more memory than old: 8.00 MB -> 8.96 MB per run; results equal."),
        (equal(-1.5), {"sizes": (8e6, 2e7)},
         "new uses 2.50x more memory than old: 8.00 MB -> 20.0 MB per run; results equal."),
        (equal(0.0), {"sizes": (800, 800)}, "new uses as much memory as old: 800 B -> 800 B per run; results equal."),
        (effect(-0.02, 0.0, 0.02), {},
         "new may use as much memory as old: 8.00 MB -> 4.10 MB per run; results equal."),
        (CLAIMED.effect, {},
         "new and old: too few blocks for an answer: 8.00 MB -> 4.10 MB per run; results equal."),
        (None, {}, "new returns other results than old; so nothing is said about its memory."),
        (equal(0.5), {"metric": "allocations", "sizes": (20_000, 10_000)},
         "new makes 2.00x fewer allocations than old: 20,000 (2.00 MB) -> 10,000 (1.00 MB) per run; results equal."),
    ],
)  # fmt: skip
def test_a_variant_has_a_sentence(found, changes, sentence):
    assert answers(compared(found, **changes)) == [sentence]


def test_many_effects_are_counted():
    one = compared(equal(0.5))
    many = replace(one, findings=(*one.findings * 3, *compared(equal(-0.5)).findings, *compared(equal(0)).findings))
    assert answers(many) == ["Peak memory: 5 effects: 3 less memory, 1 more memory, 1 no difference of 1 %."]


def test_beside_a_benchmark_that_is_timed_each_sentence_names_its_own():
    memory = compared(equal(0.5))
    timed = replace(memory.findings[0], benchmark="load", metric="throughput")
    said = answers(replace(memory, findings=(timed, *memory.findings)))
    assert [sentence.partition(",")[0] for sentence in said] == ["On load", "On call"]


def cells(table):
    return [[getattr(cell, "text", cell) for cell in row] for row in table.rows]


def test_the_table_has_the_amounts_and_what_is_saved():
    said, table = comparison_tables(compared(equal(0.4875)))
    assert said.title.startswith("new uses 1.95x less memory")
    assert table.title == "Peak memory"
    assert [column.heading for column in table.columns] == [
        "what",
        "baseline",
        "peak memory per run",
        "saved",
        "answer",
    ]
    assert cells(table) == [["new", "old", "8.00 MB -> 4.10 MB", "+49 % [+49, +49]", "less memory"]]


def test_a_claim_has_its_verdict():
    claim = Claim("new", "half", 0.4, 0.6, "call", metric="peak-memory")
    (table,) = comparison_tables(compared(equal(0.4875), claim=claim, verdict=Verdict.CONFIRMED))
    assert cells(table) == [["new", "old", "half", "8.00 MB -> 4.10 MB", "+49 % [+49, +49]", "confirmed"]]


@pytest.mark.parametrize(
    ("tracer", "said"),
    [("memray", "by memray: call."), ("tracemalloc", "no memray"), ("processes", "all processes of a command")],
)
def test_a_note_says_what_has_seen_the_memory_and_none_that_nothing_traced(tracer, said):
    notes = [str(note) for note in comparison_tables(compared(equal(0.5), tracer=tracer))[-1].notes]
    assert any(said in note for note in notes)
    assert not any("Speedup is" in note or "without a profiler" in note for note in notes)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 B"), (999, "999 B"), (1024, "1.02 kB"), (999_600, "1.00 MB"), (8_388_872, "8.39 MB"), (5e13, "50.0 TB")],
)
def test_bytes_have_a_suitable_unit(number, text):
    assert bytes_text(number) == text


@pytest.mark.parametrize(("metric", "unit"), [("peak-memory", "byte"), ("memory", "byte"), ("allocations", "integer")])
def test_pyperf_gets_the_unit(metric, unit):
    suite = pyperf_suite(compared(equal(0.5), metric))
    assert {each["metadata"]["unit"] for each in suite["benchmarks"]} == {unit}
    assert suite["benchmarks"][0]["runs"][0]["values"] == [8_000_000]

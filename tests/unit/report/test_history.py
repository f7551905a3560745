"""The history as tables and charts: whole pages of fixed width, and what holds of every drawing."""

import io
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from goldens import assert_golden_text
from histories import OTHER, counts, effects
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from wfperf.history.trends import trends
from wfperf.report.chart import ASCII, BLOCKS, ROWS, Point, chart, sparkline
from wfperf.report.history import history_pages, show_history

WIDTHS = pytest.mark.parametrize("width", [80, 120])


def drawn(found, width, encoding="utf-8", **options):
    """Return what a console of a width shows, without the spaces at the lines' ends."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace", write_through=True)
    on = Console(file=file, width=width, color_system=None, highlight=False, emoji=False, markup=False)
    show_history(found, on, **options)
    text = file.buffer.getvalue().decode(encoding)
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def history():
    back = [0.46] * 12 + [0.75] * 14 + [0.46] * 20
    unbounded = [
        replace(each, low=-1.0, high=math.inf) if number == 1 else each
        for number, each in enumerate(effects([0.9] * 5, machine=OTHER))
    ]
    return trends(
        [
            *effects([0.9] * 20 + [0.62] * 26, variant="optimized"),
            *effects([0.12] * 46, variant="dispatch", half=0.02, dispersion=0.008),
            *effects(back, variant="phase-1", seed=3),
            *effects([0.001] * 14, metric="wall_time", baseline="", command="gate", half=0.004, dispersion=0.002),
            *counts([1411] * 20 + [1523] * 20 + [1390] * 6),
            *counts([2411] * 46, variant="original"),
            *counts([31, 30, 29, 30, 30, 32], metric="sql_statements", benchmark="large", variant="original"),
            *unbounded,
        ]
    )


def of(variant, metric="throughput"):
    return [each for each in history() if (each.latest.variant, each.latest.metric) == (variant, metric)]


@WIDTHS
def test_all_lines(width):
    assert_golden_text(f"history-{width}", drawn(history(), width))


@WIDTHS
@pytest.mark.parametrize("variant", ["optimized", "phase-1"])
def test_one_line(variant, width):
    assert_golden_text(f"history-{variant}-{width}", drawn(of(variant), width))


@WIDTHS
def test_one_count(width):
    assert_golden_text(f"history-count-{width}", drawn(of("optimized", "function_calls"), width))


@WIDTHS
def test_a_terminal_without_blocks(width):
    assert_golden_text(f"history-ascii-{width}", drawn(history(), width, encoding="ascii"))
    assert_golden_text(f"history-ascii-chart-{width}", drawn(of("phase-1"), width, encoding="ascii"))


@WIDTHS
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_nothing_is_wider_than_the_terminal_and_all_of_it_can_be_written(width, encoding):
    for found in (history(), of("optimized"), of("optimized", "function_calls")):
        text = drawn(found, width, encoding)
        assert max(map(len, text.splitlines())) <= width
        assert "\\u" not in text


def test_lines_of_unlike_machines_stand_apart_and_are_counted():
    text = drawn(of("optimized"), 120)
    assert text.count("Throughput gained: optimized on typical") == 2
    assert "2 different machines; no series mixes their numbers. To choose one: --machine ID" in text
    assert "in python, libraries." in text


def test_a_count_that_never_moved_is_left_out_unless_it_is_asked_for():
    unmoved = trends([*counts([7] * 3), *counts([8] * 3, variant="other")])
    assert "No counter ever changed" in drawn(unmoved, 120)
    assert "Left out: 2 counts that never changed" in drawn(unmoved, 120)
    shown = drawn(unmoved, 120, with_constant=True)
    assert "optimized" in shown
    assert "other" in shown


def test_of_many_moves_the_latest_are_told_and_a_chart_has_all():
    (line,) = trends(counts(range(8)))
    (other,) = trends(counts(range(8), variant="other"))
    assert drawn([line, other], 120).count("since") == 2 * 3
    assert drawn([line], 120).count("since") == 7


@pytest.mark.parametrize("field", ["variant", "benchmark", "baseline", "workload", "revision", "verdict", "metric"])
@pytest.mark.parametrize("found", [1, 2])
def test_control_characters_do_not_reach_the_terminal(field, found):
    evil = "\x1b[31mred\x07"
    lines = trends([replace(each, **{field: evil}) for each in effects([0.1] * 12 + [0.9] * 12)])
    text = drawn([*lines, *of("dispatch")][:found], 120)
    assert "\x1b" not in text
    assert "\x07" not in text


def test_better_is_green_and_worse_is_red_whichever_way_that_is():
    def tones(entries):
        (table,) = history_pages([*trends(entries), *of("dispatch")], 120, BLOCKS)
        return [cell.tone for row in table.rows for cell in row if "->" in str(cell)]

    up, down = [0.1] * 15 + [0.5] * 15, [0.5] * 15 + [0.1] * 15
    assert tones(effects(up)) == ["good"]
    assert tones(effects(down)) == ["bad"]


# Drawings

NUMBERS = st.floats(-1, 1e6, allow_subnormal=False)
POINTS = st.lists(
    st.builds(
        lambda estimate, half, labels: Point(estimate, estimate - half, estimate + half, labels),
        NUMBERS,
        st.floats(0, 1e6) | st.just(math.inf),
        st.tuples(st.text("0123456789", max_size=13), st.text("ab", max_size=13)),
    ),
    min_size=1,
    max_size=200,
)
GLYPHS = pytest.mark.parametrize("glyphs", [BLOCKS, ASCII])


def text_of(cells):
    return "".join(map(str, cells))


@GLYPHS
@given(points=POINTS, width=st.integers(40, 200), data=st.data())
def test_a_chart_fits_and_shows_the_latest_points(glyphs, points, width, data):
    changes = data.draw(st.sets(st.integers(1, len(points)), max_size=3)) - {len(points)}
    lines = [
        text_of(line)
        for line in chart(
            points, changes, width=width, number=lambda value, _gap: f"{value:.3g}", least=0.001, glyphs=glyphs
        )
    ]
    assert len(lines) == ROWS + 3
    assert max(map(len, lines)) <= width
    shown = "".join(line.partition(glyphs.tick if glyphs.tick in line else glyphs.side)[2] for line in lines[:ROWS])
    drawn_points = sum(shown.count(each) for each in (glyphs.point, glyphs.unbounded))
    assert 1 <= drawn_points <= len(points)
    assert drawn_points == len(points) or len(points) * 2 > width - 20


@GLYPHS
@given(values=st.lists(NUMBERS, min_size=1, max_size=50), least=st.sampled_from([0.0, 0.1, 1e7]))
def test_a_sparkline_rises_where_the_numbers_do(glyphs, values, least):
    line = sparkline(values, glyphs, least=least)
    assert len(line) == len(values)
    levels = [glyphs.levels.index(each) for each in line]
    for (one, low), (other, high) in pairwise(zip(values, levels, strict=True)):
        assert (low <= high) if one <= other else (low >= high)


def test_what_moves_less_than_noise_stays_in_the_middle():
    levels = {BLOCKS.levels.index(each) for each in sparkline([0.5, 0.501, 0.499, 0.5], BLOCKS, least=0.1)}
    assert levels <= {3, 4}

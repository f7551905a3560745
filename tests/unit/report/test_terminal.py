import io

import pytest
from goldens import rendered
from rich.console import Console

from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.report.terminal import NARROW, console, show

TABLE = Table(
    "a title",
    (Column("kept", kept=True), Column("trimmed", trimmed=True), Column("spare", spare=True), Column("folded")),
    [(Cell("k" * 20, Tone.GOOD), "t " * 60, "s", "f" * 60)],
    ["a note"],
)


def test_where_it_is_narrow_spare_columns_go_and_kept_ones_stay_whole():
    narrow, wide = rendered([TABLE], NARROW - 1), rendered([TABLE], NARROW)
    assert "spare" in wide
    assert "spare" not in narrow
    assert "k" * 20 in narrow


def test_a_trimmed_column_ends_in_an_ellipsis_and_a_folded_one_loses_nothing():
    shown = rendered([TABLE], NARROW)
    assert shown.count("…") == 1
    assert shown.replace("folded", "").count("f") == 60


def test_a_table_without_rows_is_its_title_and_notes():
    assert rendered([Table("nothing moved", (), (), ["a note"])], 80) == "nothing moved\na note\n"


@pytest.mark.parametrize(
    ("variables", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False), ({}, False)]
)
def test_colours_follow_the_environment(monkeypatch, capsys, variables, coloured):
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    show([TABLE])
    assert ("\x1b[32m" in capsys.readouterr().out) is coloured


def test_a_pipe_is_wide_unless_columns_says_otherwise(monkeypatch, capsys):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert console().width == 160
    monkeypatch.setenv("COLUMNS", "70")
    assert console().width == 70
    assert not capsys.readouterr().out


def test_an_ascii_terminal_gets_the_same_rows():
    on = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace"), width=NARROW)
    show([TABLE], on)
    on.file.flush()
    shown = on.file.buffer.getvalue().decode("ascii")
    assert "k" * 20 in shown
    assert "a note" in shown

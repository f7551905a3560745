"""What is shown while `compare` measures: a table where somebody watches, plain lines elsewhere."""

import re
from dataclasses import replace

from results import COMPARISON

from wfperf.report.watching import watching
from wfperf.stats.interval import Interval

FINDING = COMPARISON.findings[0]


def seen(blocks, low, high):
    return [replace(FINDING, blocks=blocks, effect=Interval(low, 0.25, high, 0.95))]


def test_where_nobody_watches_there_is_a_line_now_and_then(capsys, clock):
    with watching(60.0) as watch:
        for blocks, at_s in enumerate((101, 105, 111, 115, 122), 1):
            clock[0] = float(at_s)
            watch(seen(blocks, 0.1, 0.4))
    assert capsys.readouterr().err.splitlines() == [
        "comparing, 60 s at most ...",
        "3 blocks, 49 s left at most",
        "5 blocks, 38 s left at most",
    ]


def test_where_somebody_watches_intervals_narrow_and_nothing_is_left(capsys, clock, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with watching(60.0) as watch:
        watch(seen(1, -1.0, float("inf")))
        clock[0] = 110.0
        watch(seen(20, 0.2, 0.3))
    shown = capsys.readouterr().err
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert text.index("too few blocks") < text.index("1 block, 60 s left at most")
    assert (
        text.index("1 block, 60 s left") < text.index("+25 % [+20, +30]") < text.index("20 blocks, 50 s left at most")
    )
    assert shown.rstrip().endswith("\x1b[2K"), "the last thing done is to wipe it out"


def test_memory_is_not_shown_as_a_speedup(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    (finding,) = seen(8, 0.24, 0.26)
    with watching(60.0) as watch:
        watch([replace(finding, metric="peak-memory")])
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    assert "saved" in text
    assert "speedup" not in text

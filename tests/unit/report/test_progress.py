"""What is shown while something is under way that has steps."""

import re

import pytest

from wfperf.report.progress import steps


def walk(clock):
    with steps() as (step, seen):
        step("preparing main [1a2b]")
        step("timing")
        for number, at_s in enumerate((101, 105, 111, 115, 122), 1):
            clock[0] = float(at_s)
            seen(f"{number} blocks")


@pytest.mark.parametrize("forced", ["", "1"], ids=["a file", "a file that is to have colours"])
def test_where_nobody_watches_every_step_is_a_line_and_how_far_it_came_one_now_and_then(
    capsys, clock, monkeypatch, forced
):
    monkeypatch.setenv("FORCE_COLOR", forced)
    walk(clock)
    assert capsys.readouterr().err.splitlines() == ["preparing main [1a2b] ...", "timing ...", "3 blocks", "5 blocks"]


def test_where_somebody_watches_only_the_steps_are_left(capsys, clock, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    walk(clock)
    shown = capsys.readouterr().err
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert text.index("preparing main [1a2b] ...") < text.index("timing ...") < text.index("5 blocks")
    assert shown.rstrip().endswith("\x1b[2K"), "the last thing done is to wipe it out"

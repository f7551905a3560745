"""What tests of the command line share: commands run in this process."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from wfperf import cli
from wfperf.interrupts import STOPPING


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `main` changes in its process is put back afterwards."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@dataclass(frozen=True)
class Ended:
    """What a command left with, and what it said."""

    code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(
    process: None,  # noqa: ARG001 - what it puts back is changed here
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Ended]:
    """Return what runs `wfperf ARGUMENTS` in this process and in the folder we are in."""

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["wfperf", *arguments])
        monkeypatch.setenv("COLUMNS", "200")
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Ended(ended.value.code, said.out, said.err)

    return run

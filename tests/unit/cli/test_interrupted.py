"""An interrupt is answered alike wherever it falls."""

import sys

import pytest

from wfperf import cli


class Interrupting:
    def __set_name__(self, owner, name):
        raise KeyboardInterrupt


def test_also_in_the_making_of_a_class(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_run", lambda: type("Made", (), {"field": Interrupting()}))
    monkeypatch.setattr(cli, "interrupt_on_signals", lambda: None)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "wfperf: error: interrupted\n"


def test_another_error_is_not_taken_for_one(monkeypatch):
    def broken():
        raise RuntimeError("broken")

    monkeypatch.setattr(cli, "_run", broken)
    monkeypatch.setattr(cli, "interrupt_on_signals", lambda: None)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    with pytest.raises(RuntimeError, match="broken"):
        cli.main()

"""An interrupt is answered alike wherever it falls."""

import signal

import pytest
from pydantic_core import SchemaError

from wfperf import cli
from wfperf.errors import NothingMeasuredError

pytestmark = pytest.mark.usefixtures("process")


class Interrupting:
    """Interrupts the making of the class that it is in, which Python 3.11 tells as a RuntimeError."""

    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)


def made():
    type("Made", (), {"field": Interrupting()})


def turned_into(error):
    def run():
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt as interrupt:
            raise error from interrupt

    return run


def in_a_model():
    raise SchemaError("Error building `literal` serializer:\n  KeyboardInterrupt: ")


@pytest.mark.parametrize(
    "run",
    [
        made,
        in_a_model,
        turned_into(ValueError("as a library that is interrupted may say")),
        turned_into(OSError("as a read that is cut short")),
        turned_into(NothingMeasuredError("as a process that was interrupted too")),
    ],
)
def test_also_where_it_comes_back_as_another_error(monkeypatch, capsys, run):
    monkeypatch.setattr(cli, "_run", run)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "wfperf: error: interrupted\n"


def test_another_error_is_not_taken_for_one(monkeypatch, tmp_path):
    def broken():
        raise RuntimeError("broken")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_run", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70

"""Every kind of suite is known wherever kinds are: by the command line, and by the worker."""

from click import Choice

from wfperf.cli.compare import command
from wfperf.measure.worker import suites as in_the_worker
from wfperf.suites import KINDS


def test_the_command_line_and_the_worker_know_the_same_kinds():
    (option,) = [each for each in command.params if each.name == "kind"]
    assert isinstance(option.type, Choice)
    assert set(option.type.choices) == set(KINDS) == set(in_the_worker.KINDS)

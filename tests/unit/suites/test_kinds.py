"""Every kind of suite is known wherever kinds are: by the help of the command line, and by the worker."""

from importlib import import_module

import pytest

from wfperf.cli.compare import command
from wfperf.errors import UsageError
from wfperf.suites import KINDS, suite_of


@pytest.mark.parametrize("kind", KINDS)
def test_the_help_names_every_kind_and_the_worker_has_a_module_for_it(kind):
    (option,) = [each for each in command.params if each.name == "kind"]
    assert kind in option.help
    assert callable(import_module(f"wfperf.measure.worker.suite_{kind}").run)


def test_an_unknown_kind_has_a_suggestion(tmp_path):
    with pytest.raises(UsageError, match="no kind of suite 'pytests'; did you mean 'pytest'"):
        suite_of(tmp_path, "pytests", "", "")

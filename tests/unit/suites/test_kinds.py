"""Kinds of suites: where they are known, where their benchmarks are, and what is said where there are none."""

from importlib import import_module
from pathlib import Path

import pytest
from suites import write_suites

from wfperf.cli.compare import command
from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.own import VariantEnvironment
from wfperf.suites import KINDS, suite_of
from wfperf.suites.planning import collected, suite_plan


@pytest.mark.parametrize("kind", KINDS)
def test_the_help_names_every_kind_and_the_worker_has_a_module_for_it(kind):
    (option,) = [each for each in command.params if each.name == "kind"]
    assert kind in option.help
    assert callable(import_module(f"wfperf.measure.worker.suite_{kind}").run)


def test_an_unknown_kind_has_a_suggestion(tmp_path):
    with pytest.raises(UsageError, match="no kind of suite 'pytests'; did you mean 'pytest'"):
        suite_of(tmp_path, "pytests", "", "")


def test_a_folder_with_asv_s_configuration_is_the_suite_that_this_names(tmp_path):
    write_suites(tmp_path)
    for name in (".", "asv.conf.json"):
        assert Path(suite_of(tmp_path / name, "asv", "", "").path) == tmp_path / "speed"


def test_why_nothing_is_found_names_a_few_files_alone(tmp_path):
    for number in range(8):
        (tmp_path / f"bench_{number}.py").write_text("import nowhere\ndef time_it(): pass\n")
    plan = suite_plan(suite_of(tmp_path, "", "", ""), [str(tmp_path)], [VariantEnvironment()])
    with pytest.raises(NothingMeasuredError, match=r"has no benchmark; .*'nowhere'; and 3 more$") as why:
        collected(plan, tmp_path)
    assert str(why.value).count("nowhere") == 5


def test_of_a_folder_of_pyperf_s_scripts_one_must_be_named(tmp_path):
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text("from pyperf import Runner\nRunner()\n")
    with pytest.raises(UsageError, match=r"is a folder; name one script of pyperf in it, such as .*one\.py$"):
        suite_of(tmp_path, "", "", "")

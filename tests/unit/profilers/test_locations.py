import json
from pathlib import Path

import pytest
import sqlalchemy.engine.base

from wfperf.engine.seams import dispatch
from wfperf.profilers.locations import function_location, line_location
from wfperf.results.profiled import SourceLocation

SOURCE = """
def outer():
    def same():
        x = 1
        def same():
            x = 1
            x = 1
        return same
    return same
"""


@pytest.fixture
def program(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(SOURCE)
    return str(file)


def test_a_plain_name_becomes_the_qualified_one(program):
    assert function_location(program, 3, "same").function == "outer.<locals>.same"
    assert function_location(program, 5, "same").function == "outer.<locals>.same.<locals>.same"


def test_a_line_belongs_to_the_innermost_function_that_holds_it(program):
    outer, first, second = (line_location(program, line, "same") for line in (4, 6, 7))
    assert outer.function == "outer.<locals>.same"
    assert first.function == second.function == "outer.<locals>.same.<locals>.same"
    assert {first.text, second.text, outer.text} == {"x = 1"}
    assert (outer.occurrence, first.occurrence, second.occurrence) == (0, 0, 1)
    assert first != second
    assert line_location(program, 7, "outer.<locals>.same.<locals>.same") == second


def test_a_name_is_shown_without_python_s_own_words(program):
    assert function_location(program, 5, "same").name == "outer.same.same"
    assert function_location(program, 5, "same").where.endswith("program.py:5")


@pytest.mark.parametrize(
    ("function", "path", "is_users"),
    [
        (dispatch.original, "engine/seams/dispatch.py", True),
        (json.dumps, "json/__init__.py", False),
        (sqlalchemy.engine.base.Connection.execute, "sqlalchemy/engine/base.py", False),
    ],
)
def test_paths_are_relative_to_the_package_or_the_library(function, path, is_users):
    code = function.__code__
    location = function_location(code.co_filename, code.co_firstlineno, code.co_name)
    assert location == SourceLocation(path, function.__qualname__, code.co_firstlineno, is_users=is_users)
    assert location.is_users is is_users


@pytest.mark.parametrize("folder", ["lib/python3.9/site-packages", "lib/python3/dist-packages", "lib/python3.14t"])
def test_another_interpreter_s_libraries_are_told_from_one_s_own_code(tmp_path, folder):
    file = tmp_path / folder / "shop" / "prices" / "tax.py"
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE)
    location = function_location(str(file), 2, "outer")
    assert (location.path, location.is_users) == ("shop/prices/tax.py", False)


def test_a_file_has_the_same_name_in_the_trees_of_two_revisions_and_a_library_in_them_keeps_its_own(tmp_path):
    for name, shown in (("shop.py", "shop.py"), (".venv/lib/python3.9/site-packages/json5/lib.py", "json5/lib.py")):
        for tree in (tmp_path / "base", tmp_path / "head"):
            file = tree / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(SOURCE)
            assert function_location(str(file), 2, "outer", tree).path == shown
            assert line_location(str(file), 4, "same", tree).path == shown


def test_a_path_from_elsewhere_is_cut(program):
    shown = function_location(program, 2, "outer").path
    assert shown == "/".join(Path(program).parts[-2:])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<method 'get' of 'dict' objects>", "dict.get"),
        ("<built-in method builtins.isinstance>", "builtins.isinstance"),
        ("<built-in method __new__ of type object at 0x7f3a>", "__new__ of type object"),
    ],
)
def test_built_ins_are_shown_by_name_without_an_address(name, shown):
    location = function_location("~", 0, name)
    assert location.name == shown
    assert location.where == "(built-in)"


def test_generated_code_keeps_the_name_that_the_profiler_gives():
    location = function_location("<string>", 2, "__init__")
    assert (location.path, location.function, location.where) == ("<string>", "__init__", "<string>:2")
    assert line_location("<string>", 2, "__init__").text == ""


def test_a_file_that_is_not_python_has_no_qualified_names(tmp_path):
    file = tmp_path / "template.txt"
    file.write_text("for {{")
    assert function_location(str(file), 1, "top").function == "top"

import json
import math

import pytest

from wfperf.errors import UsageError
from wfperf.results.files import check_writable, replaced, to_json, write_text


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "new" / "result.json"
    check_writable(file, force=False)
    write_text(file, "text ü\n")
    assert file.read_text(encoding="utf-8") == "text ü\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_exists_needs_force(tmp_path):
    file = tmp_path / "result.json"
    file.write_text("before")
    with pytest.raises(UsageError, match=r"result.json exists; choose another name or give --force"):
        check_writable(file, force=False)
    check_writable(file, force=True)
    assert file.read_text() == "before"


def test_what_fails_while_it_is_written_leaves_the_old_file(tmp_path):
    file = tmp_path / "result.json"
    file.write_text("before")

    def fail():
        with replaced(file) as draft:
            draft.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("act", [lambda path: check_writable(path, force=False), lambda path: write_text(path, "x")])
def test_a_folder_that_cannot_be_made_is_told(tmp_path, act):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot create the folder"):
        act(tmp_path / "file" / "result.json")


def test_json_is_readable_and_always_json():
    data = {"a": [1, (2.5, math.inf)], "b": {"c": math.nan, "ü": "\ud800"}, "d": None}
    text = to_json(data)
    assert text.endswith("}\n")
    assert "ü" in text
    loaded = json.loads(text.encode("utf-8"), parse_constant=pytest.fail)
    assert loaded == {"a": [1, [2.5, None]], "b": {"c": None, "ü": "\ud800"}, "d": None}

"""A history as JSON lines: carried elsewhere to the letter, and read only where every line is right."""

import json
import re

import pytest
from histories import ENTRIES, ENTRY
from hypothesis import given, settings
from thorough import examples

from wfperf.errors import UsageError
from wfperf.history.lines import read_lines, to_lines
from wfperf.history.store import Store
from wfperf.results.files import write_text
from wfperf.results.history import SCHEMA_VERSION


@settings(max_examples=examples(50))
@given(entries=ENTRIES)
def test_what_is_exported_and_imported_is_the_same_history(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("lines")
    here, there = Store(folder / "here.db"), Store(folder / "there.db")
    here.add(entries)
    write_text(folder / "history.jsonl", to_lines(here.read()))
    carried = read_lines(folder / "history.jsonl")
    assert there.add(carried) == len(entries)
    assert there.add(carried) == 0
    assert there.read() == here.read()


@given(entries=ENTRIES)
def test_every_entry_is_one_line_of_plain_json(entries):
    lines = to_lines(entries)
    assert lines.isascii()
    found = [json.loads(line, parse_constant=pytest.fail) for line in lines.splitlines()]
    assert [each["id"] for each in found] == [each.id for each in entries]


def written(tmp_path, *lines):
    file = tmp_path / "history.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def entry_with(**changes):
    return json.dumps(json.loads(to_lines([ENTRY])) | changes)


def test_empty_lines_are_passed_over(tmp_path):
    assert read_lines(written(tmp_path, "", to_lines([ENTRY]), "  ")) == (ENTRY,)
    assert read_lines(written(tmp_path)) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is not JSON"),
        ("[]", "line 2 is not a result of wfperf history export"),
        ('{"kind": "comparison", "schema_version": 1}', "line 2 is not a result of wfperf history export"),
        (entry_with(schema_version=SCHEMA_VERSION + 1), f"this wfperf reads up to {SCHEMA_VERSION}"),
        (entry_with(schema_version=True), "line 2 has schema version True"),
        (entry_with(estimate="much"), "line 2 is broken: estimate must"),
        (entry_with(command="run"), "line 2 is broken: command must be 'compare' or 'gate'"),
        (entry_with(estimate=9.0), "line 2 is broken: not an interval: 0.41 <= 9.0 <= 0.52"),
        (entry_with(high=1e300), "line 2 is broken: nothing measured is larger than 1e+15"),
        (entry_with(level=2), "line 2 is broken: a level lies between 0 and 1, found 2.0"),
        (entry_with(blocks=10**30), "line 2 is broken: a number of blocks cannot be 1000"),
        (entry_with(blocks="ten"), "line 2 is broken: blocks must"),
        (entry_with(at="2026-13-01T00:00:00Z"), "line 2 is broken: a time is written like 2026-11-24T15:48:12Z"),
        (entry_with(at="2026-1-1T0:0:0Z"), "line 2 is broken: a time is written like"),
        (entry_with(machine={"cpu": "A processor"}), "line 2 is broken: machine.cores is missing"),
        ('{"kind": "history-entry", "schema_version": 1}', "line 2 is broken: at is missing"),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, message):
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        read_lines(written(tmp_path, to_lines([ENTRY]).strip(), line))
    assert str(caught.value).startswith(f"{tmp_path / 'history.jsonl'}, line 2 ")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("missing", "bytes", "."):
        with pytest.raises(UsageError, match=f"cannot read {re.escape(str(tmp_path / name))}"):
            read_lines(tmp_path / name)

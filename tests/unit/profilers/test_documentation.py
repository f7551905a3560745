"""What docs/profiling.md shows of wfperf's own code is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "profiling.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"([\w.]+)(?:\.<\w+>)? ((?:engine|fixtures)/[\w/]+\.py):\d+", TEXT)
LISTED = re.findall(r"^File: (\S+)\nFunction: (\w+) at line \d+\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_functions_and_a_listing_are_found():
    assert len(SHOWN) > 5
    assert LISTED


@pytest.mark.parametrize(("name", "file"), SHOWN)
def test_every_function_of_a_table_is_in_its_file(name, file):
    source = (ROOT / "wfperf" / file).read_text(encoding="utf-8")
    assert re.search(rf"^ *(?:async )?def {name.rpartition('.')[2]}\(", source, re.MULTILINE)


@pytest.mark.parametrize(("file", "name", "listing"), LISTED)
def test_a_listing_shows_the_source_as_it_is(file, name, listing):
    source = (ROOT / file).read_text(encoding="utf-8").splitlines()
    heading, _, *lines = listing.strip().splitlines()
    shown = [line[heading.index("Line Contents") :] for line in lines]
    assert shown[0].startswith(f"def {name}(")
    assert set(shown) <= set(source)

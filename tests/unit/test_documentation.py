"""The pages for readers: short where they begin, complete as a whole, and without dead links."""

import re
from pathlib import Path

import pytest

from wfperf.cli import COMMANDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *ROOT.glob("*.md"),
    *(each for folder in ("docs", "examples") for each in (ROOT / folder).rglob("*.md")),
]
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def prose(page):
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchors(page):
    """The names by which GitHub links to a page's headings."""
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in HEADING.findall(prose(page))}


def test_the_readme_is_short_and_shows_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert re.findall(r"^<!-- (\w+) -->\n```console\n(.+)\n```$", text, re.MULTILINE) == [
        ("main", "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/wfperf compare"),
        ("tests", "python3 -m venv .venv && .venv/bin/pip install -q '.[test]' && .venv/bin/pytest -q -n auto"),
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_index_lists_every_page():
    listed = set(re.findall(r"\]\(([^)#]+)\)", prose(DOCS / "README.md")))
    assert {each.name for each in DOCS.glob("*.md")} - {"README.md"} <= listed


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_section(command):
    headings = [each for page in ("commands.md", "engine.md") for each in HEADING.findall(prose(DOCS / page))]
    assert any(f"`wfperf {command}`" in each for each in headings)


def test_the_figures_of_the_readme_are_those_of_the_pages_that_tell_how_they_were_measured():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    recorded = (DOCS / "commands.md").read_text(encoding="utf-8")
    for estimate, interval in re.findall(r"\| (\+[\d.]+ %) (\[[^]]+\]) \|", readme):
        assert f"{estimate} {interval}" in recorded
    benchmarks = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    for called, found in re.findall(r"\| (\d+ of 100) \| (\d+ of 40) \|", readme):
        assert f"| {called} | {found} |" in benchmarks

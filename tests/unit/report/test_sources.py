import ast

import pytest
from built_in import source_of
from goldens import rendered

from wfperf.engine.queries import QUERIES
from wfperf.plan import load_plan
from wfperf.report.sources import Sources, read_sources

PLAN = load_plan()
CHANGES = {each.id: (each.before, each.after) for each in (*PLAN.optimizations, *PLAN.pairs)}


def of(name):
    return read_sources(*CHANGES[name], source_of)


def defined(source):
    return {each.name for each in ast.parse(source).body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}


@pytest.mark.parametrize("name", CHANGES)
def test_sources_are_whole_and_each_function_stands_in_one_place(name):
    before, after = (target.partition(":")[2] for target in CHANGES[name])
    sources = of(name)
    places = [defined(text) for text in (sources.before, sources.after, sources.shared)]
    assert before in places[0]
    assert after in places[1]
    assert sum(map(len, places)) == len(set.union(*places))
    assert "noqa" not in sources.before + sources.after + sources.shared


def test_helpers_that_both_use_are_shared_and_one_used_by_one_side_is_not():
    sources = of("substitution-tuned")
    assert defined(sources.shared) == {"_replacements", "_result"}
    assert defined(sources.after) == {"tuned", "_parse_template", "_Template"}
    assert defined(sources.before) == {"original"}


def test_queries_are_shown_where_they_are_named_even_by_a_helper():
    sources = of("loading")
    shown = {name: (f'["{name}"] =' in sources.before, f'["{name}"] =' in sources.after) for name in QUERIES}
    assert shown["prepare_run_get_nodes"] == (True, False)
    assert shown["prepare_run_join_by_name"] == (False, True)
    assert shown["prepare_run_join_by_name_and_package"] == (False, False)


@pytest.mark.parametrize("width", [20, 60, 80, 110, 160])
def test_no_line_is_wider_than_the_terminal_and_no_code_is_lost(width):
    source = "def f():\n" + "    return [" + ", ".join(f"name_{at}" for at in range(40)) + "]\n"
    shown = rendered([Sources("f", source, "f", source, "")], width)
    lines = shown.splitlines()
    assert max(map(len, lines)) <= width
    for variant in (slice(0, width // 2), slice(width // 2, None)) if width >= 110 else (slice(None),):
        text = "".join("".join(line[variant].split()) for line in lines)
        assert text.count("".join(source.split())) == (1 if width >= 110 else 2)

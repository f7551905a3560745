"""Every implementation, configuration and mixture is held to its contract, on whatever Hypothesis comes up with.

Those that the plan marks as changing results are held to it wherever the plan's reason does not apply: values
without `$` and `~` and placeholders that stand apart, one run, and a name that one package has.
"""

from __future__ import annotations

import json
from contextlib import closing
from random import Random

import pytest
from builders import create_schema, dags, node, rows
from built_in import CONFIGURATIONS, MARKS
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from wfperf.engine.database import Database
from wfperf.equivalence.bench import Bench
from wfperf.equivalence.cases import TemplateCase, WorkflowCase
from wfperf.equivalence.outcome import differing, same
from wfperf.equivalence.variants import variants

SUBJECTS = {each.name: each for each in variants(CONFIGURATIONS, MARKS, Random(1))}
MARKED = [name for name, each in SUBJECTS.items() if each.marks]
UNMARKED = [name for name in SUBJECTS if name not in MARKED]

WORKFLOWS = settings(max_examples=examples(40))
TEMPLATES = settings(max_examples=examples(150))

ODD = ("$a$", "~~b~~", "$a$b$", "$a$5$b$", "$", "~~", "a$", "\\", "\\1", "\\g<0>", ".*", "[a", "(a|b)+", "Ünïcode", "İ")
KEYS = ("a", "A", "b", "5", "", "x.y", "a.*", "(a|b)+", "[a", "\\", "ключ", "ß", "İ", "a$b", "~", "two words", "guid")

keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=3))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5))
odd_values = st.recursive(
    scalars | st.sampled_from(ODD),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(keys, inner, max_size=2)),
    max_leaves=4,
)
odd_texts = st.lists(
    st.one_of(
        st.sampled_from(ODD),
        st.text(max_size=3),
        keys.map(lambda key: f"${key.lower()}$"),
        keys.map(lambda key: f"~~{key.lower()}~~"),
    ),
    max_size=5,
).map("".join)

# Without the characters that placeholders are made of, however a value is written as text.
plain_names = ("a", "b", "name", "x.y", "ключ", "a.*", "(a|b)+", "[a")
plain_words = st.text("ab .-_ä\\19{}'\"%日", max_size=5)
plain_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), plain_words),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(plain_words, inner, max_size=2)),
    max_leaves=4,
)
plain_contexts = st.fixed_dictionaries(dict.fromkeys(plain_names, plain_values))
plain_texts = st.lists(
    st.one_of(
        plain_words,
        st.sampled_from(plain_names).map(lambda name: f"${name}$"),
        st.sampled_from(plain_names).map(lambda name: f"~~{name}~~"),
        st.sampled_from(("$guid$", "$processguid$")),
    ),
    max_size=5,
).map(" ".join)


@st.composite
def counters(draw, texts, values):
    """Return the type and the data of a node that fills texts."""
    text, into = draw(texts), draw(st.sampled_from(("a", "b", "name")))
    return draw(
        st.sampled_from(
            (
                ("TEMPLATE", {"template": text, "into": into}),
                ("SET", {"values": {into: text, "b": draw(values)}}),
                ("HASH", {"text": text, "into": into}),
                ("SWITCH", {"value": text, "cases": {text: "itself"}, "default": [text], "into": into}),
                ("LOG", {"message": text}),
                ("SERVICE", {"service": "grow", "args": {"items": [text]}}),
                ("SQL", {"sql": "SELECT LENGTH(:x)", "params": {"x": text}, "mode": "value", "into": into}),
                ("DECISION", {"rules": [{"when": "missing", "then": {}}]}),
            )
        )
    )


@st.composite
def workflow_cases(draw, texts, values, contexts, *, plain):
    """Return any DAG whose nodes fill texts; unless `plain`, also in two runs and beside a namesake."""
    shape = draw(dags(max_nodes=8))
    nodes = []
    for each in shape.nodes:
        kind, data = draw(counters(texts, values))
        nodes.append(each._replace(type=kind, data=json.dumps(data), branches=over_text(each.branches)))
    case = {"rows": shape._replace(nodes=nodes), "variables": draw(contexts), "do_debug": draw(st.booleans())}
    if not plain:
        case["guids"] = draw(st.sampled_from((("run",), ("run-1", "run-2"))))
        case["neighbour"] = draw(st.none() | st.just(rows(node("n0"), node("other"), package="other")))
    return WorkflowCase(**case)


def over_text(branches):
    """Return branches whose conditions ask for what a text node may have written."""
    for asked, instead in (("a == 1", "len(str(a)) > 2"), ("len(items) > 2", "a == b"), ("b == 2", "'1' in str(b)")):
        branches = branches.replace(asked, instead)
    return branches


def hold(name, cases, rules):
    """Hold a subject to the results of `original` on what a strategy gives, on two engines for all of it."""
    variant = SUBJECTS[name]
    with (
        closing(Database("sqlite://")) as db,
        Bench(db, {"original": {}, "variant": variant.seams}, staged=True) as bench,
    ):
        create_schema(db)

        @rules
        @given(cases)
        def check(case):
            expected, got = bench.outcomes(case, ("original", "variant")).values()
            assert same(expected, got), differing(expected, got)

        check()


@pytest.mark.parametrize("name", UNMARKED)
class TestUnmarked:
    """What never changes results: on everything."""

    def test_workflows(self, name):
        contexts = st.dictionaries(keys, odd_values, max_size=5)
        hold(name, workflow_cases(odd_texts, odd_values, contexts, plain=False), WORKFLOWS)

    def test_templates(self, name):
        contexts = st.none() | st.dictionaries(keys, odd_values, max_size=5)
        guids = st.sampled_from(("run", "", "$a$", "~~"))
        hold(name, st.builds(TemplateCase, odd_texts, contexts, guids, guids), TEMPLATES)


@pytest.mark.parametrize("name", MARKED)
class TestMarked:
    """What changes results for a known reason: wherever that does not apply."""

    def test_workflows(self, name):
        hold(name, workflow_cases(plain_texts, plain_values, plain_contexts, plain=True), WORKFLOWS)

    def test_templates(self, name):
        hold(name, st.builds(TemplateCase, plain_texts, plain_contexts), TEMPLATES)


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("substitution=proposed", TemplateCase("$b$a$", {"a": "1", "b": "2"})),
        ("substitution=proposed", TemplateCase("$a$", {"a": "$b$", "b": "2"})),
        ("buffer=proposed", WorkflowCase(rows(node("n")), {}, guids=("run-1", "run-2"))),
        ("loading=proposed", WorkflowCase(rows(node("n")), {}, neighbour=rows(node("o"), package="other"))),
    ],
)
def test_the_restrictions_are_needed(name, case):
    def hold_one():
        hold(name, st.just(case), settings(max_examples=1, database=None))

    with pytest.raises(AssertionError):
        hold_one()

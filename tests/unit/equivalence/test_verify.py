"""Verification: what is planted is found, named, and shown by its smallest example."""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from functools import partial
from random import Random

import pytest
from built_in import CONFIGURATIONS, MARKS, PLAN

from wfperf.engine.config import IMPLEMENTATIONS
from wfperf.engine.database import Database
from wfperf.engine.errors import RunError
from wfperf.engine.runtime import Contexts
from wfperf.engine.seams import buffer, loading, substitution
from wfperf.equivalence import hook
from wfperf.equivalence.coverage import KINDS
from wfperf.equivalence.variants import Kind
from wfperf.equivalence.verify import verify
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import seed as fill
from wfperf.results.difference import Difference
from wfperf.results.verification import Equivalence, Verification


@pytest.fixture(scope="module")
def db():
    with closing(Database("sqlite://")) as opened:
        fill(opened)
        yield opened


FEW = ["repeated"]
"""The scenario for what does not depend on them: all of them take many times as long, and are run once."""


@pytest.fixture(scope="module")
def found(db):
    return verify(db, CONFIGURATIONS, MARKS, random=30, seed=1)


def equal(found):
    """Return whether a verification that has found this says that results are equal."""
    return Verification(PLAN.baseline, (), (), found).equal


def by_name(found):
    return {each.name: each for each in found.variants}


def planted(monkeypatch, db, seam, name, implementation):
    """Return what is found when an implementation takes the place of a right one."""
    monkeypatch.setitem(IMPLEMENTATIONS[seam], name, implementation)
    found = verify(db, CONFIGURATIONS, MARKS, random=0, seed=1, scenarios=FEW)
    return found, by_name(found)


class TestNothingPlanted:
    """The engine as it is."""

    def test_nothing_differs_but_what_is_marked(self, found):
        assert equal(found)
        marked = set(MARKS)
        alone = [each for each in found.variants if each.kind == Kind.IMPLEMENTATION]
        assert {each.name for each in alone if each.equivalence is Equivalence.AS_MARKED} == marked
        assert {each.name for each in alone if each.equivalence is Equivalence.EQUAL} == {
            each.name for each in alone
        } - marked

    def test_everything_is_held_to_every_case(self, found):
        against = re.search(
            r"on (\d+) runs of the scenarios .* on (\d+) templates, and on (\d+) workflows", found.notes[0]
        )
        scenarios, templates, workflows = map(int, against.groups())
        assert {each.cases for each in found.variants} == {scenarios + templates + workflows}
        assert scenarios == 2 * len(SCENARIOS)
        assert workflows > 30
        assert templates > 30
        assert {each.sort: set(each.met) for each in found.covered} == {
            sort: set(names) for sort, names in KINDS.items()
        }

    def test_a_configuration_has_the_verdict_of_what_it_holds(self, found):
        held = by_name(found)
        assert (
            held["original"].equivalence
            is held["optimized"].equivalence
            is held["phase-1"].equivalence
            is Equivalence.EQUAL
        )
        assert held["phase-2"].equivalence is Equivalence.AS_MARKED
        assert held["phase-2"].example is None, "its implementations show theirs"

    def test_the_smallest_examples(self, found):
        held = by_name(found)
        assert held["substitution=proposed"].example.facts == (
            ("template", "'$b$a$'"),
            ("context", "{'a': '1', 'b': '2'}"),
        )
        assert held["substitution=proposed"].example.differences == (Difference("filled text", "'$b1'", "'2a$'"),)
        (difference,) = held["buffer=proposed"].example.differences
        assert difference.where == "run 2, process guid"
        assert ("runs", "on one engine, with the guids 'run-1', 'run-2'") in held["buffer=proposed"].example.facts
        assert held["loading=proposed"].example.facts[2:] == (
            ("beside it", "a workflow of the same name in package 'other'"),
            ("its other", "SET {}"),
        )

    def test_marks_are_found_without_anything_random(self, db):
        found = verify(db, CONFIGURATIONS, MARKS, random=0, seed=1, scenarios=FEW)
        assert {each.equivalence for each in found.variants if each.marks and each.kind == Kind.IMPLEMENTATION} == {
            Equivalence.AS_MARKED
        }

    def test_the_seed_decides(self, db):
        first, again, other = (
            verify(db, CONFIGURATIONS, MARKS, random=4, seed=seed, scenarios=FEW) for seed in (1, 1, 2)
        )
        assert first == again != other

    def test_the_database_with_the_scenarios_is_only_read(self, db, found):
        assert f"in {db.shown}, " in found.notes[0]
        workflows = {name for (name,) in db.rows("SELECT WorkflowName FROM def_workflows")}
        assert workflows == {scenario.workflow for scenario in SCENARIOS.values()}


def leaking(_engine):
    """A context that is handed on, not copied: what a node writes, its siblings and its input see."""

    def leave(seen, writes):
        seen["result"].update(writes)
        return seen

    return Contexts(lambda before: before, leave)


def with_backslashes(_engine):
    """A value taken as a pattern's replacement: its backslashes are read."""

    def patch(context, guid, processguid, text):
        for placeholder, value in substitution._replacements(context, guid, processguid).items():
            text = re.sub(re.escape(placeholder), value, text)
        return text

    return patch


def last_failure(engine):
    """A driver that raises the last of several failures."""
    drive = IMPLEMENTATIONS["driver"]["sequential"](engine)

    def drive_on(run):
        try:
            drive(run)
        except RunError as first:
            names = [row.name for row in run.definition.rows if row.guid in run.sources and row.guid not in run.writes]
            if len(names) > 1:
                raise RunError(first.workflow, names[-1], "came last") from first
            raise

    return drive_on


def one_way(engine):
    """Loading that takes an `all` split for a `first`."""
    load_well = loading.tuned(engine)

    def load(workflow, package):
        loaded = load_well(workflow, package)
        nodes = [node._replace(branches=node.branches.replace('"all"', '"first"')) for node in loaded.nodes]
        return loaded._replace(nodes=nodes)

    return load


def crashing(_engine):
    """A node set that cannot be made."""
    return {}.__getitem__


def remembering(engine):
    """A buffer that takes any node of a guid for the first that it saw."""
    kept = {}

    def data(_entry, node):
        return kept.setdefault(node.guid, buffer.parse_node_data(node.kind, node.data))

    return buffer.tuned(engine)._replace(data=data)


def fickle(engine):
    """A substitution that goes wrong now and then."""
    right, rng = substitution.original(engine), Random(1)
    return lambda *call: right(*call) + ("!" if rng.random() < 1 / 100 else "")


WRONG = {
    "context": leaking,
    "substitution": with_backslashes,
    "driver": last_failure,
    "loading": one_way,
    "node_set": crashing,
    "buffer": remembering,
}


@pytest.fixture(scope="module")
def wrong(db):
    """What is found of a wrong implementation of each seam; none of them is in the plan.

    Of 20 random workflows with this seed, some differ on every one, and shrink fast.
    """
    with pytest.MonkeyPatch.context() as patching:
        for seam, implementation in WRONG.items():
            patching.setitem(IMPLEMENTATIONS[seam], "wrong", implementation)
        patching.setitem(IMPLEMENTATIONS["substitution"], "fickle", fickle)
        return by_name(verify(db, CONFIGURATIONS, MARKS, random=20, seed=2, scenarios=FEW))


class TestWrong:
    """Wrong implementations beside the right ones."""

    def test_each_is_found_and_nothing_else(self, wrong):
        differing = {name for name, each in wrong.items() if each.equivalence is Equivalence.DIFFERS}
        alone = {name for name in differing if wrong[name].kind == Kind.IMPLEMENTATION}
        assert alone == {f"{seam}=wrong" for seam in WRONG} | {"substitution=fickle"}
        assert all(set(wrong[name].because) & alone for name in differing - alone)

    def test_a_workflow_shrinks_to_one_node(self, wrong):
        example = wrong["context=wrong"].example
        assert example.facts == (("node1", 'SET {"values": {"a": "1"}}'), ("context", "{}"))
        assert example.differences == (Difference("input afterwards, result, a", "nothing", "'1'"),)

    def test_a_template_shrinks_to_one_character(self, wrong):
        # One value with a backslash is enough: such a replacement is refused even where nothing is replaced.
        assert wrong["substitution=wrong"].example.facts == (("template", "'$'"), ("context", "{'a': '\\\\'}"))

    def test_another_failure_is_a_difference(self, wrong):
        example = wrong["driver=wrong"].example
        assert "node" in {each.where for each in example.differences}
        assert len(example.facts) <= 4, "three nodes and the context are enough"

    def test_a_skipped_node_is_a_difference(self, wrong):
        example = wrong["loading=wrong"].example
        assert ("'done'", "'skipped'") in {(each.expected, each.got) for each in example.differences}
        assert len(example.facts) == 4, "a split, its two ways, and the context"

    def test_a_crash_is_a_difference(self, wrong):
        (difference,) = wrong["node_set=wrong"].example.differences
        assert (difference.expected, difference.got.partition(":")[0]) == ("a result", "TypeError")

    def test_what_needs_a_used_engine_says_so(self, wrong):
        assert wrong["buffer=wrong"].example.facts[-1] == ("engine", "only one that other cases have run on before")

    def test_what_is_left_to_chance_is_found_though_it_may_not_happen_again(self, wrong):
        assert 0 < wrong["substitution=fickle"].differences < wrong["substitution=wrong"].cases


class TestPlanted:
    """Implementations in the place of others."""

    def test_a_configuration_differs_because_of_what_it_holds(self, monkeypatch, db):
        found, held = planted(monkeypatch, db, "context", "reference", leaking)
        assert not equal(found)
        assert held["context=reference"].equivalence is held["optimized"].equivalence is Equivalence.DIFFERS
        assert held["optimized"].because == ("context=reference",)
        assert held["optimized"].example is None
        assert held["context=lazy"].equivalence is held["phase-1"].equivalence is Equivalence.EQUAL

    def test_one_that_differs_though_none_of_its_parts_does_has_its_own_example(self, monkeypatch, db):
        right = IMPLEMENTATIONS["context"]["lazy"]

        def choosy(engine):
            return (leaking if engine.config.node_set == "proposed" else right)(engine)

        _, held = planted(monkeypatch, db, "context", "reference", choosy)
        assert held["context=reference"].equivalence is Equivalence.EQUAL
        assert held["optimized"].equivalence is Equivalence.DIFFERS
        assert held["optimized"].because == ()
        assert held["optimized"].example.facts == (("node1", 'SET {"values": {"a": "1"}}'), ("context", "{}"))

    def test_a_mark_too_many_is_told_but_is_no_fault(self, monkeypatch, db):
        found, held = planted(monkeypatch, db, "buffer", "proposed", buffer.tuned)
        assert equal(found)
        assert held["buffer=proposed"].equivalence is Equivalence.MARKED_BUT_EQUAL
        assert held["buffer=proposed"].example is None


class TestHook:
    """What a worker calls."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(hook, "verify_engine", partial(verify, scenarios=FEW))

    def test_where_there_is_no_mail_server_email_nodes_are_left_out_and_that_is_said(self, monkeypatch, seeded_url):
        monkeypatch.setitem(sys.modules, "aiosmtpd", None)
        found = hook.verify({"db": seeded_url}, CONFIGURATIONS, MARKS, random=20, seed=7)
        assert found["notes"][1] == (
            "EMAIL nodes were left out: the mail server to try them against comes with pip install 'wfperf[verify]'."
        )
        types = next(each["met"] for each in found["covered"] if each["sort"] == "node types")
        assert types["EMAIL"] == 0 < types["SET"]

    def test_where_there_is_one_nothing_is_left_out(self, seeded_url):
        found = hook.verify({"db": seeded_url}, CONFIGURATIONS, MARKS, random=1, seed=7)
        assert not any("left out" in note for note in found["notes"])
        json.dumps(found)

    def test_its_cases_are_covered_only_where_any_are_drawn(self, seeded_url):
        assert hook.verify({"db": seeded_url}, {}, MARKS, random=0, seed=7)["covered"] == ()

"""Subjects: every implementation alone, every configuration, mixtures; and their marks."""

from __future__ import annotations

from random import Random

import pytest
from built_in import CONFIGURATIONS, MARKS

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig
from wfperf.equivalence.variants import MIXTURES, Kind, variants
from wfperf.plan import load_plan

ORIGINALS = EngineConfig().choices()


def of(kind, seed=0):
    drawn_by = Random(seed)
    return [each for each in variants(CONFIGURATIONS, MARKS, drawn_by) if each.kind is kind]


def test_every_implementation_of_every_seam_stands_alone():
    choices = [(seam, name) for seam, names in IMPLEMENTATIONS.items() for name in names]
    expected = {f"{seam}={name}" for seam, name in choices if name != ORIGINALS[seam]}
    alone = of(Kind.IMPLEMENTATION)
    assert {each.name for each in alone} == expected
    assert all([f"{seam}={name}" for seam, name in each.seams.items()] == [each.name] for each in alone)


def test_one_that_no_plan_knows_is_held_too(monkeypatch):
    monkeypatch.setitem(IMPLEMENTATIONS["dispatch"], "new", IMPLEMENTATIONS["dispatch"]["proposed"])
    (new,) = [each for each in of(Kind.IMPLEMENTATION) if each.name == "dispatch=new"]
    assert new.seams == {"dispatch": "new"}
    assert new.marks == {}


def test_marks_are_the_plan_s_own_with_its_reasons():
    marked = {each.name: each.marks for each in of(Kind.IMPLEMENTATION) if each.marks}
    assert marked == {label: {label: reason} for label, reason in MARKS.items()}
    assert "buffer=proposed" in marked


def test_named_configurations_have_the_marks_of_what_they_hold():
    named = {each.name: set(each.marks) for each in of(Kind.CONFIGURATION)}
    assert list(named) == [each.name for each in load_plan().configurations]
    assert named["original"] == named["phase-1"] == named["optimized"] == set()
    assert named["phase-2"] == {"substitution=proposed", "loading=proposed", "buffer=proposed"}


@pytest.mark.parametrize("seed", range(20))
def test_every_other_mixture_has_no_excuse(seed):
    mixtures = of(Kind.MIXTURE, seed)
    assert len(mixtures) == MIXTURES
    assert all(not each.marks for each in mixtures[::2])
    for each in mixtures:
        assert EngineConfig(**each.seams).choices() == ORIGINALS | each.seams


def test_mixtures_are_drawn_by_seed():
    assert of(Kind.MIXTURE, 1) == of(Kind.MIXTURE, 1) != of(Kind.MIXTURE, 2)
    assert any(each.marks for seed in range(5) for each in of(Kind.MIXTURE, seed))

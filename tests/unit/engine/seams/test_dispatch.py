"""Dispatch: the same behaviour for every type."""

from __future__ import annotations

import pytest
from builders import engine

from wfperf.engine.config import IMPLEMENTATIONS
from wfperf.engine.nodes import NODE_TYPES


@pytest.mark.parametrize("name", IMPLEMENTATIONS["dispatch"])
def test_dispatch_finds_every_type(name):
    with engine(dispatch=name) as started:
        found = {kind: started.find(kind).__self__ for kind in NODE_TYPES}
        assert {kind: type(each) for kind, each in found.items()} == NODE_TYPES
        assert all(each.engine is started for each in found.values())
        # What the claim is about: a fresh object at every look-up, or one for the engine's life.
        assert (started.find("SET").__self__ is found["SET"]) == (name != "original")

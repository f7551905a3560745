"""Find a node type's execute. Invariant: the same behaviour for every type."""

from __future__ import annotations

from wfperf.engine.nodes import NODE_TYPES
from wfperf.engine.nodes.base import Execute
from wfperf.engine.runtime import Find, Runtime


def original(engine: Runtime) -> Find:
    """Before: every lookup builds all node objects."""

    def find(kind: str) -> Execute:
        return {name: node(engine).execute for name, node in NODE_TYPES.items()}[kind]

    return find


def proposed(engine: Runtime) -> Find:
    """After: built once, with the engine."""
    return {name: node(engine).execute for name, node in NODE_TYPES.items()}.__getitem__

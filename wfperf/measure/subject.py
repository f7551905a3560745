"""One side of a comparison, as a worker can build it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject runs: an interpreter, the source trees that come before its own packages, and a folder.

    The folder is where files are found that it opens by relative names; empty for the coordinator's own. Subjects of
    one place are forked from one process; another `process` keeps them apart. Nothing of wfperf's own path is on a
    place's, unless a plan says so.
    """

    python: str = sys.executable
    path: tuple[str, ...] = ()
    folder: str = ""
    process: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """How a worker builds a workload.

    Args:
        target: `module:name` of a callable.
        arguments: what the callable is given to make the workload; None where it is itself what is run.
        configuration: where a mapping is made, the key of the one wanted.
        packages: whose functions are the subject's own, and counted.
        trees: source trees, all of whose functions are, too, but for those of libraries in them.
        preload: more modules to import before the sides part, so that they share one memory layout.
        place: its interpreter and source tree.
        counters: counts by name that are calls of one of its functions.
    """

    target: str
    arguments: Mapping[str, Any] | None = None
    configuration: str | None = None
    packages: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    place: Place = Place()
    counters: Mapping[str, str] = field(default_factory=dict)

    @property
    def modules(self) -> tuple[str, ...]:
        """Everything to import before the sides part."""
        return (self.target.partition(":")[0], *self.preload)

"""One side of a comparison, as a worker can build it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import wfperf

ENGINE = "wfperf.engine"
"""The package of the built-in engine."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject runs: an interpreter, the source trees that come before its own packages, and a folder.

    The folder is where files are found that it opens by relative names; empty for the coordinator's own. Subjects of
    one place are forked from one process; another `process` keeps them apart. Nothing of wfperf's own path is on a
    place's unless it is `ENGINE_PLACE`.
    """

    python: str = sys.executable
    path: tuple[str, ...] = ()
    folder: str = ""
    process: str = ""


ENGINE_PLACE = Place(path=(str(Path(wfperf.__file__).parents[1]),))
"""Where the built-in engine runs: on this interpreter, from the folder that holds this wfperf.

Where wfperf is installed that folder holds its libraries, too: on another interpreter's path they would come before its
own.
"""


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
    """

    target: str
    arguments: Mapping[str, Any] | None = None
    configuration: str | None = None
    packages: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    place: Place = Place()

    @property
    def modules(self) -> tuple[str, ...]:
        """Everything to import before the sides part."""
        return (self.target.partition(":")[0], *self.preload)


def engine_subject(scenario: str, seams: Mapping[str, str], db: str) -> Subject:
    """Return the built-in engine with these seams on a scenario, as a subject."""
    return Subject(
        "wfperf.fixtures.workload:engine_workload",
        {"scenario": scenario, "seams": dict(seams), "db": db},
        packages=(ENGINE,),
        preload=("sqlalchemy.dialects.sqlite",),
        place=ENGINE_PLACE,
    )

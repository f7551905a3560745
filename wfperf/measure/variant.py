"""One variant of a comparison, as a worker can build it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What runs a variant. Variants of one interpreter are forked from one process.

    wfperf's own path is not on its path, unless a plan says so.

    Args:
        python: the executable.
        path: source trees that come before its own packages.
        folder: in which the variant finds files that it opens by relative names; empty for the coordinator's own.
        process: keeps variants apart that would otherwise be forked from one process.
    """

    python: str = sys.executable
    path: tuple[str, ...] = ()
    folder: str = ""
    process: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """How a worker builds a workload.

    Args:
        target: `module:name` of a callable.
        arguments: what the callable is given to make the workload; None where it is itself what is run.
        configuration: where a mapping is made, the key of the one wanted.
        packages: whose functions are the variant's own, and counted.
        trees: source trees, all of whose functions are, too, but for those of libraries in them.
        preload: more modules to import before the variants part, so that they share one memory layout.
        interpreter: its interpreter and source tree.
        counters: counts by name that are calls of one of its functions.
    """

    target: str
    arguments: Mapping[str, Any] | None = None
    configuration: str | None = None
    packages: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    interpreter: Interpreter = Interpreter()
    counters: Mapping[str, str] = field(default_factory=dict)

    @property
    def modules(self) -> tuple[str, ...]:
        """Everything to import before the variants part."""
        return (self.target.partition(":")[0], *self.preload)

"""One variant of a comparison, as a worker can build it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wfperf.plan import Suite


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What runs a variant. Variants of one interpreter are forked from one process.

    wfperf's own path is not on its path, unless a plan says so.

    Args:
        python: the executable.
        path: source trees that come before its own packages.
        folder: working directory of the variant; empty for the coordinator's own.
        variables: environment variables beside the few that every worker has, sorted by name.
        process: any text; variants with different texts are not forked from one process.
        children_path: source trees that come first in Python processes that the variant starts.
    """

    python: str = sys.executable
    path: tuple[str, ...] = ()
    folder: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    process: str = ""
    children_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """How a function is called in each run.

    Args:
        args: positional arguments, plain data.
        kwargs: keyword arguments, plain data.
        setup: `module:function` that makes further arguments for each run, untimed; empty if there is none.
    """

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """A command as a worker starts it.

    Args:
        words: the program and its arguments.
        prepare: the same of the command that runs before each run, untimed; empty if there is none.
        ignores_failure: whether it may end with another exit code than 0.
    """

    words: tuple[str, ...]
    prepare: tuple[str, ...] = ()
    ignores_failure: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """How a worker builds a workload.

    Args:
        target: `module:name` of a callable.
        arguments: arguments with which the callable makes the workload; None if it is the workload.
        configuration: key of the workload, if the callable makes a mapping.
        packages: packages of the user's own code, whose functions are counted.
        trees: source trees of the user's own code, except for libraries in them.
        preload: more modules to import before the fork, so that variants share one memory layout.
        interpreter: its interpreter and source tree.
        counters: counters by name, each the calls of one of its functions.
        call: how each run calls the target; None if the target makes the workload.
        suite: the suite in which the target is a benchmark's name; None if the target is a callable.
        command: the command that is run, without a target; None if the target is run.
    """

    target: str
    arguments: Mapping[str, Any] | None = None
    configuration: str | None = None
    packages: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    interpreter: Interpreter = Interpreter()
    counters: Mapping[str, str] = field(default_factory=dict)
    call: Call | None = None
    suite: Suite | None = None
    command: Started | None = None

    @property
    def modules(self) -> tuple[str, ...]:
        """All modules to import before the fork; those of a suite are imported by the tool that runs it."""
        if self.suite or self.command:
            return self.preload
        targets = (self.target, self.call.setup) if self.call and self.call.setup else (self.target,)
        return (*(each.rpartition(":")[0] for each in targets), *self.preload)

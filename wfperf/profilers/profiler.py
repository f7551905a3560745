"""The interface of profilers, and all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol, TypeVar

from wfperf.errors import UsageError
from wfperf.profilers import allocations, functions, lines
from wfperf.results.profiled import SourceLocation

C_co = TypeVar("C_co", covariant=True)


class Profiler(Protocol[C_co]):
    """One profiler; each is a module. `read` returns the cost of every location per run, in the profiler's own terms.

    `LIBRARY` is the module that profiles in the variant's own environment (see `measure.worker.profiling`), and reads
    its files here; `SUFFIX` ends their names, `VIEWERS` are commands that open one.
    """

    LIBRARY: str
    SUFFIX: str
    VIEWERS: tuple[str, ...]

    def read(self, file: Path, runs: int, tree: Path | None = None, /) -> Mapping[SourceLocation, C_co]:
        """Read the file of so many runs; files in `tree` are named from there.

        Raises:
            ProfilerSkippedError: another version of the profiler wrote it.
        """


PROFILERS: Mapping[str, Profiler[Any]] = {"cprofile": functions, "kernprof": lines, "memray": allocations}


def find_profilers(names: Sequence[str]) -> dict[str, Profiler[Any]]:
    """Return profilers by name, each once.

    Raises:
        UsageError: a name is unknown, or there is none.
    """
    known = ", ".join(PROFILERS)
    for name in names:
        if name not in PROFILERS:
            near = get_close_matches(name.lower(), PROFILERS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"choose from: {known}"
            raise UsageError(f"there is no profiler {name!r}; {hint}")
    if not names:
        raise UsageError(f"--profilers names no profiler; choose from: {known}")
    return {name: PROFILERS[name] for name in names}

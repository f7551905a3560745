"""Suites of benchmarks that a project has already: recognized by their files, and run unchanged.

Each module is a kind of suite. How its benchmarks run in a variant's process is in `measure/worker/suite_*.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from wfperf.errors import UsageError
from wfperf.plan import Suite
from wfperf.plan.models import named
from wfperf.suites import asv_benchmarks, pyperf_script, pytest_tests


class Kind(Protocol):
    """A kind of suite; modules have this form."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """What `--suite` calls it."""

    @property
    def REQUIREMENTS(self) -> Sequence[str]:  # noqa: N802
        """Packages that an environment needs to run it."""

    @property
    def HAS_MARKERS(self) -> bool:  # noqa: N802
        """Whether `-m` selects benchmarks by their markers."""

    def recognizes(self, path: Path, /) -> bool:
        """Return whether a file or folder holds benchmarks of this kind."""

    def suite(self, path: Path, keyword: str, marker: str, /) -> Suite:
        """Return the suite in a file or folder; its path may be another one, which the file names.

        Args:
            path: the file or folder, an absolute path.
            keyword: an expression that selects benchmarks by their names; empty for all.
            marker: an expression that selects them by their markers; empty for all, and where there are none.

        Raises:
            UsageError: there is none, or the kind does not take such an expression.
        """


KINDS: Mapping[str, Kind] = {kind.NAME: kind for kind in (pyperf_script, pytest_tests, asv_benchmarks)}
"""All kinds, the ones that are told apart more surely first. `measure/worker/` has a module `suite_NAME` for each."""


def suite_of(path: Path, kind: str, keyword: str, marker: str) -> Suite:
    """Return the suite in a file or folder.

    Args:
        path: where it is.
        kind: its kind; empty to recognize it.
        keyword: an expression that selects benchmarks by their names; empty for all.
        marker: an expression that selects them by their markers; empty for all.

    Raises:
        UsageError: there is nothing, there is no such kind or none recognizes it, or it cannot be selected from like
            this.
    """
    if not path.exists():
        raise UsageError(f"there is no file or folder {path}; a function is named module:function")
    recognized = (each for each in KINDS.values() if each.recognizes(path))
    chosen = named("kind of suite", kind, KINDS) if kind else next(recognized, None)
    if chosen is None:
        raise UsageError(
            f"{path} has no benchmarks of {', '.join(KINDS)} that wfperf recognizes; say which it has with --suite, or "
            f"name a function: {path if path.suffix == '.py' else path / 'FILE.py'}:FUNCTION"
        )
    if marker and not chosen.HAS_MARKERS:
        raise UsageError(f"-m selects by pytest's markers, which benchmarks of {chosen.NAME} do not have; use -k")
    return chosen.suite(path.absolute(), keyword, marker)

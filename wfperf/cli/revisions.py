"""Options of two revisions that are compared."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from wfperf.cli import completion
from wfperf.cli.grouping import grouped
from wfperf.cli.output import say_begun
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.cli.planned import Chosen
    from wfperf.measure.between import Prepared
    from wfperf.measure.executor import Executor
    from wfperf.measure.selection import Selection


@dataclass(frozen=True, slots=True)
class Revisions:
    """The two revisions to compare; no base to compare variants of the working tree."""

    base: str | None
    head: str
    benchmarks_from_base: bool

    @property
    def of_benchmarks(self) -> str | None:
        """The revision whose benchmarks run; None for those of the working tree.

        Raises:
            UsageError: it is the base, and there is none.
        """
        if not self.benchmarks_from_base:
            return None
        if self.base is None:
            raise UsageError("--benchmarks-from-base needs a base; give it as --base REF")
        return self.base


benchmarks_from_base = click.option(
    "--benchmarks-from-base",
    is_flag=True,
    help="Run the benchmarks of the base in both revisions.  [default: those of the working tree]",
)

revision_options = grouped(
    Revisions,
    "revisions",
    click.option("--base", metavar="REF", shell_complete=completion.references,
                 help="Compare --head with this revision: the same code in both."),
    click.option("--head", metavar="REF", shell_complete=completion.references, default=".", show_default=True,
                 help="Revision to compare with --base; `.` is the working tree with its uncommitted changes."),
    benchmarks_from_base,
)  # fmt: skip


def prepared_revisions(
    revisions: Revisions, base: str, chosen: Chosen, selection: Selection, executor: Executor
) -> AbstractContextManager[Prepared]:
    """Return both revisions, checked out and run once, as a context manager; see `between.prepared_between`."""
    from wfperf.measure.between import Between, prepared_between
    from wfperf.measure.checkouts import Benchmarks

    benchmarks = Benchmarks(chosen.plan, chosen.folder, chosen.benchmark_files, revisions.benchmarks_from_base)
    between = Between(base, revisions.head, benchmarks, selection)
    return prepared_between(chosen.repository(), between, executor, say_begun)

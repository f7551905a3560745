"""`wfperf plan`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

import click

from wfperf.cli import options, planned

if TYPE_CHECKING:
    from wfperf.report.sources import Sources
    from wfperf.report.table import Table


EXAMPLES = """\b
Examples:
  wfperf plan
  wfperf plan dispatch
"""


@click.command("plan", epilog=EXAMPLES)
@click.argument("name", required=False)
@planned.plan_file
@options.output_format
def command(name: str | None, plan_file: str | None, form: str) -> None:
    """Show the optimizations, configurations and claims of a plan.

    NAME is an optimization, a choice, a configuration or a pair. wfperf then shows its claims and its source code
    before and after: side by side, or one below the other on a narrow terminal.
    """
    from wfperf.measure.benchmarks import interpreter_in
    from wfperf.measure.hooks import source_of
    from wfperf.report.beside import show_pages
    from wfperf.report.planned import named_data, named_pages, plan_tables
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data

    chosen = planned.named_or_found(plan_file)
    plan = chosen.plan
    place = interpreter_in(plan, plan.configuration(plan.baseline), chosen.folder)
    chosen_by = options.chosen_workload()
    sources = cache(partial(source_of, interpreter=place))  # each function starts a process, and rivals share theirs
    if form == "json":
        data = to_data(plan) if name is None else named_data(plan, name, sources)
        chosen.announce("Showing", form)
        click.echo(to_json(data), nl=False)
    else:
        pages: Sequence[Table | Sources] = (
            plan_tables(plan, chosen_by) if name is None else named_pages(plan, name, sources, chosen_by)
        )
        chosen.announce("Showing", form)
        show_pages(pages)

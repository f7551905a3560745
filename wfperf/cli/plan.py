"""`wfperf plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wfperf.cli import options, planned
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.report.sources import Sources
    from wfperf.report.table import Table


@click.command("plan")
@click.argument("name", required=False)
@planned.plan_file
@options.output_format
def command(name: str | None, plan_file: str | None, form: str) -> None:
    """Show what was proposed, and what was promised for it.

    NAME is an optimization, a seam, a configuration or an idiom; of what is proposed, before and after stand
    side by side, or one under the other where the terminal is narrow.
    """
    from wfperf.report.beside import show_pages
    from wfperf.report.own_plan import own_plan_tables
    from wfperf.report.planned import named_data, named_pages, plan_tables
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data

    chosen = planned.named_or_found(plan_file)
    plan = chosen.plan
    if plan.is_own:
        if name is not None:
            raise UsageError(
                f"{chosen.file} is a plan of your own, whose code wfperf does not know; leave out {name!r}"
            )
        data = to_data(plan)
        pages: list[Table | Sources] = [*own_plan_tables(plan)]
    elif name is None:
        data, pages = to_data(plan), [*plan_tables(plan)]
    else:
        data, pages = named_data(plan, name), named_pages(plan, name)
    chosen.announce("Showing", form)
    if form == "json":
        click.echo(to_json(data), nl=False)
    else:
        show_pages(pages)

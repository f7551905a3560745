"""`wfperf plan`."""

from __future__ import annotations

import click

from wfperf.cli import options


@click.command("plan")
@click.argument("name", required=False)
@options.output_format
def command(name: str | None, form: str) -> None:
    """Show what was proposed, and what was promised for it.

    NAME is an optimization, a seam, a configuration or an idiom; of what is proposed, before and after stand
    side by side, or one under the other where the terminal is narrow.
    """
    from wfperf.plan import load_plan
    from wfperf.report.beside import show_pages
    from wfperf.report.planned import named_data, named_pages, plan_data, plan_tables
    from wfperf.results.files import to_json

    plan = load_plan()
    if form == "json":
        click.echo(to_json(plan_data(plan) if name is None else named_data(plan, name)), nl=False)
    else:
        show_pages(plan_tables(plan) if name is None else named_pages(plan, name))

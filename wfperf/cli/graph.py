"""`wfperf graph`."""

from __future__ import annotations

from pathlib import Path

import click

from wfperf.cli import options

EXAMPLES = """\b
Examples:
  wfperf graph PERF_TEST
  wfperf graph PERF_TEST --as mermaid -o perf_test.mmd
"""


@click.command("graph", epilog=EXAMPLES)
@click.argument("workflow")
@click.option(
    "--as",
    "form",
    type=click.Choice(["lanes", "mermaid", "dot"]),
    default="lanes",
    show_default=True,
    help="`lanes` draws on the terminal; `mermaid` and `dot` write text for Mermaid and Graphviz.",
)
@click.option("-o", "--output", "file", type=click.Path(dir_okay=False), help="Write Mermaid or DOT text to FILE.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@options.package
@options.db
def command(workflow: str, form: str, file: str | None, force: bool, package: str, db: str) -> None:
    """Draw WORKFLOW: its nodes in canonical order, and its edges."""
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.engine.validation import define
    from wfperf.engine_report.graphed import dot, mermaid, show_graph
    from wfperf.errors import UsageError
    from wfperf.results.files import check_writable, write_text
    from wfperf.workflow_files.shape import shape
    from wfperf.workflow_files.store import read_workflow

    if file and form == "lanes":
        raise UsageError("-o needs --as mermaid or --as dot; lanes are drawn on standard output only")
    if file:
        check_writable(Path(file), force=force)
    with closing(open_seeded(db)) as database:
        stored = read_workflow(database, workflow, package)
    graph = shape(define(stored.header, stored.nodes))
    if form == "lanes":
        show_graph(graph)
        return
    text = mermaid(graph) if form == "mermaid" else dot(graph)
    if file:
        write_text(Path(file), text)
    else:
        click.echo(text, nl=False)

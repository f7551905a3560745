"""`wfperf export`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from wfperf.cli import options

EXAMPLES = """\b
Examples:
  wfperf export PERF_TEST -o perf_test.yaml
  wfperf export PERF_TEST --as json
"""


@click.command("export", epilog=EXAMPLES)
@click.argument("workflow")
@click.option(
    "--as", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="Format of the file."
)
@click.option("-o", "--output", "file", type=click.Path(dir_okay=False), help="Write to FILE, not to standard output.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@options.package
@options.db
def command(workflow: str, form: Literal["yaml", "json"], file: str | None, force: bool, package: str, db: str) -> None:
    """Write WORKFLOW as one readable YAML or JSON file.

    `wfperf import` restores exactly the same rows from it.
    """
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.results.files import check_writable, write_text
    from wfperf.workflow_files.files import to_text
    from wfperf.workflow_files.store import read_workflow

    if file:
        check_writable(Path(file), force=force)
    with closing(open_seeded(db)) as database:
        text = to_text(read_workflow(database, workflow, package), form)
    if file:
        write_text(Path(file), text)
    else:
        click.echo(text, nl=False)

"""`wfperf import`."""

from __future__ import annotations

import click

from wfperf.cli import completion, options
from wfperf.errors import UsageError

EXAMPLES = """\b
Examples:
  wfperf import workflow.yaml
  wfperf import - < workflow.yaml
"""


@click.command("import", epilog=EXAMPLES)
@click.argument("source", metavar="FILE", shell_complete=completion.files)
@click.option("--force", is_flag=True, help="Replace an existing workflow of the same name.")
@click.option("--unchecked", is_flag=True, help="Import the workflow even if it is invalid.")
@options.db
def command(source: str, force: bool, unchecked: bool, db: str) -> None:
    """Read a workflow from FILE (YAML or JSON) into the database.

    With - as FILE, wfperf reads standard input.
    """
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.engine.validation import define
    from wfperf.workflow_files.files import read_file
    from wfperf.workflow_files.store import write_workflow

    workflow, _ = read_file(source)
    if not unchecked:
        try:
            define(workflow.header, workflow.nodes)
        except UsageError as error:
            raise UsageError(f"{error}; nothing was written (--unchecked imports it all the same)") from error
    with closing(open_seeded(db)) as database:
        is_new = write_workflow(database, workflow, replace=force)
        name, package, count = workflow.header.workflow, workflow.header.package, len(workflow.nodes)
        done = "imported" if is_new else "unchanged"
        click.echo(f"{name} in {package}: {count} nodes, {done} ({database.shown})")

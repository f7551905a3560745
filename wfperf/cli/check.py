"""`wfperf check`."""

from __future__ import annotations

from pathlib import Path

import click

from wfperf.cli import options
from wfperf.cli.output import show_result
from wfperf.errors import ExitCode, UsageError


@click.command("check")
@click.argument("workflow", required=False)
@click.option("--all", "every", is_flag=True, help="Check every workflow of the database.")
@click.option("--file", "source", metavar="FILE", help="Check a workflow file instead; - is standard input.")
@options.package
@options.db
@options.output_format
@options.output("the result as JSON")
def command(
    workflow: str | None,
    every: bool,
    source: str | None,
    package: str,
    db: str,
    form: str,
    file: str | None,
    force: bool,
) -> ExitCode:
    """Validate WORKFLOW without running it: every problem at once, each with its node and field.

    Warnings do not keep a workflow from running. Exits 2 when there are problems.
    """
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.report.checked import checked_tables
    from wfperf.results.checked import Checked
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.kinds import to_data
    from wfperf.workflow_files.checking import check
    from wfperf.workflow_files.files import read_file
    from wfperf.workflow_files.store import read_workflow, workflow_names

    if sum((workflow is not None, every, source is not None)) != 1:
        raise UsageError("name one workflow, or give --all or --file FILE (see: wfperf check --help)")
    if file:
        check_writable(Path(file), force=force)
    if source is not None:
        found = [check(read_file(source)[0])]
    else:
        with closing(open_seeded(db)) as database:
            names = workflow_names(database) if workflow is None else [(workflow, package)]
            found = [check(read_workflow(database, *name)) for name in names]
    checked = Checked(tuple(found))
    data = to_json(to_data(checked))
    if file:
        write_text(Path(file), data)
    show_result(form, data, lambda: checked_tables(checked))
    return ExitCode.DONE if checked.valid else ExitCode.USAGE

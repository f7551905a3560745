"""`wfperf check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wfperf.cli import completion, options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.cli.options import Output


EXAMPLES = """\b
Examples:
  wfperf check PERF_TEST
  wfperf check --file workflow.yaml
"""


@click.command("check", epilog=EXAMPLES)
@click.argument("workflow", required=False)
@click.option("--all", "every", is_flag=True, help="Check every workflow in the database.")
@click.option("--file", "source", metavar="FILE", shell_complete=completion.files,
              help="Check a workflow file instead; - reads standard input.")  # fmt: skip
@options.package
@options.db
@options.output("the result as JSON")
def command(
    workflow: str | None,
    every: bool,
    source: str | None,
    package: str,
    db: str,
    output: Output,
) -> ExitCode:
    """Validate WORKFLOW without running it.

    The report lists all problems at once, each with its node and field. Warnings do not prevent a workflow from
    running. Exits with 2 if there are problems.
    """
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.report.checked import checked_tables
    from wfperf.results.checked import Checked
    from wfperf.workflow_files.checking import check
    from wfperf.workflow_files.files import read_file
    from wfperf.workflow_files.store import read_workflow, workflow_names

    if sum((workflow is not None, every, source is not None)) != 1:
        raise UsageError("give exactly one of WORKFLOW, --all and --file FILE (see: wfperf check --help)")
    output.check()
    if source is not None:
        found = [check(read_file(source)[0])]
    else:
        with closing(open_seeded(db)) as database:
            names = workflow_names(database) if workflow is None else [(workflow, package)]
            found = [check(read_workflow(database, *name)) for name in names]
    checked = Checked(tuple(found))
    output.show(checked, lambda: checked_tables(checked))
    return ExitCode.DONE if checked.valid else ExitCode.USAGE

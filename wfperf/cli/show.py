"""`wfperf show`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from wfperf.cli import options
from wfperf.errors import ExitCode, UsageError


@click.command("show")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "pyperf"]), default="table", show_default=True,
    help="Table; the result as JSON; or its samples as pyperf reads them.",
)  # fmt: skip
@click.option("--side", metavar="NAME", help="With --format pyperf: only this side, for pyperf compare_to.")
@options.output("what is shown, as JSON")
def command(files: Sequence[Path], form: str, side: str | None, file: str | None, force: bool) -> ExitCode:
    """Show results that `compare -o` saved; several of one comparison are pooled and judged anew.

    Results of unlike machines are not pooled.
    """
    from wfperf.measure.claims import pooled
    from wfperf.report.compared import comparison_tables
    from wfperf.report.pyperf import pyperf_suite
    from wfperf.report.terminal import show
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.reading import read_comparison

    if side and form != "pyperf":
        raise UsageError("--side is for --format pyperf")
    if file:
        check_writable(Path(file), force=force)
    results = [read_comparison(each) for each in files]
    result = results[0] if len(results) == 1 else pooled(results)
    sides = {name for trial in result.trials for name in trial.sides}
    if side and side not in sides:
        raise UsageError(f"no side {side!r} was measured; there are: {', '.join(sorted(sides))}")
    data = to_json(pyperf_suite(result, side) if form == "pyperf" else result.to_data())
    if file:
        write_text(Path(file), data)
    if form == "table":
        show(comparison_tables(result))
    elif not file:
        click.echo(data, nl=False)
    return ExitCode.DONE

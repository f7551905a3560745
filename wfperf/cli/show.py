"""`wfperf show`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wfperf.cli import options
from wfperf.cli.gating import show_decision
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.cli.options import Output
    from wfperf.results.comparison import Comparison


EXAMPLES = """\b
Examples:
  wfperf show result.json --format markdown
  wfperf show first.json second.json -o pooled.json
"""


@click.command("show", epilog=EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--variant", metavar="NAME", help="With --format pyperf: write only this variant, for pyperf compare_to.")
@options.output(
    "the shown result as JSON",
    click.option(
        "--format", "form", type=click.Choice(["table", "json", "markdown", "pyperf", "junit", "sarif", "github"]),
        default="table", show_default=True,
        help="Output format. `pyperf` is for the samples of a comparison; `junit`, `sarif` and `github` are for a "
             "decision of the gate.",
    ),
)  # fmt: skip
def command(files: Sequence[Path], variant: str | None, output: Output) -> ExitCode:
    """Show results that were saved with -o.

    Several results of the same comparison are pooled, and their claims judged again. wfperf refuses to pool results of
    different machines.
    """
    from wfperf.report.showing import TABLES
    from wfperf.results.comparison import Comparison
    from wfperf.results.reading import read_result

    form, quiet = output.form, bool(output.file)
    if variant and form != "pyperf":
        raise UsageError("--variant needs --format pyperf")
    output.check()
    first = read_result(files[0], *TABLES)
    if isinstance(first, Comparison):
        results = [first, *(read_result(each, Comparison) for each in files[1:])]
        data = _show_comparison(results, form, variant, quiet=quiet)
    else:
        data = _show_alone(first, files, form, quiet=quiet)
    output.write(data)
    return ExitCode.DONE


def _show_alone(result: Any, files: Sequence[Path], form: str, *, quiet: bool) -> str:
    """Print a result of a kind that cannot be pooled, and return it as JSON."""
    from wfperf.results.decision import Decision
    from wfperf.results.files import to_json
    from wfperf.results.kinds import kind_of

    kind = kind_of(type(result))
    if len(files) > 1:
        raise UsageError(
            f"{files[0]} is a result of wfperf {kind.command}, and those are not pooled; show them one by one"
        )
    if form == "pyperf":
        raise UsageError(f"--format pyperf is for comparisons; {files[0]} is a result of wfperf {kind.command}")
    data = to_json(kind.to_data(result))
    if isinstance(result, Decision):
        show_decision(result, form)
    elif form in _OF_DECISIONS:
        raise UsageError(
            f"--format {form} is for decisions of the gate; {files[0]} is a result of wfperf {kind.command}"
        )
    else:
        _show(result, form, data, quiet=quiet)
    return data


def _show_comparison(results: Sequence[Comparison], form: str, variant: str | None, *, quiet: bool) -> str:
    """Print comparisons pooled into one, and return it as JSON."""
    from wfperf.measure.claims import pooled
    from wfperf.report.pyperf import pyperf_suite
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data

    if form in _OF_DECISIONS:
        raise UsageError(f"--format {form} is for decisions of the gate; this is a comparison")
    result = results[0] if len(results) == 1 else pooled(results)
    variants = {name for benchmark in result.benchmarks for name in benchmark.variants}
    if variant and variant not in variants:
        raise UsageError(f"variant {variant!r} was not measured; choose one of: {', '.join(sorted(variants))}")
    data = to_json(pyperf_suite(result, variant) if form == "pyperf" else to_data(result))
    _show(result, form, data, quiet=quiet)
    return data


def _show(result: Any, form: str, data: str, *, quiet: bool) -> None:
    """Print a result. JSON is not printed if `quiet`, because it goes to a file."""
    from wfperf.report.markdown import markdown
    from wfperf.report.showing import TABLES
    from wfperf.report.terminal import show

    if form == "table":
        show(TABLES[type(result)](result))
    elif form == "markdown":
        click.echo(markdown(TABLES[type(result)](result)), nl=False)
    elif not quiet:
        click.echo(data, nl=False)


_OF_DECISIONS = frozenset({"junit", "sarif", "github"})

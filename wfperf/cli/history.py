"""`wfperf history`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from wfperf.history.store import Store, Wanted
    from wfperf.results.history import Entry

SHOW = "show"
LAST = 200
"""More points than a chart has columns on a common terminal."""

db_file = click.option(
    "--db-file",
    metavar="FILE",
    default=options.HISTORY_FILE,
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="History file; wfperf creates it when numbers are added.",
)


class _ShownByDefault(click.Group):
    """Runs `show` if no command is given, and lists the options of `show` in its own help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = [SHOW, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.commands[SHOW].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


EXAMPLES = """\b
Examples:
  wfperf history --benchmark typical --metric throughput
  wfperf history add result.json
"""


@click.group("history", cls=_ShownByDefault, epilog=EXAMPLES, subcommand_metavar="[COMMAND]")
def command() -> None:
    """Show how measured numbers developed, and where they changed.

    `compare` and `gate` add their numbers to a history file. Without a command, wfperf shows that history.
    """


@command.command(SHOW)
@click.option("--benchmark", metavar="NAME", help="Show only this benchmark.")
@click.option("--only", "variant", metavar="NAME", help="Show only this optimization or configuration.")
@click.option("--metric", metavar="NAME", help="Show only throughput, speedup, wall_time, memory or a counter.")
@click.option("--machine", metavar="ID", help="Show only numbers of this machine; the start of its id is enough.")
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=LAST,
    show_default=True,
    help="Latest points of each series.",
)
@db_file
@options.output_format
def _show(
    benchmark: str | None,
    variant: str | None,
    metric: str | None,
    machine: str | None,
    last: int,
    db_file: Path,
    form: str,
) -> ExitCode:
    """Show series of numbers, and where they changed.

    Each series runs from the oldest point to the latest. If only one series is selected, wfperf draws a chart.
    """
    from wfperf.history.store import Store, Wanted
    from wfperf.history.trends import history_of, trends
    from wfperf.report.history import show_history
    from wfperf.results.files import to_json
    from wfperf.results.kinds import to_data

    store, wanted = Store(db_file), Wanted(benchmark, variant, metric, machine)
    found = trends(_entries(store, wanted), last)
    if form == "json":
        click.echo(to_json(to_data(history_of(found))), nl=False)
    elif found:
        show_history(found, with_constant=metric is not None)
    else:
        click.echo(
            f"There is no history in {db_file} yet. wfperf compare and wfperf gate add their numbers to it. To add "
            "those of a saved result: wfperf history add FILE"
        )
    return ExitCode.DONE


@command.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--at", metavar="TIME", type=click.DateTime(),
    help="When the results were measured, in UTC.  [default: when each file was last changed]",
)  # fmt: skip
@db_file
def _add(files: Sequence[Path], at: datetime | None, db_file: Path) -> None:
    """Add the numbers of saved results.

    `compare -o` and `gate -o` save results. Numbers that the history already has are not added again.
    """
    from wfperf.history.store import Store

    entries = [entry for file in files for entry in _of_result(file, at)]
    _say_added(Store(db_file).add(entries), len(entries), db_file)


@command.command("import")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@db_file
def _import(file: Path, db_file: Path) -> None:
    """Add the numbers of another history, as `export` wrote them.

    wfperf adds all of them or, after an error, none. Numbers that the history already has are not added again.
    """
    from wfperf.history.lines import read_lines
    from wfperf.history.store import Store

    entries = read_lines(file)
    _say_added(Store(db_file).add(entries), len(entries), db_file)


@command.command("export")
@click.option("-o", "--output", "file", type=click.Path(dir_okay=False), help="Write to FILE, not to standard output.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@db_file
def _export(file: str | None, force: bool, db_file: Path) -> None:
    """Write the whole history as JSON lines.

    Each line holds one number. `import` reads them on another machine.
    """
    from wfperf.history.lines import to_lines
    from wfperf.history.store import Store
    from wfperf.results.files import check_writable, write_text

    if file:
        check_writable(Path(file), force=force)
    text = to_lines(Store(db_file).read())
    if file:
        write_text(Path(file), text)
    else:
        click.echo(text, nl=False)


def _entries(store: Store, wanted: Wanted) -> Sequence[Entry]:
    """Return the entries that match.

    Raises:
        UsageError: the history is not empty, but no entry matches.
    """
    from dataclasses import asdict

    from wfperf.plan.models import named

    entries = store.read(wanted)
    asked = {kind: value for kind, value in asdict(wanted).items() if value is not None}
    if entries or not asked or not store.names("metric"):
        return entries
    for kind in ("benchmark", "variant", "metric"):
        if kind in asked:
            named(kind, asked[kind], dict.fromkeys(store.names(kind)))
    machines = store.names("machine")
    if not any(each.startswith(asked.get("machine", "")) for each in machines):
        raise UsageError(f"no machine {asked['machine']!r}; choose one of: {', '.join(machines)}")
    told = ", ".join(f"{kind} {value}" for kind, value in asked.items())
    raise UsageError(f"no number in {store.path} matches all of: {told}; leave one out")


def _of_result(file: Path, at: datetime | None) -> Sequence[Entry]:
    from wfperf.results.comparison import Comparison
    from wfperf.results.decision import Decision
    from wfperf.results.history import entries_of_comparison, entries_of_decision
    from wfperf.results.reading import read_result

    result = read_result(file, Comparison, Decision)
    when = at.replace(tzinfo=UTC) if at else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if isinstance(result, Comparison):
        return entries_of_comparison(result, when)
    return entries_of_decision(result, when)


def _say_added(added: int, given: int, file: Path) -> None:
    known = f"; it already had {given - added}" if given > added else ""
    click.echo(f"{added} numbers added to {file}{known}")

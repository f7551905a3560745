"""Options that several commands share."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click
from click.core import ParameterSource

from wfperf.cli.grouping import Decorator, grouped

if TYPE_CHECKING:
    from wfperf.measure.executor import Executor
    from wfperf.report.table import Table

DEFAULT_DB = "sqlite:///.wfperf/wfperf.db"
HISTORY_FILE = ".wfperf/history.db"
KEPT = ".wfperf"
"""The folder that files go to."""

db = click.option(
    "--db",
    metavar="URL",
    default=DEFAULT_DB,
    show_default=True,
    envvar="WFPERF_DB",
    help="Database: sqlite:///file.db or postgresql://user@host/name. The default is made when it is missing.",
)

package = click.option("--package", default="core", show_default=True, help="Where the workflow is found.")

output_format = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the result is shown.",
)

cpu = click.option("--cpu", type=click.IntRange(min=0), help="Run all blocks on this processor. [default: all in turn]")

timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a variant may take for one answer. [default: 120]",
)

seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Random seed for the sampling order and PYTHONHASHSEED.",
)

history = click.option("--no-history", is_flag=True, help=f"Do not keep the numbers in {HISTORY_FILE}.")


class AskedOfProcesses(Protocol):
    """What --cpu and --timeout say, in whatever group of options they stand."""

    @property
    def cpu(self) -> int | None:
        """The processor that all variants share; None for all in turn."""

    @property
    def timeout(self) -> float | None:
        """Seconds that a variant may take for one answer; None for the default."""


def executor(asked: AskedOfProcesses) -> Executor:
    """Return what starts all workers, on the processor of --cpu and with the time-out of --timeout.

    Raises:
        UsageError: there is no such processor.
    """
    from wfperf.measure.executor import ANSWER_TIMEOUT_S, ProcessExecutor, check_cpu

    check_cpu(asked.cpu)
    return ProcessExecutor(asked.cpu, asked.timeout or ANSWER_TIMEOUT_S)


def reproduction(*always: str, **known: object) -> str:
    """Return the command line that does the same again: what was given on it and `always`, but for where output goes.

    `known` are options whose values were found out since.

    A database's URL is left out, for it can hold a password.
    """
    context = click.get_current_context()
    words = ["wfperf", str(context.info_name)]
    for parameter in context.command.params:
        name = str(parameter.name)
        given = context.get_parameter_source(name) in _GIVEN
        if name in _OF_OUTPUT or not (given or name in always or name in known):
            continue
        value = known.get(name, context.params[name])
        if value is True:
            words.append(parameter.opts[-1])
        else:
            for each in value if isinstance(value, tuple) else (value,):
                words += [parameter.opts[-1], str(each)]
    return shlex.join(words)


def chosen_workload() -> str:
    """Return the options of the command line that choose what is measured; nothing where none was given."""
    context = click.get_current_context()
    return shlex.join(
        word
        for parameter in context.command.params
        if parameter.name in _CHOOSING and context.get_parameter_source(parameter.name) in _GIVEN
        for word in (parameter.opts[-1], str(context.params[parameter.name]))
    )


_CHOOSING = frozenset({"plan_file", "workload", "a", "b"})
_GIVEN = frozenset({ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT})
_OF_OUTPUT = frozenset({"db", "form", "file", "force", "fail_on", "no_history"})


@dataclass(frozen=True, slots=True)
class Output:
    """How a result is shown, and where it is written."""

    form: str
    file: str | None
    force: bool

    def check(self) -> None:
        """Make sure, before any work, that the file can be written.

        Raises:
            UsageError: it exists already, or its folder cannot be written.
        """
        if self.file:
            from wfperf.results.files import check_writable

            check_writable(Path(self.file), force=self.force)

    def show(self, result: Any, tables: Callable[[], Iterable[Table]]) -> None:
        """Write a result into the file, if there is one; show it as JSON, or as tables, which are made only then."""
        from wfperf.cli.output import show_result
        from wfperf.results.files import to_json
        from wfperf.results.kinds import to_data

        data = to_json(to_data(result))
        self.write(data)
        show_result(self.form, data, tables)

    def write(self, text: str) -> None:
        """Write a text into the file, if there is one; whole, or not at all."""
        if self.file:
            from wfperf.results.files import write_text

            write_text(Path(self.file), text)


def output(what: str, form: Decorator = output_format) -> Decorator:
    """Return the options --format, -o FILE and --force, as `Output`, for a command that can write `what` to a file."""
    file = click.option(
        "-o",
        "--output",
        "file",
        type=click.Path(dir_okay=False),
        help=f"Also write {what} to FILE.",
    )
    force = click.option("--force", is_flag=True, help="Overwrite files that exist.")
    return grouped(Output, "output", form, file, force)

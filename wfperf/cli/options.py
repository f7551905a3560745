"""Options that several commands share."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from wfperf.cli.grouping import Decorator, grouped
from wfperf.cli.output import show_result
from wfperf.redaction import redacted

if TYPE_CHECKING:
    from wfperf.measure.executor import Executor
    from wfperf.report.table import Table

KEPT = ".wfperf"
"""Folder for everything that wfperf keeps."""

DEFAULT_DB = f"sqlite:///{KEPT}/wfperf.db"
HISTORY_FILE = f"{KEPT}/history.db"

db = click.option(
    "--db",
    metavar="URL",
    default=DEFAULT_DB,
    show_default=True,
    envvar="WFPERF_DB",
    help="Database URL: sqlite:///file.db or postgresql://user@host/name. wfperf creates the default if it is missing.",
)

package = click.option("--package", default="core", show_default=True, help="Package of the workflow.")


def _format(*forms: str) -> Decorator:
    return click.option(
        "--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help="Output format."
    )


output_format = _format("table", "json")
output_format_or_markdown = _format("table", "json", "markdown")

cpu = click.option(
    "--cpu",
    type=click.IntRange(min=0),
    help="Run every block on this processor.  [default: each processor in turn]",
)

clock = click.option(
    "--clock",
    type=click.Choice(["wall", "cpu", "auto"]),
    default="auto",
    show_default=True,
    help="What counts: wall time, or processor time. `auto`: processor time if other processes keep the machine busy "
    "and runs do not wait; else wall time.",
)

timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that a variant may take for one answer.  [default: 120]",
)

seed = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Random seed for the sampling order and PYTHONHASHSEED.",
)

history = click.option("--no-history", is_flag=True, help=f"Do not add the numbers to {HISTORY_FILE}.")


def executor(cpu: int | None, timeout: float | None) -> Executor:
    """Return what starts all workers.

    Args:
        cpu: the processor that all blocks run on; None for each processor in turn.
        timeout: seconds that a variant may take for one answer; None for the default.

    Raises:
        UsageError: wfperf may not use this processor, or it does not exist.
    """
    from wfperf.measure.executor import ANSWER_TIMEOUT_S, ProcessExecutor, check_cpu

    check_cpu(cpu)
    return ProcessExecutor(cpu, timeout or ANSWER_TIMEOUT_S)


def reproduction(*always: str, **known: object) -> str:
    """Return the command line that repeats the current command.

    It contains the options that were given, except those for output. A password in the URL of a database is hidden.

    Args:
        always: options that the command line contains even if they were not given.
        known: options whose values were determined later, with these values.
    """
    context = click.get_current_context()
    words = [str(context.info_name)]
    for parameter in context.command.params:
        name = str(parameter.name)
        given = context.get_parameter_source(name) in _GIVEN
        if name in _OF_OUTPUT or not (given or name in always or name in known):
            continue
        words += _words(parameter, known.get(name, context.params[name]))
    return shlex.join([program(), *words])


def program() -> str:
    """Return the word that runs this program again: its name, or the path by which it was called if that is needed."""
    called = Path(sys.argv[0])
    if called.name != "wfperf" or not called.is_file():
        return "wfperf"
    found = shutil.which("wfperf")
    return "wfperf" if found and Path(found).samefile(called) else str(called)


def _words(parameter: click.Parameter, value: object) -> list[str]:
    """Return the words of a command line that give a parameter its value."""
    if value is None or value is False:  # as a variable of the environment can set it
        return []
    values = [str(each) for each in (value if isinstance(value, tuple) else (value,))]
    if isinstance(parameter, click.Argument):
        return values
    option = parameter.opts[-1]
    if value is True:
        return [option]
    return [word for each in values for word in (option, redacted(each) if parameter.name == "db" else each)]


def chosen_workload() -> str:
    """Return the given options that choose what is measured, as a command line; empty if there are none."""
    return shlex.join(chosen_words())


def chosen_words() -> list[str]:
    """Return the words of the given options that choose what is measured."""
    context = click.get_current_context()
    return [
        word
        for parameter in context.command.params
        if parameter.name in _CHOOSING and context.get_parameter_source(parameter.name) in _GIVEN
        for word in _words(parameter, context.params[parameter.name])
    ]


_CHOOSING = frozenset(
    {
        *("targets", "plan_file", "workload", "a", "b", "args", "kwargs", "setup", "path", "pythons", "withs"),
        *("variables", "keyword", "marker", "kind", "base", "head", "benchmarks_from_base"),
        *("commands", "prepare", "shell", "ignore_failure", "parameters"),
    }
)
_GIVEN = frozenset({ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT})
_OF_OUTPUT = frozenset({"form", "file", "force", "fail_on", "no_history"})


@dataclass(frozen=True, slots=True)
class Output:
    """In which format a result is shown, and to which file it is written."""

    form: str
    file: str | None
    force: bool

    def check(self) -> None:
        """Check before the work begins that the file can be written.

        Raises:
            UsageError: it exists already, or its folder is not writable.
        """
        if self.file:
            from wfperf.results.files import check_writable

            check_writable(Path(self.file), force=self.force)

    def show(self, result: Any, tables: Callable[[], Iterable[Table]]) -> None:
        """Write a result to the file, if one was given. Show it as JSON or as tables; `tables` is called if needed."""
        from wfperf.results.files import to_json
        from wfperf.results.kinds import to_data

        data = to_json(to_data(result))
        self.write(data)
        show_result(self.form, data, tables)

    def keep(self, result: Any) -> None:
        """Write a result to the file as JSON, if one was given."""
        if self.file:
            from wfperf.results.files import to_json
            from wfperf.results.kinds import to_data

            self.write(to_json(to_data(result)))

    def write(self, text: str) -> None:
        """Write a text to the file, if one was given: completely, or not at all."""
        if self.file:
            from wfperf.results.files import write_text

            write_text(Path(self.file), text)


def output(what: str, form: Decorator = output_format) -> Decorator:
    """Return the options --format, -o FILE and --force, passed as one `Output`; `what` names what is written."""
    file = click.option(
        "-o",
        "--output",
        "file",
        type=click.Path(dir_okay=False),
        help=f"Also write {what} to FILE.",
    )
    force = click.option("--force", is_flag=True, help="Overwrite existing files.")
    return grouped(Output, "output", form, file, force)

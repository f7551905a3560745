"""Options that several commands share."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from wfperf.measure.executor import Executor

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

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
    help="Seconds that a subject may take for one answer. [default: 120]",
)

seed = click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of orders and hash seeds."
)

history = click.option("--no-history", is_flag=True, help=f"Do not keep the numbers in {HISTORY_FILE}.")


def executor(given: dict[str, Any]) -> Executor:
    """Return what starts all workers under the conditions of --cpu and --timeout.

    Raises:
        UsageError: there is no such processor.
    """
    from wfperf.measure.executor import ANSWER_TIMEOUT_S, ProcessExecutor, check_cpu

    check_cpu(given["cpu"])
    return ProcessExecutor(given["cpu"], given["timeout"] or ANSWER_TIMEOUT_S)


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


def output(what: str) -> Decorator:
    """Return the options -o FILE and --force for a command that can write `what` to a file."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function = click.option("--force", is_flag=True, help="Overwrite files that exist.")(function)
        return click.option(
            "-o",
            "--output",
            "file",
            type=click.Path(dir_okay=False),
            help=f"Also write {what} to FILE.",
        )(function)

    return decorate

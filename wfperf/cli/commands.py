"""Options of `wfperf compare` that name commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from wfperf.cli.environments import environments
from wfperf.cli.grouping import grouped
from wfperf.cli.planned import Chosen, PlanOptions, source_trees
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.cli.revisions import Revisions
    from wfperf.plan import Command


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """The commands to compare, and how they run; no command to compare something else."""

    commands: tuple[str, ...]
    prepare: tuple[str, ...]
    shell: bool
    ignore_failure: bool
    parameters: tuple[str, ...]


command_options = grouped(
    CommandOptions,
    "commands",
    click.option("--command", "commands", metavar="TEXT", multiple=True,
                 help="Compare commands: a program with its arguments, quoted as in a shell; repeatable."),
    click.option("--prepare", metavar="TEXT", multiple=True,
                 help="Command that runs before each run, untimed: one for all, or one for each --command."),
    click.option("--shell", is_flag=True, help="Run the commands in a shell, so that they may use its syntax."),
    click.option("--ignore-failure", is_flag=True, help="Accept any exit code of the commands."),
    click.option("--parameter", "parameters", metavar="NAME=A,B", multiple=True,
                 help="Values of {NAME} in the commands; every combination is measured."),
)  # fmt: skip


def chosen_commands(options: CommandOptions, source: PlanOptions, revisions: Revisions) -> Chosen | None:
    """Return the plan that compares the commands; None if there is no command.

    Args:
        options: the commands.
        source: the options that choose something else, and the environments.
        revisions: the revisions that are compared, if any.

    Raises:
        UsageError: the options exclude each other, or have no commands.
    """
    if not options.commands:
        if (options.prepare, options.shell, options.ignore_failure, options.parameters) != ((), False, False, ()):
            raise UsageError("--prepare, --shell, --ignore-failure and --parameter are about commands; give --command")
        return None
    from wfperf.measure.commands import commands_plan

    others = (source.plan_file, source.workload, source.a, source.b, source.args, source.kwargs, source.setup)
    if source.targets or any(each is not None for each in (*others, source.keyword, source.marker, source.kind)):
        raise UsageError("--command excludes functions, suites and plans, and their options; leave those out")
    if revisions.of_benchmarks is not None:
        raise UsageError("--benchmarks-from-base is about suites and functions; each revision runs its own commands")
    has_base = revisions.base is not None
    within = environments(source.pythons, source.withs, source.variables)
    path = source_trees(source.path) if source.path or has_base else ()
    plan = commands_plan([*_commands(options)], _parameters(options.parameters), within, path, has_base=has_base)
    return Chosen(plan, "commands")


def _commands(options: CommandOptions) -> Iterator[Command]:
    from pydantic import ValidationError

    from wfperf.faults import first_fault
    from wfperf.plan import Command

    prepare = options.prepare or ("",)
    if len(prepare) not in {1, len(options.commands)}:
        raise UsageError(
            f"there are {len(options.commands)} commands, but {len(prepare)} --prepare; give one for all, or one for "
            "each --command"
        )
    each_prepare = prepare * len(options.commands) if len(prepare) == 1 else prepare
    for run, before in zip(options.commands, each_prepare, strict=True):
        try:
            yield Command(run, before, options.shell, options.ignore_failure)
        except ValidationError as error:
            raise UsageError(f"--command: {first_fault(error, {})}") from error


def _parameters(texts: Sequence[str]) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"--parameter takes NAME=A,B, not {text!r}")
        parameters.setdefault(name, []).extend(values.split(","))
    return parameters

"""The command line: one command per file; parse, call, render."""

from __future__ import annotations

import errno
import os
import sys
from difflib import get_close_matches
from importlib import import_module
from keyword import iskeyword

import click

from wfperf import __version__
from wfperf.cli.output import drop, drop_unread_errors, has_lost_reader, open_streams, say
from wfperf.errors import ExitCode, WfperfError, missing_dependency
from wfperf.interrupts import interrupt_on_signals, repeat_swallowed_interrupts

COMMANDS = (
    "seed", "run", "check", "graph", "import", "export", "plan", "verify", "profile", "compare", "show", "gate",
    "history", "bisect", "init", "doctor",
)  # fmt: skip


COMPLETE = "_WFPERF_COMPLETE"
"""The variable by which a shell asks for its script, and for completions."""


class _Commands(click.Group):
    """Imports a command's module when the command is called, and all modules for the list in --help."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = f"{name}_" if iskeyword(name) else name
        command: click.Command = import_module(f"wfperf.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = [f"; did you mean {each!r}?" for each in get_close_matches(args[0], COMMANDS, 1)]
            raise click.UsageError(error.message.rstrip(".") + "".join(near), ctx) from error


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wfperf")
def cli() -> None:
    """Prove or refute performance claims by paired, interleaved measurement.

    wfperf measures the code that a plan describes; `wfperf init` writes one. The built-in plan describes a workflow
    engine. `wfperf COMMAND --help` shows examples.
    """


def main() -> None:
    """Run the command line and exit with its exit code. An error is printed as one line on standard error."""
    try:
        open_streams()
        repeat_swallowed_interrupts()
        interrupt_on_signals()
        status = _run()
    except KeyboardInterrupt:
        status = _interrupted()
    except BaseException as error:  # noqa: BLE001 - Python would exit with 1, which means FAIL in wfperf
        status = _interrupted() if _comes_of_interrupt(error) else _answer(error)
    drop_unread_errors()
    sys.exit(int(status or ExitCode.DONE))


def _run() -> int | None:
    if instruction := os.environ.get(COMPLETE):
        from wfperf.cli.shells import complete

        return complete(cli, COMPLETE, instruction)
    try:
        # `cli.main` exits with 1 when a pipe is closed; in wfperf, 1 means a regression.
        with cli.make_context("wfperf", sys.argv[1:], auto_envvar_prefix="WFPERF") as context:
            status: int | None = cli.invoke(context)
    except click.exceptions.Exit as end:
        status = end.exit_code
    sys.stdout.flush()
    return status


def _comes_of_interrupt(error: BaseException | None) -> bool:
    """Return whether an interrupt caused an error, for instance because it struck while a class was created."""
    while error is not None:
        # If an interrupt strikes while pydantic builds a model, only its name remains, in the text of pydantic's error.
        in_a_model = type(error).__name__ == "SchemaError" and "KeyboardInterrupt" in str(error)
        if in_a_model or isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _answer(error: BaseException) -> int:
    if missing := missing_dependency(error):
        error = missing
    match error:
        case click.ClickException() | WfperfError():
            return _explain(error)
        case click.Abort():
            return _interrupted()
        case BrokenPipeError() if has_lost_reader(sys.stdout):
            drop(sys.stdout)
            return ExitCode.DONE
        case OSError(errno=errno.ENOSPC):
            drop(sys.stdout)
            return _fail(
                "no space left to write the output; free some, or write elsewhere",
                ExitCode.USAGE,
            )
    from wfperf.cli.defect import keep_defect

    return _tell(keep_defect(error, sys.argv[1:]), ExitCode.DEFECT)


def _explain(error: click.ClickException | WfperfError) -> int:
    if isinstance(error, WfperfError):
        return _fail(str(error), error.exit_code)
    message = error.format_message()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return _tell(message, ExitCode.USAGE)
    if isinstance(error, click.UsageError):
        message += f" (see: {error.ctx.command_path if error.ctx else 'wfperf'} --help)"
    return _fail(message, ExitCode.USAGE)  # click's own code is 1 for some of them


def _interrupted() -> int:
    if sys.stderr.isatty():
        say("")  # ends the line that shows ^C
    return _fail("interrupted", ExitCode.INTERRUPTED)


def _fail(message: str, status: int) -> int:
    return _tell("wfperf: error: " + " ".join(message.split()), status)


def _tell(message: str, status: int) -> int:
    say(message)
    return status

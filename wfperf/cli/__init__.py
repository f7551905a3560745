"""The command line: one command per file; parse, call, render."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from wfperf import __version__
from wfperf.errors import ExitCode, WfperfError

COMMANDS = ("seed", "run", "plan", "verify", "profile", "compare", "gate")


class _Commands(click.Group):
    """Loads a command's module when the command is named, and all of them for the list in --help."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"wfperf.cli.{name}").command
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="wfperf")
def cli() -> None:
    """Prove or refute the speedups promised for a Python workflow engine."""


def main() -> None:
    """Run the command line and leave with its exit code; an error is one line on standard error."""
    try:
        status = cli.main(prog_name="wfperf", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "wfperf"
        status = _fail(f"{error.format_message()} (see: {where} --help)", ExitCode.USAGE)
    except click.ClickException as error:
        status = _fail(error.format_message(), error.exit_code)
    except WfperfError as error:
        status = _fail(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        status = _fail("interrupted", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone; nothing more can be said, and the interpreter must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ExitCode.DONE
    sys.exit(int(status or ExitCode.DONE))


def _fail(message: str, status: int) -> int:
    click.echo("wfperf: error: " + " ".join(message.split()), err=True)
    return status

"""`wfperf init`."""

from __future__ import annotations

import shlex
from importlib.resources import files
from pathlib import Path

import click

from wfperf.cli.options import program
from wfperf.cli.output import say
from wfperf.errors import ExitCode

TEMPLATES = {"wfperf.toml": "plan.toml", "wfperf_workload.py": "workload.py"}


EXAMPLES = """\b
Examples:
  wfperf init
  wfperf init benchmarks --force
"""


@click.command("init", epilog=EXAMPLES)
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def command(folder: Path, force: bool) -> ExitCode:
    """Write a commented plan and workload for your own code.

    wfperf writes them into FOLDER, by default the current folder. Both work unchanged; try them with `wfperf compare`.
    """
    from wfperf.results.files import check_writable, write_text

    targets = {folder / name: template for name, template in TEMPLATES.items()}
    for target in targets:
        check_writable(target, force=force)
    for target, template in targets.items():
        write_text(target, files("wfperf.cli").joinpath("templates", template).read_text(encoding="utf-8"))
        say(f"wrote {target}")
    is_found = Path().absolute().is_relative_to(folder.absolute())
    named = "" if is_found else f" --plan {shlex.quote(str(folder / 'wfperf.toml'))}"
    click.echo("Describe your configurations and the claims in them, then run:")
    for line in ("verify", "compare", "profile", "gate --update"):
        click.echo(f"  {shlex.quote(program())} {line}{named}")
    return ExitCode.DONE

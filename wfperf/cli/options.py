"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

DEFAULT_DB = "sqlite:///.wfperf/wfperf.db"

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

from dataclasses import dataclass

import click
import pytest
from click.testing import CliRunner

from wfperf.cli.grouping import grouped


@dataclass(frozen=True, slots=True)
class Timing:
    """How long."""

    max_time: float
    blocks: int | None
    quick: bool = True


timing = grouped(
    Timing, "timing", click.option("--max-time", type=float, default=2.0), click.option("--blocks", type=int)
)


@click.command()
@click.option("--first")
@timing
@click.option("--last")
def command(first, last, timing):
    """Say what was given."""
    click.echo(f"{first} {timing} {last}")


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ([], "None Timing(max_time=2.0, blocks=None, quick=True) None\n"),
        (["--blocks", "3", "--first", "a", "--max-time", "1"], "a Timing(max_time=1.0, blocks=3, quick=True) None\n"),
    ],
)
def test_the_command_gets_its_options_as_one_object(arguments, printed):
    assert CliRunner().invoke(command, arguments).output == printed


def test_the_help_lists_them_in_order_and_a_wrong_one_is_an_error():
    text = CliRunner().invoke(command, ["--help"]).output
    places = [text.index(name) for name in ("Say what was given.", "--first", "--max-time", "--blocks", "--last")]
    assert places == sorted(places)
    refused = CliRunner().invoke(command, ["--blocks", "many"])
    assert (refused.exit_code, "'many' is not a valid integer" in refused.output) == (2, True)

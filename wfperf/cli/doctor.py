"""`wfperf doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.output import say
from wfperf.errors import ExitCode

if TYPE_CHECKING:
    from wfperf.cli.options import Output

MAX_TIME_S = 8.0
"""Enough for the blocks that an interval needs, and no longer than somebody waits who only wants to look."""


@click.command("doctor")
@click.option(
    "--max-time", type=click.FloatRange(min=0), default=MAX_TIME_S, show_default=True,
    help="Seconds to measure the noise floor for; 0 leaves it out.",
)  # fmt: skip
@options.output("the diagnosis as JSON")
def command(max_time: float, output: Output) -> ExitCode:
    """Say what on this machine adds noise to measurements, and what to do about it."""
    from wfperf.measure.machine import checks
    from wfperf.measure.noise import measure_noise_floor
    from wfperf.report.doctored import diagnosis_table
    from wfperf.results.diagnosis import Diagnosis
    from wfperf.results.machine import gather

    output.check()
    found = checks(gather())
    floor = None
    if max_time:
        say(f"measuring the noise floor, {max_time:g} s ...")
        floor = measure_noise_floor(max_time)
    diagnosis = Diagnosis(found, floor)
    output.show(diagnosis, lambda: [diagnosis_table(diagnosis)])
    return ExitCode.DONE

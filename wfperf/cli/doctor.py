"""`wfperf doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.output import say_begun
from wfperf.errors import ExitCode

if TYPE_CHECKING:
    from wfperf.cli.options import Output

MAX_TIME_S = 8.0
"""Long enough for the blocks that an interval needs, and short enough for a quick check."""


EXAMPLES = """\b
Examples:
  wfperf doctor
  wfperf doctor --max-time 0 --format json
"""


@click.command("doctor", epilog=EXAMPLES)
@click.option(
    "--max-time", type=click.FloatRange(min=0), default=MAX_TIME_S, show_default=True,
    help="Time budget for measuring the noise floor, in seconds; 0 skips it.",
)  # fmt: skip
@options.output("the diagnosis as JSON")
def command(max_time: float, output: Output) -> ExitCode:
    """Find what adds noise to measurements on this machine.

    The table lists each check, with a remedy where there is noise. The noise floor is measured last.
    """
    from wfperf.measure.machine import checks
    from wfperf.measure.noise import measure_noise_floor
    from wfperf.report.doctored import diagnosis_table
    from wfperf.results.diagnosis import Diagnosis
    from wfperf.results.machine import gather

    output.check()
    found = checks(gather())
    floor = None
    if max_time:
        say_begun(f"measuring the noise floor, {max_time:g} s")
        floor = measure_noise_floor(max_time)
    diagnosis = Diagnosis(found, floor)
    output.show(diagnosis, lambda: [diagnosis_table(diagnosis)])
    return ExitCode.DONE

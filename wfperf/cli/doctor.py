"""`wfperf doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from wfperf.cli import options
from wfperf.cli.output import say, show_result
from wfperf.errors import ExitCode

MAX_TIME_S = 8.0
"""Enough for the blocks that an interval needs, and no longer than somebody waits who only wants to look."""


@click.command("doctor")
@click.option(
    "--max-time", type=click.FloatRange(min=0), default=MAX_TIME_S, show_default=True,
    help="Seconds to measure the noise floor for; 0 leaves it out.",
)  # fmt: skip
@options.output_format
@options.output("the diagnosis as JSON")
def command(max_time: float, form: str, file: str | None, force: bool) -> ExitCode:
    """Say what on this machine adds noise to measurements, and what to do about it."""
    from wfperf.measure.machine import checks
    from wfperf.measure.noise import measure_noise_floor
    from wfperf.report.doctored import diagnosis_table
    from wfperf.results.diagnosis import Diagnosis
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.kinds import to_data
    from wfperf.results.machine import gather

    if file:
        check_writable(Path(file), force=force)
    found = checks(gather())
    floor = None
    if max_time:
        say(f"measuring the noise floor, {max_time:g} s ...")
        floor = measure_noise_floor(max_time)
    diagnosis = Diagnosis(found, floor)
    text = to_json(to_data(diagnosis))
    if file:
        write_text(Path(file), text)
    show_result(form, text, lambda: [diagnosis_table(diagnosis)])
    return ExitCode.DONE

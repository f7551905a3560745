"""`wfperf verify`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from wfperf.cli import options
from wfperf.cli.output import show_result
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode

RANDOM = 200
"""So many meet every node type and every kind of edge."""

SEEDS = 1_000_000
"""A seed that is easily copied from the terminal."""


@click.command("verify")
@click.option(
    "--random",
    type=click.IntRange(min=0),
    default=RANDOM,
    show_default=True,
    help="Random cases of each sort that the plan's own `verify` draws.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Of everything random.  [default: another one each time]")
@plan_options
@options.db
@options.output_format
@options.output("the result as JSON")
def command(random: int, seed: int | None, db: str, form: str, file: str | None, force: bool, **given: Any) -> ExitCode:
    """Hold every configuration, optimization and pair to the results of the base, on every benchmark.

    And to whatever else the plan looks at: the built-in one at random workflows, and at templates made to break a
    substitution. What the plan marks as changing results is shown with an example; exits 4 when anything else differs.
    """
    import secrets
    from dataclasses import replace

    from wfperf.measure.verifying import verify, verify_beyond
    from wfperf.report.progress import progress
    from wfperf.report.verified import verified_tables
    from wfperf.results.files import check_writable, to_json, write_text
    from wfperf.results.kinds import to_data

    if file:
        check_writable(Path(file), force=force)
    chosen = chosen_plan(given)
    plan, folder = chosen.plan, chosen.folder
    prepared = chosen.prepared(db)
    chosen.announce("Verifying", form)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    with progress(f"verifying with seed {seed}" if plan.verify else "verifying") as advance:
        found = verify(plan, folder=folder, prepared=prepared, advance=advance)
        if plan.verify:
            beyond = verify_beyond(plan, folder=folder, prepared=prepared, random=random, seed=seed)
            found = replace(found, beyond=beyond, seed=seed, random=random)
    reproduce = options.reproduction("random", seed=seed) if plan.verify else options.reproduction()
    found = replace(found, reproduce=_with_database(reproduce, db))
    text = to_json(to_data(found))
    if file:
        write_text(Path(file), text)
    show_result(form, text, lambda: verified_tables(found))
    return ExitCode.DONE if found.equal else ExitCode.RESULTS_DIFFER


def _with_database(command: str, db: str) -> str:
    """Return a command with the database that it is about, if it isn't the default; without its password."""
    from wfperf.redaction import redacted

    return command if db == options.DEFAULT_DB else f"{command} --db {shlex.quote(redacted(db))}"

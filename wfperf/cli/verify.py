"""`wfperf verify`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_options
from wfperf.errors import ExitCode

RANDOM = 200
"""So many meet every node type and every kind of edge."""

SEEDS = 1_000_000
"""A seed that is easily copied from the terminal."""

if TYPE_CHECKING:
    from wfperf.cli.options import Output


@click.command("verify")
@click.option(
    "--random",
    type=click.IntRange(min=0),
    default=RANDOM,
    show_default=True,
    help="Random cases of each sort that the plan's own `verify` draws.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Random seed.  [default: another one each time]")
@plan_options
@options.db
@options.output("the result as JSON")
def command(random: int, seed: int | None, source: PlanOptions, db: str, output: Output) -> ExitCode:
    """Check that every configuration, optimization and pair gives the results of the baseline, on every benchmark.

    Then the plan's own hook checks more: the built-in plan runs random workflows, and templates that are designed to
    break a substitution. If the plan marks a variant as changing results, an example is shown. Exits 4 if any other
    variant gives different results.
    """
    import secrets
    from dataclasses import replace

    from wfperf.measure.verifying import verify, verify_beyond
    from wfperf.report.progress import progress
    from wfperf.report.verified import verified_tables

    output.check()
    chosen = chosen_plan(source)
    plan, folder = chosen.plan, chosen.folder
    prepared = chosen.prepared(db)
    chosen.announce("Verifying", output.form)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    with progress(f"verifying with seed {seed}" if plan.verify else "verifying") as advance:
        found = verify(plan, folder=folder, prepared=prepared, advance=advance)
        if plan.verify:
            beyond = verify_beyond(plan, folder=folder, prepared=prepared, random=random, seed=seed)
            found = replace(found, beyond=beyond, seed=seed, random=random)
    reproduce = options.reproduction("random", seed=seed) if plan.verify else options.reproduction()
    found = replace(found, reproduce=_with_database(reproduce, db))
    output.show(found, lambda: verified_tables(found))
    return ExitCode.DONE if found.equal else ExitCode.RESULTS_DIFFER


def _with_database(command: str, db: str) -> str:
    """Return a command with the database that it is about, if it isn't the default; without its password."""
    from wfperf.redaction import redacted

    return command if db == options.DEFAULT_DB else f"{command} --db {shlex.quote(redacted(db))}"

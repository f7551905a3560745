"""`wfperf verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wfperf.cli import options
from wfperf.cli.help import SectionedCommand
from wfperf.cli.planned import PlanOptions, chosen_plan, plan_options
from wfperf.errors import ExitCode, UsageError

RANDOM = 200
"""Enough random workflows to cover every node type and every kind of edge."""

SEEDS = 1_000_000
"""Seeds stay below this: six digits are easy to copy."""

if TYPE_CHECKING:
    from wfperf.cli.options import Output


EXAMPLES = """\b
Examples:
  wfperf verify
  wfperf verify --random 2000 --seed 7
"""


@click.command("verify", cls=SectionedCommand, epilog=EXAMPLES)
@click.option(
    "--random",
    type=click.IntRange(min=0),
    default=RANDOM,
    show_default=True,
    help="Random cases of each kind for the plan's hook `verify`.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Random seed of those cases.  [default: a new one each time]")
@plan_options
@options.db
@options.output("the result as JSON")
def command(random: int, seed: int | None, source: PlanOptions, db: str, output: Output) -> ExitCode:
    """Check that every variant returns the results of the baseline.

    wfperf runs every configuration, optimization and pair on every benchmark. Then the plan's hook `verify` checks
    more: that of the built-in plan runs random workflows, and templates that are designed to break a substitution.

    If the plan marks a variant as changing results, wfperf shows an example. Exits with 4 if any other variant returns
    different results.
    """
    import secrets
    from dataclasses import replace

    from wfperf.measure.verifying import verify, verify_beyond
    from wfperf.report.progress import progress
    from wfperf.report.verified import verified_tables

    output.check()
    chosen = chosen_plan(source)
    plan, folder = chosen.plan, chosen.folder
    if plan.suite:
        raise UsageError("verify runs what a factory makes; compare and gate check the results of a suite")
    prepared = chosen.prepared(db)
    chosen.announce("Verifying", output.form)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    with progress(f"verifying with seed {seed}" if plan.verify else "verifying") as advance:
        found = verify(plan, folder=folder, prepared=prepared, advance=advance)
        if plan.verify:
            beyond = verify_beyond(plan, folder=folder, prepared=prepared, random=random, seed=seed)
            found = replace(found, beyond=beyond, seed=seed, random=random)
    reproduce = options.reproduction("random", seed=seed) if plan.verify else options.reproduction()
    found = replace(found, reproduce=reproduce)
    output.show(found, lambda: verified_tables(found))
    return ExitCode.DONE if found.equal else ExitCode.RESULTS_DIFFER

"""`wfperf verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wfperf.cli import options
from wfperf.cli.output import show_result
from wfperf.cli.planned import chosen_plan, plan_options
from wfperf.errors import ExitCode

if TYPE_CHECKING:
    from wfperf.cli.planned import Chosen
    from wfperf.report.table import Table

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
    help="Random workflows, and random templates, to hold them to.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Of everything random.  [default: another one each time]")
@plan_options
@options.db
@options.output_format
@options.output("the result as JSON")
def command(random: int, seed: int | None, db: str, form: str, file: str | None, force: bool, **given: Any) -> ExitCode:
    """Hold every implementation and configuration to the results of `original`.

    On the scenarios, on random workflows and on templates made to break a substitution. What the plan marks
    as changing results is shown with the smallest example; exits 4 when anything else differs. A workload of your
    own is held to the results of its base, on its scenarios.
    """
    from wfperf.results.files import check_writable, to_json, write_text

    if file:
        check_writable(Path(file), force=force)
    chosen = chosen_plan(given)
    data, tables, equal = _own(chosen, form) if chosen.plan.is_own else _engine(chosen, form, db, random, seed)
    text = to_json(data)
    if file:
        write_text(Path(file), text)
    show_result(form, text, lambda: tables)
    return ExitCode.DONE if equal else ExitCode.RESULTS_DIFFER


def _engine(
    chosen: Chosen, form: str, db: str, random: int, seed: int | None
) -> tuple[dict[str, Any], list[Table], bool]:
    import secrets
    import shlex
    from contextlib import closing
    from importlib.util import find_spec

    from wfperf.cli.database import open_seeded
    from wfperf.equivalence.verify import verify
    from wfperf.report.progress import progress
    from wfperf.report.verified import verified_data, verified_tables

    seed = secrets.randbelow(SEEDS) if seed is None else seed
    with closing(open_seeded(db)) as database:
        reproduce = f"wfperf verify --random {random} --seed {seed}"
        if db != options.DEFAULT_DB:
            reproduce += f" --db {shlex.quote(database.shown)}"
        chosen.announce("Verifying", form)
        with progress(f"verifying with seed {seed}") as advance:
            has_mail = find_spec("aiosmtpd") is not None
            found = verify(database, chosen.plan, random=random, seed=seed, mail=has_mail, advance=advance)
    return verified_data(found, reproduce), verified_tables(found, reproduce), found.equal


def _own(chosen: Chosen, form: str) -> tuple[dict[str, Any], list[Table], bool]:
    from wfperf.measure.held import held_data, hold
    from wfperf.report.held import held_tables
    from wfperf.report.progress import progress

    chosen.announce("Verifying", form)
    with progress("verifying") as advance:
        held = hold(chosen.plan, advance, folder=chosen.folder)
    return held_data(held), held_tables(held), all(each.equal for each in held)

"""`wfperf verify`."""

from __future__ import annotations

from pathlib import Path

import click

from wfperf.cli import options
from wfperf.errors import ExitCode

RANDOM = 200
SEEDS = 1_000_000


@click.command("verify")
@click.option(
    "--random",
    type=click.IntRange(min=0),
    default=RANDOM,
    show_default=True,
    help="Random workflows, and random templates, to hold them to.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Of everything random.  [default: another one each time]")
@options.db
@options.output_format
@options.output("the result as JSON")
def command(random: int, seed: int | None, db: str, form: str, file: str | None, force: bool) -> ExitCode:
    """Hold every implementation and configuration to the results of `original`.

    On the scenarios, on random workflows and on templates made to break a substitution. What the plan marks
    as changing results is shown with the smallest example; exits 4 when anything else differs.
    """
    import secrets
    import shlex
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.equivalence.verify import verify
    from wfperf.plan import load_plan
    from wfperf.report.progress import progress
    from wfperf.report.terminal import show
    from wfperf.report.verified import verified_data, verified_tables
    from wfperf.results.files import check_writable, to_json, write_text

    if file:
        check_writable(Path(file), force=force)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    with closing(open_seeded(db)) as database:
        reproduce = f"wfperf verify --random {random} --seed {seed}"
        if db != options.DEFAULT_DB:
            reproduce += f" --db {shlex.quote(database.shown)}"
        with progress(f"verifying with seed {seed}") as advance:
            found = verify(database, load_plan(), random=random, seed=seed, advance=advance)
    data = to_json(verified_data(found, reproduce))
    if file:
        write_text(Path(file), data)
    if form == "json":
        click.echo(data, nl=False)
    else:
        show(verified_tables(found, reproduce))
    return ExitCode.DONE if found.equal else ExitCode.RESULTS_DIFFER

"""`wfperf run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wfperf.cli import completion, options
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.cli.options import Output
    from wfperf.engine.database import Database
    from wfperf.engine.errors import RunError
    from wfperf.engine.trace import RunResult
    from wfperf.engine.workflow import Workflow

_EXAMPLE = '{"result": {"order_number": "4711"}}'


EXAMPLES = """\b
Examples:
  wfperf run typical
  wfperf run typical --config optimized --format json
"""


@click.command("run", epilog=EXAMPLES)
@click.argument("scenario", default="typical", shell_complete=completion.scenarios)
@click.option(
    "--config",
    "configuration",
    metavar="NAME",
    default="original",
    show_default=True,
    help="Configuration or optimization of the built-in plan.",
)
@click.option(
    "--context",
    "context_file",
    metavar="FILE",
    shell_complete=completion.files,
    help=f"JSON file that replaces the scenario's input: {_EXAMPLE}.",
)
@click.option("--guid", default="run", show_default=True, help="GUID of the run.")
@click.option("--package", default="core", show_default=True, help="Package of a workflow that is not a scenario.")
@click.option("--files", metavar="FOLDER", help="Root folder of FILE nodes; they cannot access files outside of it.")
@click.option(
    "--smtp",
    metavar="URL",
    envvar="WFPERF_SMTP",
    help="Mail server for EMAIL nodes: smtp://, smtp+starttls:// or smtps://, then user:password@host:port.",
)
@click.option("--record/--no-record", default=True, show_default=True, help="Record the run in the database, or not.")
@click.option("--debug", is_flag=True, help="Write debug messages and the messages of LOG nodes to stderr.")
@options.db
@options.output("the run as JSON")
def command(
    scenario: str,
    configuration: str,
    context_file: str | None,
    guid: str,
    package: str,
    files: str | None,
    smtp: str | None,
    record: bool,
    debug: bool,
    db: str,
    output: Output,
) -> None:
    """Run a scenario once, and show what each node did.

    SCENARIO is the name of a scenario, or the code of a workflow in the database. A workflow that is not a scenario
    starts without variables.
    """
    from contextlib import closing

    from wfperf.cli.database import open_seeded
    from wfperf.engine.config import EngineConfig
    from wfperf.engine.outside import MailServer
    from wfperf.engine.recording import Recorder
    from wfperf.engine.workflow import Workflow
    from wfperf.engine_report.executed import executed
    from wfperf.fixtures.services import SERVICES
    from wfperf.plan import load_plan
    from wfperf.report.trace import trace_table

    if not guid.isprintable():
        raise UsageError(f"--guid {guid!r} has characters that cannot be printed; use letters, digits and punctuation")
    chosen = load_plan().configuration(configuration)
    given = _read_context(context_file) if context_file is not None else None
    output.check()
    if debug:
        _log_to_stderr()
    with closing(open_seeded(db)) as database:
        workflow, context = _find(scenario, package, database)
        context = context if given is None else given
        engine = Workflow(
            database,
            config=EngineConfig(**chosen.choices),
            services=SERVICES,
            files=_folder(files),
            mail=None if smtp is None else MailServer.from_url(smtp),
            recorder=Recorder(database) if record else None,
            do_debug=debug,
        )
        with engine:
            result, failure, duration_s = _timed(engine, workflow, guid, context, package)
    found = executed(result, configuration=chosen.name, package=package, given=context["result"], duration_s=duration_s)
    output.show(found, lambda: [trace_table(found)])
    if failure:
        raise failure


def _timed(
    engine: Workflow, workflow: str, guid: str, context: dict[str, Any], package: str
) -> tuple[RunResult, RunError | None, float]:
    """Return the result of a run, the error that stopped it or None, and its duration in seconds, loading included."""
    from time import perf_counter

    from wfperf.engine.errors import RunError

    since_s = perf_counter()
    try:
        return engine.run_workflow(workflow, guid, context, package), None, perf_counter() - since_s
    except RunError as error:
        if error.result is None:
            raise
        return error.result, error, perf_counter() - since_s


def _folder(name: str | None) -> Path | None:
    if name is not None and not Path(name).is_dir():
        raise UsageError(f"there is no folder {name}; --files takes an existing folder, the root of FILE nodes")
    return None if name is None else Path(name)


def _read_context(file: str) -> dict[str, Any]:
    import json

    try:
        context = json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"cannot read the context {file}: {error.strerror}; --context takes a JSON file") from error
    except json.JSONDecodeError as error:
        raise UsageError(
            f"the context {file} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise UsageError(f"the context {file} is nested too deeply") from error
    except ValueError as error:  # not UTF-8, or a number with too many digits
        raise UsageError(f"the context {file} is not JSON: {error}") from error
    if not isinstance(context, dict):
        raise UsageError(f"the context {file} is {_KINDS[type(context)]}; it must be an object: {_EXAMPLE}")
    if not isinstance(context.get("result"), dict):
        raise UsageError(f"the context {file} has no object 'result'; put the variables into it: {_EXAMPLE}")
    return context


_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "a boolean", type(None): "null"}


def _find(name: str, package: str, db: Database) -> tuple[str, dict[str, Any]]:
    """Return the code of the workflow that `name` stands for, and the context that it starts with."""
    from difflib import get_close_matches

    from wfperf.fixtures.scenarios import SCENARIOS
    from wfperf.workflow_files.store import packages_by_code

    for scenario in SCENARIOS.values():
        if name == scenario.name or (name, package) == (scenario.workflow, scenario.package):
            return scenario.workflow, scenario.context()
    packages = packages_by_code(db)
    if package in packages.get(name, ()):
        return name, {"result": {}}
    if name in packages:
        raise UsageError(f"workflow {name!r} is not in package {package!r}; give --package {packages[name][0]}")
    near = get_close_matches(name, [*SCENARIOS, *packages], n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(SCENARIOS)}"
    raise UsageError(f"no scenario {name!r}, and no workflow with this code in {db.shown}; {hint}")


def _log_to_stderr() -> None:
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    logger = logging.getLogger("wfperf.engine")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)

"""Options that `gate` and `bisect` share, the request made of them, and the output of a decision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wfperf.cli import completion, options
from wfperf.cli.grouping import grouped

if TYPE_CHECKING:
    from wfperf.cli.planned import Chosen
    from wfperf.gate.policy import Policy
    from wfperf.gate.progress import Progress
    from wfperf.gate.request import Request
    from wfperf.measure.blocks import Schedule
    from wfperf.plan import Plan
    from wfperf.results.decision import Decision


@dataclass(frozen=True, slots=True)
class GateOptions:
    """The values of the options that `gate` and `bisect` share: what is gated, by which budgets, and how."""

    tree_setup: tuple[str, ...]
    policy_file: Path | None
    only: str | None
    benchmarks: tuple[str, ...]
    configurations: tuple[str, ...]
    accept_results: bool
    max_time: float | None
    timeout: float | None
    cpu: int | None
    clock: str
    seed: int


_OPTIONS = (
    click.option("--tree-setup", metavar="COMMAND", multiple=True,
                 help="Command to run in each source tree first, without a shell; repeatable. Example: "
                 "'python3 -m venv .venv'."),
    click.option("--policy", "policy_file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
                 help="TOML file with a table `gate`.  [default: the plan's own; for the built-in plan, the nearest "
                      "wfperf.toml or pyproject.toml that holds such a table and no plan]"),
    click.option("--only", type=click.Choice(["counters", "time"]),
                 help="Only count, or only time.  [default: count, then time what passes]"),
    click.option("--benchmark", "benchmarks", metavar="NAME", multiple=True, shell_complete=completion.benchmarks,
                 help="Gate only this benchmark; repeatable."),
    click.option("--config", "configurations", metavar="NAME", multiple=True, shell_complete=completion.names,
                 help="Gate only this configuration; repeatable."),
    click.option("--accept-results", is_flag=True,
                 help="Accept results that differ between the revisions; those runs are counted, but not timed."),
    click.option("--max-time", type=click.FloatRange(min=1),
                 help="Time budget for timing, in seconds.  [default: that of the policy, or else 90; of a suite 10 "
                      "for each benchmark, if that is more]"),
    options.timeout,
    options.cpu,
    options.clock,
    options.seed,
)  # fmt: skip


gate_options = grouped(GateOptions, "gating", *_OPTIONS)
"""The options that say what is gated and how, handed over as one `GateOptions`."""


def asked_policy(chosen: Chosen, gating: GateOptions) -> Policy:
    """Return the policy that --policy names, or the one found in or beside the plan, or else the default policy.

    Raises:
        UsageError: its file cannot be read, or is invalid.
    """
    from wfperf.gate.policy import Policy, read_policy
    from wfperf.plan.find import budgets_beside, find_budgets

    file = gating.policy_file or (budgets_beside(chosen.file) if chosen.file else find_budgets(Path()))
    if not file:
        return Policy()
    suite = chosen.plan.suite
    is_selected = suite is not None and bool(suite.options.get("select"))  # it may have budgets of all others, too
    names = None if is_selected else tuple(each.name for each in chosen.plan.benchmarks)
    return read_policy(file, chosen.plan, names)


def request_of(chosen: Chosen, policy: Policy, gating: GateOptions, *, from_base: bool = False) -> Request:
    """Return the request that the options describe.

    Raises:
        UsageError: the plan lacks what they name, or wfperf may not use the processor.
    """
    from wfperf.gate.request import Request
    from wfperf.plan.models import named

    plan = chosen.plan
    for benchmark in gating.benchmarks:
        plan.benchmark(benchmark)
    for configuration in gating.configurations:
        named("configuration", configuration, {each.name: each for each in plan.configurations})
    return Request(
        plan,
        policy,
        chosen.folder,
        setup=gating.tree_setup,
        only=gating.only or "",
        accept_results=gating.accept_results,
        schedule=schedule_of(plan, policy, gating),
        benchmarks=gating.benchmarks,
        configurations=gating.configurations,
        files=chosen.benchmark_files,
        from_base=from_base,
        uncollected=chosen.uncollected,
        executor=options.executor(gating.cpu, gating.timeout),
    )


def schedule_of(plan: Plan, policy: Policy, gating: GateOptions) -> Schedule:
    """Return the time budget and the random seed: of the options, the policy or the defaults, in this order."""
    from wfperf.gate.request import BENCHMARK_MAX_TIME_S, MAX_TIME_S
    from wfperf.measure.blocks import Schedule
    from wfperf.measure.samples import Asked

    suite_s = BENCHMARK_MAX_TIME_S * len(gating.benchmarks or plan.benchmarks) if plan.suite else 0.0
    max_time_s = gating.max_time or policy.max_time_s or max(MAX_TIME_S, suite_s)
    return Schedule(max_time_s, seed=gating.seed, clock=Asked(gating.clock))


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Yield a listener that shows the progress of a gate on stderr."""
    from wfperf.gate.progress import Progress
    from wfperf.report.progress import steps

    with steps() as (step, seen):
        yield Progress(step, seen)


def show_decision(decision: Decision, form: str) -> None:
    """Print a decision as a table, or in the format of another tool."""
    if form == "table":
        from wfperf.report.gated import gate_tables
        from wfperf.report.terminal import show

        show(gate_tables(decision))
    else:
        from wfperf.report.exporting import EXPORTERS

        click.echo(EXPORTERS[form](decision), nl=False)

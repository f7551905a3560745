"""Help pages of commands with many options, in sections."""

from __future__ import annotations

import click

OUTPUT = "Output"
SECTIONS = {
    "What is measured": (
        *("a", "b", "args", "kwargs", "setup", "keyword", "marker", "kind", "plan_file", "workload", "path"),
        *("commands", "prepare", "shell", "ignore_failure", "parameters", "metric", "db"),
    ),
    "Which part of it": (
        *("phase", "only", "every", "benchmark", "benchmarks", "configuration", "configurations", "ablate", "sweep"),
    ),
    "Variants": (
        *("base", "head", "good", "bad", "baseline", "update", "wall_time", "benchmarks_from_base", "tree_setup"),
        *("pythons", "withs", "variables"),
    ),
    "Answer": (
        *("results", "counted", "fail_on", "policy_file", "accept_results", "inconclusive", "profilers", "random"),
    ),
    "Time and precision": (
        *("quick", "max_time", "max_time_s", "precision", "blocks", "runs", "cpu", "clock", "timeout", "seed"),
    ),
    OUTPUT: ("form", "file", "folder", "force", "no_history"),
}
"""The names of options, by the heading under which a page shows them."""


class SectionedCommand(click.Command):
    """A command whose help page shows its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each section under its heading; that of --help comes last."""
        sections = {name: heading for heading, names in SECTIONS.items() for name in names}
        shown: dict[str, list[tuple[str, str]]] = {heading: [] for heading in SECTIONS}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)):
                shown[sections.get(str(parameter.name), OUTPUT)].append(record)
        for heading, records in shown.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

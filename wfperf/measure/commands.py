"""Commands as variants: the plan that compares them, and their words with parameters filled in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from wfperf.errors import UsageError
from wfperf.measure.blocks import CONTROL
from wfperf.measure.own import VariantEnvironment, check_distinct, joined, listed
from wfperf.measure.variant import Started
from wfperf.plan import Benchmark, Command, Configuration, Plan, split_words

BENCHMARK = "run"
"""The name of the benchmark, if there are no parameters."""

SHELL = ("/bin/sh", "-c")

LONGEST_NAME = 32
"""Longest command that is its own name, in characters: a table of 80 columns has two of them, and numbers."""


def commands_plan(
    commands: Sequence[Command],
    parameters: Mapping[str, Sequence[str]],
    environments: Sequence[VariantEnvironment] = (VariantEnvironment(),),
    path: Sequence[str] = (),
    *,
    has_base: bool = False,
) -> Plan:
    """Return the plan that compares commands; the first one in the first environment is the baseline.

    Every combination of parameters is a benchmark. Where a single command has nothing else to be compared with, every
    combination is a variant of it instead.

    Args:
        commands: the commands.
        parameters: values of each parameter, by name.
        environments: each command runs in all of them.
        path: source trees, for commands that run Python.
        has_base: whether they are compared with themselves in another revision.

    Raises:
        UsageError: a command or a value stands there twice, there is nothing to compare, or no command has a parameter.
    """
    for name, values in parameters.items():
        check_distinct([f"{name}={value}" for value in values], "leave one out")
        if not any(f"{{{name}}}" in text for each in commands for text in (each.run, each.prepare)):
            raise UsageError(f"no command has the parameter {{{name}}}")
    check_distinct([each.run for each in commands], "to compare a command with itself, see: wfperf doctor")
    check_distinct([each.label for each in environments], "leave one out")
    texts = [each.run for each in commands]
    are_long = any(len(text) > LONGEST_NAME or text == CONTROL for text in texts)
    names = [f"command {number}" for number in range(1, len(texts) + 1)] if are_long else texts
    if len(names) == 1:
        names = [""] if any(each.label for each in environments) else ["command"]
    combinations = [dict(zip(parameters, values, strict=True)) for values in product(*parameters.values())]
    are_variants = len(commands) == len(environments) == 1 and not has_base
    if are_variants and len(combinations) == 1:
        raise UsageError(
            "there is one command, and nothing to compare it with; give another --command, --base REF, or several "
            "values with --parameter, --with or --env"
        )
    configurations = (
        [Configuration(_named(each), command=replace(commands[0], parameters=each)) for each in combinations]
        if are_variants
        else [
            Configuration(
                joined(name, environment.label),
                title=command.run,
                command=command,
                python=environment.python,
                variables=environment.variables,
            )
            for name, command in zip(names, commands, strict=True)
            for environment in environments
        ]
    )
    benchmarks: list[dict[str, str]] = [{}] if are_variants else combinations
    return Plan(
        what=listed(texts, "commands"),
        configurations=tuple(configurations),
        benchmarks=tuple(Benchmark(name=_named(each) or BENCHMARK, parameters=each) for each in benchmarks),
        path=tuple(path),
        baseline=configurations[0].name,
        notes=tuple(f"{name}: {text}" for name, text in zip(names, texts, strict=True))
        if are_long and len(texts) > 1
        else (),
    )


def started(command: Command, parameters: Mapping[str, Any]) -> Started:
    """Return a command as it is started, with its parameters filled in.

    Args:
        command: the command.
        parameters: those of the benchmark; the command may have more.
    """
    values = {**parameters, **command.parameters}
    return Started(
        _words(command.run, values, shell=command.shell),
        _words(command.prepare, values, shell=command.shell) if command.prepare else (),
        command.ignore_failure,
    )


def _words(text: str, values: Mapping[str, Any], *, shell: bool) -> tuple[str, ...]:
    """Return the words of a command; a value is always part of one word."""
    if shell:
        return (*SHELL, _filled(text, {name: shlex.quote(str(value)) for name, value in values.items()}))
    return tuple(_filled(word, values) for word in split_words(text))


def _filled(text: str, values: Mapping[str, Any]) -> str:
    if not values:
        return text
    names = "|".join(map(re.escape, values))
    return re.sub(rf"\{{({names})\}}", lambda found: str(values[found[1]]), text)


def _named(parameters: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in parameters.items())

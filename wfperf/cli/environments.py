"""Read the options that choose environments: interpreters, packages and variables, each of which may have several."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from wfperf.cli.output import say_begun
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from wfperf.measure.own import VariantEnvironment
    from wfperf.plan import Configuration, Plan

OURS = ("PYTHONHASHSEED", "PATH")
"""Variables of every worker that a comparison depends on."""


def environments(
    pythons: Sequence[str], withs: Sequence[str], variables: Sequence[str], needed: Sequence[str] = ()
) -> list[VariantEnvironment]:
    """Return every combination of interpreters, packages and variables, in the order of the options.

    Environments with packages are made if they are not there yet.

    Args:
        pythons: the interpreters; this one if there is none.
        withs: the packages of each environment that is made.
        variables: texts `NAME=VALUE`.
        needed: more packages for those environments, unless they are named.

    Raises:
        UsageError: a text is not what its option takes.
        NothingMeasuredError: an environment cannot be made.
    """
    import sys

    from wfperf.measure.own import VariantEnvironment
    from wfperf.variants.environments import environment_of, parse_packages

    packages = [parse_packages(each).and_needed(needed) for each in withs]
    choices = list(_of_variables(variables))
    return [
        VariantEnvironment(
            label=_label((python, pythons), (wanted.text if wanted else "", withs), *_labels(chosen, choices)),
            python=environment_of(wanted, python or sys.executable, say_begun) if wanted else python,
            variables=dict(chosen),
        )
        for python, wanted, chosen in product(pythons or ("",), packages or (None,), product(*choices))
    ]


def with_interpreter(plan: Plan, python: str) -> Plan:
    """Return a plan whose configurations run on an interpreter, except for those that name one themselves."""
    from dataclasses import replace

    place = os.path.abspath(python) if os.sep in python else python  # noqa: PTH100 - a link stays one
    changed = (each if each.python else replace(each, python=place) for each in plan.configurations)
    return replace(plan, configurations=tuple(changed))


def with_environments(plan: Plan, where: str, needed: Sequence[str] = ()) -> Plan:
    """Return a plan whose configurations with requirements have the interpreters of environments with these packages.

    Args:
        plan: the plan.
        where: its name in errors.
        needed: more packages for those environments, unless they are named.

    Raises:
        UsageError: a requirement is not what pip takes.
        NothingMeasuredError: an environment cannot be made.
    """
    if not any(each.requirements for each in plan.configurations):
        return plan
    import sys
    from dataclasses import replace

    from wfperf.variants.environments import environment_of, packages_of

    def within(configuration: Configuration) -> Configuration:
        if not configuration.requirements:
            return configuration
        named = packages_of(configuration.requirements, f"{where}: configuration {configuration.name!r}")
        packages = named.and_needed(needed)
        return replace(
            configuration, python=environment_of(packages, configuration.python or sys.executable, say_begun)
        )

    return replace(plan, configurations=tuple(map(within, plan.configurations)))


def _of_variables(texts: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    """Yield for each variable its name with each of its values."""
    values: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"--env takes NAME=VALUE, not {text!r}")
        if name in OURS:
            raise UsageError(f"--env {name}: wfperf sets this variable itself; leave it out")
        values.setdefault(name, []).append(value)
    for name, several in values.items():
        yield [(name, value) for value in several]


def _labels(
    chosen: Sequence[tuple[str, str]], choices: Sequence[Sequence[tuple[str, str]]]
) -> Iterator[tuple[str, Sequence[object]]]:
    for (name, value), among in zip(chosen, choices, strict=True):
        yield f"{name}={value}", among


def _label(*parts: tuple[str, Sequence[object]]) -> str:
    """Return the parts of which there are several to choose from."""
    return ", ".join(part for part, among in parts if len(among) > 1)

"""The plan as frozen data: the workload and its benchmarks, configurations, optimizations, pairs, and their claims."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import field
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.plan.metrics import Metric
from wfperf.stats.bounds import Lower, Upper

_STRICT = ConfigDict(extra="forbid", strict=False)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Claim:
    """A promise: that `variant`, compared with `baseline` on `benchmark`, gains between `low` and `high`.

    `low` and `high` are fractions of `metric`: throughput gained (0.5 is +50 %), or memory or allocations saved.
    """

    variant: str
    text: str
    low: Lower
    high: Upper
    benchmark: str
    reading: str = "throughput gained"
    section: str = ""
    baseline: str = "original"
    metric: Metric = "throughput"

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"low is {self.low:g} and high is {self.high:g}; low must not be above high")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Optimization:
    """One choice that differs from the baseline's.

    Args:
        id: its name.
        choices: the name of its one choice, with the implementation.
        title: what it is, as text.
        phase: the phase that it belongs to, or None.
        membership: a word for how it is known that it belongs there.
        changes_results: how its results can differ from the baseline's, as text; empty if they never do.
        before: `module:function` that it replaces; its source is shown.
        after: `module:function` that replaces it; its source is shown.
        modules: modules whose time it could save, for the Amdahl bound.
        bound: `module:function` of a hook that returns its largest other effect, as a fraction.
        claims: its claims.
    """

    id: str
    choices: Mapping[str, str]
    title: str = ""
    phase: int | None = None
    membership: str = ""
    changes_results: str = ""
    before: str = ""
    after: str = ""
    modules: tuple[str, ...] = ()
    bound: str = ""
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        if len(self.choices) != 1:
            raise ValueError(f"choices holds {len(self.choices)} choices; an optimization makes exactly one")
        if bool(self.before) != bool(self.after):
            raise ValueError("before and after need each other; give both or none")

    @property
    def choice(self) -> str:
        """The name of its choice."""
        return next(iter(self.choices))

    @property
    def implementation(self) -> str:
        """The chosen one."""
        return self.choices[self.choice]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Command:
    """A program that is run.

    Args:
        run: the program and its arguments, quoted as in a shell. `{name}` stands for the parameter of this name.
        prepare: a command that runs before each run of it, untimed; empty if there is none.
        shell: whether a shell runs both, so that they may use its syntax.
        ignore_failure: whether it may end with another exit code than 0.
        parameters: parameters that the benchmarks do not have.
    """

    run: str
    prepare: str = ""
    shell: bool = False
    ignore_failure: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.shell:
            for text in (self.run, self.prepare):
                split_words(text)
        if not self.run.strip():
            raise ValueError("it is empty; name a program")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Configuration:
    """A named variant.

    Args:
        name: its name; also that of its callable, if the factory returns one for each configuration.
        title: what it is, as text.
        choices: argument `choices` of the factory, if it takes that.
        claims: its claims.
        phase: the phase whose total it is, or None.
        benchmarks: benchmarks to measure it on besides those of its claims; all if none is named.
        modules: modules whose time it could save, besides those of its optimizations.
        python: the interpreter that runs it.
        requirements: packages of an environment that wfperf makes for it, as pip takes them.
        variables: environment variables that it runs with.
        path: source trees that come before that interpreter's packages.
        target: a `module:function` that is run directly, without a factory.
        args: positional arguments of its target.
        kwargs: keyword arguments of its target.
        setup: `module:function` that makes further arguments of its target for each run, untimed.
        command: a command that is run instead of a target or a factory's callable.
        combines: the configurations that this one consists of, for ablation.
    """

    name: str
    title: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    phase: int | None = None
    benchmarks: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    python: str = ""
    requirements: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    target: str = ""
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    setup: str = ""
    command: Command | None = None
    combines: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.target and (self.args or self.kwargs or self.setup):
            raise ValueError("args, kwargs and setup are those of a target; name the target")
        if self.target and self.command:
            raise ValueError("target and command exclude each other; give one")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Benchmark:
    """What is measured: the workload with these parameters, which its factory gets.

    `metric` is what is measured of it, and what claims about it are about; `tracked` numbers are only shown.
    """

    name: str
    title: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    metric: Metric | Literal["tracked"] = "throughput"

    @property
    def is_tracked(self) -> bool:
        """Whether it returns a number that is only shown: nothing says whether less of it is better."""
        return self.metric == "tracked"


@dataclass(frozen=True, slots=True, config=_STRICT)
class Suite:
    """Benchmarks that another tool runs: pytest, for instance.

    Args:
        kind: which tool; empty if that is still to be recognized.
        path: absolute path of the file or folder where it finds them.
        options: arguments for it, by what they are for.
    """

    kind: str
    path: str
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, config=_STRICT)
class RankClaim:
    """A promise that one optimization, or configuration, gains more than every other."""

    variant: str
    text: str
    reading: str
    benchmark: str
    section: str = ""


@dataclass(frozen=True, slots=True, config=_STRICT)
class Pair:
    """Two functions that do the same, `module:function` each, and a claim about the second one."""

    id: str
    before: str
    after: str
    claim: Claim
    title: str = ""


@dataclass(frozen=True, slots=True, config=_STRICT)
class Plan:
    """All claims, and the variants that they are about.

    Args:
        optimizations: choices, each made alone.
        configurations: variants by name.
        rank_claims: claims of the largest gain.
        pairs: two functions each.
        benchmarks: what variants are measured on.
        suite: the suite that the benchmarks belong to, instead of a workload; None if there is none.
        workload: `module:factory`; it returns a callable for each configuration, or takes `choices` and returns one.
        path: source trees that come before the interpreter's own packages.
        packages: packages of the user's own code; empty for those of the targets, and all in the source trees.
        preload: more modules to import before the fork, so that variants share one memory layout.
        baseline: the configuration that the others are compared with.
        prepare: `module:function` of a hook that is called once in each source tree, with a scratch folder and the
            options of the command; its result is added to every benchmark's parameters.
        verify: `module:function` of a hook that looks for differences beyond the benchmarks.
        sweeps: more parameters that a sweep may name, each with an example; empty if it may name any.
        counters: counters by name, each the calls of one function, written `package/file.py:qualified.name`.
        memberships: meanings of the words for a membership.
        notes: notes under every result.
        what: its name in the first line of a command; empty for the workload's name.
        root: folder that stands for the root of a source tree if the plan is installed and lies in no repository.
    """

    optimizations: tuple[Optimization, ...] = ()
    configurations: tuple[Configuration, ...] = ()
    rank_claims: tuple[RankClaim, ...] = ()
    pairs: tuple[Pair, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    suite: Suite | None = None
    workload: str = ""
    path: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    baseline: str = "original"
    prepare: str = ""
    verify: str = ""
    sweeps: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, str] = field(default_factory=dict)
    memberships: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    what: str = ""
    root: str = ""

    @property
    def has_only_baseline(self) -> bool:
        """Whether the baseline is its only configuration, which is then compared with itself."""
        return [each.name for each in self.configurations] == [self.baseline]

    @property
    def makes_choices(self) -> bool:
        """Whether its factory takes `choices` and returns one callable, not one for each configuration."""
        return bool(self.optimizations) or any(each.choices for each in self.configurations)

    def optimization(self, name: str) -> Optimization:
        """Return the optimization of this id.

        Raises:
            UsageError: there is none.
        """
        return named("optimization", name, {each.id: each for each in self.optimizations})

    def configuration(self, name: str) -> Configuration:
        """Return a named configuration, or the baseline with one optimization when `name` is an optimization's id.

        Raises:
            UsageError: there is neither.
        """
        configurations = {each.name: each for each in self.configurations}
        found = named("configuration", name, configurations | {each.id: each for each in self.optimizations})
        if isinstance(found, Configuration):
            return found
        baseline = configurations.get(self.baseline, Configuration(self.baseline))
        return Configuration(
            name=found.id,
            title=found.title,
            choices={**baseline.choices, **found.choices},
            claims=found.claims,
            phase=found.phase,
            modules=found.modules,
            python=baseline.python,
            path=baseline.path,
        )

    def benchmark(self, name: str) -> Benchmark:
        """Return the benchmark of this name.

        Raises:
            UsageError: there is none.
        """
        return named("benchmark", name, {each.name: each for each in self.benchmarks})

    def optimizations_in(self, choices: Mapping[str, str]) -> tuple[Optimization, ...]:
        """Return the optimizations that some choices make, in the plan's order."""
        return tuple(each for each in self.optimizations if choices.get(each.choice) == each.implementation)

    def changes_results(self, choices: Mapping[str, str]) -> tuple[Optimization, ...]:
        """Return the optimizations in some choices that are known to change results."""
        return tuple(each for each in self.optimizations_in(choices) if each.changes_results)

    def rivals(self, rank: RankClaim) -> tuple[str, ...]:
        """Return all variants of a rank claim: the optimizations with a claim, or else the configurations."""
        optimizations = tuple(each.id for each in self.optimizations if each.claims)
        others = tuple(each.name for each in self.configurations if each.name != self.baseline)
        return optimizations if rank.variant in {each.id for each in self.optimizations} else others

    def modules_of(self, name: str) -> frozenset[str]:
        """Return the modules whose time a configuration or an optimization could save."""
        configuration = self.configuration(name)
        within = (module for each in self.optimizations_in(configuration.choices) for module in each.modules)
        return frozenset((*configuration.modules, *within))


def split_words(text: str) -> list[str]:
    """Return the words of a command that no shell runs.

    Raises:
        ValueError: its quotes do not match; the message is a predicate of the command.
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueError(f"{text!r} has {str(error).lower()}") from error


T = TypeVar("T")


def named(what: str, name: str, known: Mapping[str, T]) -> T:
    """Return what has a name.

    Raises:
        UsageError: nothing has it; suggests a similar name.
    """
    if name in known:
        return known[name]
    raise UsageError(unknown(what, name, known))


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return, as text, that a name is unknown, and a similar name, or else all names."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(names)}"
    return f"no {what} {name!r}; {hint}"

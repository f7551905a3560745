"""Turn contrasts into benchmarks with variants that run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from wfperf.measure.blocks import CONTROL, ComparedBenchmark
from wfperf.measure.commands import started
from wfperf.measure.contrasts import Design
from wfperf.measure.hooks import UNPREPARED, Prepared
from wfperf.measure.variant import Call, Interpreter, Variant
from wfperf.plan import Configuration, Plan
from wfperf.plan.find import folders_upward

VariantOf = Callable[[str, str], Variant]
"""Returns a variant, given the names of a benchmark and of the variant."""


def compared_benchmarks(design: Design, of: VariantOf, *, compares_results: bool = True) -> list[ComparedBenchmark]:
    """Return each benchmark of the contrasts with the baseline, its control, and the other variants."""
    variants: dict[str, list[str]] = {}
    metrics: dict[str, str] = {}
    for contrast in design.contrasts:
        variants.setdefault(contrast.benchmark, []).extend((contrast.baseline, contrast.variant))
        metrics[contrast.benchmark] = contrast.metric
    for rank in design.ranks:
        variants.setdefault(rank.claim.benchmark, []).extend(rank.rivals)
    return [
        ComparedBenchmark(
            benchmark,
            _with_control(design.baseline, {name: of(benchmark, name) for name in (design.baseline, *names)}),
            metrics.get(benchmark, "throughput"),
            compares_results=compares_results,
        )
        for benchmark, names in variants.items()
    ]


def _with_control(baseline: str, variants: Mapping[str, Variant]) -> dict[str, Variant]:
    """Return variants with the control behind the baseline, as far apart from it as the others are.

    Where the others are forked from other processes, the control is, too: forked from the baseline's own, it would be
    more like it than identical code in their place.
    """
    control = variants[baseline]
    if len({each.interpreter for each in variants.values()}) > 1:
        control = replace(control, interpreter=replace(control.interpreter, process=CONTROL))
    others = {name: each for name, each in variants.items() if name != baseline}
    return {baseline: variants[baseline], CONTROL: control, **others}


def counted_benchmarks(plan: Plan, of: VariantOf) -> list[ComparedBenchmark]:
    """Return every benchmark with every configuration, for counting: without a control, because nothing is timed."""
    names = [each.name for each in plan.configurations]
    return [ComparedBenchmark(each.name, {name: of(each.name, name) for name in names}) for each in plan.benchmarks]


def variants_of(plan: Plan, folder: Path = Path(), prepared: Prepared = UNPREPARED) -> VariantOf:
    """Return the function that builds a plan's variants.

    Args:
        plan: the plan.
        folder: working directory of the variants.
        prepared: what the plan's `prepare` has returned for their interpreters.
    """
    top = _working_tree(folder)
    pairs = {each.id: each for each in plan.pairs}

    def variant(benchmark: str, name: str) -> Variant:
        configuration = plan.configuration(plan.baseline if benchmark in pairs else name)
        interpreter = interpreter_in(plan, configuration, folder)
        built = Variant(
            plan.workload,
            packages=packages_of(plan, configuration),
            trees=() if plan.packages else source_trees_of(interpreter, top),
            preload=plan.preload,
            interpreter=interpreter,
        )
        if configuration.command:
            parameters = plan.benchmark(benchmark).parameters
            return replace(built, target="", command=started(configuration.command, parameters))
        if plan.suite:
            return replace(built, target=benchmark, suite=plan.suite)
        if benchmark in pairs:
            pair = pairs[benchmark]
            return replace(built, target=pair.before if name == plan.baseline else pair.after, call=Call())
        if configuration.target:
            call = Call(configuration.args, configuration.kwargs, configuration.setup)
            return replace(built, target=configuration.target, call=call)
        choices = {"choices": dict(configuration.choices)} if plan.makes_choices else {}
        return replace(
            built,
            arguments={**plan.benchmark(benchmark).parameters, **prepared.get(interpreter, {}), **choices},
            configuration=None if plan.makes_choices else name,
            counters=plan.counters,
        )

    return variant


def interpreters_of(plan: Plan, folder: Path = Path()) -> list[Interpreter]:
    """Return the interpreters of the configurations that the factory makes."""
    made = [each for each in plan.configurations if not (each.target or each.command)]
    return [interpreter_in(plan, each, folder) for each in made]


def interpreter_in(plan: Plan, configuration: Configuration, folder: Path) -> Interpreter:
    """Return the interpreter of a configuration, with its working directory."""
    return replace(interpreter_of(plan, configuration), folder="" if folder == Path() else str(folder.absolute()))


def source_trees_of(interpreter: Interpreter, top: Path) -> tuple[str, ...]:
    """Return the source trees of an interpreter: its path, and the working tree, which may be partly installed."""
    return tuple(dict.fromkeys((*interpreter.path, str(top))))


def _working_tree(folder: Path) -> Path:
    """Return the root of the repository that a folder lies in; the folder itself if it lies in none."""
    upward = [*folders_upward(folder)]
    is_in_repository = upward and (upward[-1] / ".git").exists()
    return Path(os.path.abspath(upward[-1] if is_in_repository else folder))  # noqa: PTH100 - a link stays one


def packages_of(plan: Plan, configuration: Configuration) -> tuple[str, ...]:
    """Return the packages of a configuration's own code: those that the plan names, or else those of targets.

    The latter are the top-level packages of all targets with the same interpreter: of two compared functions, either
    may call the other's package. Another interpreter may not find it. They are needed beside the source trees, because
    a target may be installed elsewhere.
    """
    interpreter = interpreter_of(plan, configuration)
    beside = [each for each in plan.configurations if interpreter_of(plan, each) == interpreter]
    return plan.packages or tops_of([each.target or plan.workload for each in (*beside, configuration)])


def tops_of(targets: Iterable[str]) -> tuple[str, ...]:
    """Return the top-level packages of some targets.

    A file is named by its path; it lies in a source tree, where everything is the user's own. A suite has no module.
    """
    modules = (target.rpartition(":")[0] for target in targets)
    return tuple(dict.fromkeys(each.partition(".")[0] for each in modules if each and not each.endswith(".py")))


def interpreter_of(plan: Plan, configuration: Configuration) -> Interpreter:
    """Return the interpreter of a configuration, with its source trees."""
    found = Interpreter(
        path=(*configuration.path, *plan.path), variables=tuple(sorted(configuration.variables.items()))
    )
    return replace(found, python=configuration.python) if configuration.python else found

"""Compare every implementation, configuration and mixture with `original`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from random import Random

from wfperf.engine.database import Database
from wfperf.engine.workflow import Workflow
from wfperf.equivalence.bench import Bench
from wfperf.equivalence.cases import Case, WorkflowCase
from wfperf.equivalence.coverage import Coverage
from wfperf.equivalence.outcome import differing, failed, same
from wfperf.equivalence.outside import Outside, outside
from wfperf.equivalence.shrink import shrink
from wfperf.equivalence.templates import adversarial_templates, random_template
from wfperf.equivalence.variants import Kind, Variant, labels, variants
from wfperf.equivalence.workflows import conditions, random_workflow
from wfperf.fixtures.builders import Rows
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import seed as fill
from wfperf.results.difference import Outcome
from wfperf.results.verification import Beyond, Equivalence, Example, VerifiedVariant

NO_MAIL = "EMAIL nodes were left out: the mail server to try them against comes with pip install 'wfperf[verify]'."

_ORIGINAL = "the engine that all are compared with"


class _Tally:
    """The findings on one variant so far: how often it differs, and the lightest case in which it does."""

    def __init__(self, variant: Variant) -> None:
        self.variant = variant
        self.cases = 0
        self.differences = 0
        self.lightest: Case | None = None
        self._weight: tuple[bool, bool, tuple[int, int]] | None = None

    def count(self, case: Case, expected: Outcome, got: Outcome, *, drawn: bool) -> None:
        self.cases += 1
        if same(expected, got):
            return
        self.differences += 1
        # A differing result says more than a differing error, and a handmade case more than a random one.
        weight = failed(expected), drawn, case.weight()
        if self._weight is None or weight < self._weight:
            self.lightest, self._weight = case, weight

    def equivalence(self) -> Equivalence:
        if self.differences:
            return Equivalence.AS_MARKED if self.variant.marks else Equivalence.DIFFERS
        expects_difference = self.variant.marks and self.variant.kind is Kind.IMPLEMENTATION
        return Equivalence.MARKED_BUT_EQUAL if expects_difference else Equivalence.EQUAL


def verify(
    db: Database,
    configurations: Mapping[str, Mapping[str, str]],
    marks: Mapping[str, str],
    *,
    random: int,
    seed: int,
    mail: bool = True,
    scenarios: Iterable[str] = SCENARIOS,
) -> Beyond:
    """Return how every variant's results compare with those of `original`.

    Args:
        db: holds the scenarios; it is only read. Random workflows run in a database in memory.
        configurations: implementations other than `original`, by name and seam.
        marks: how implementations change results, by `seam=name`.
        random: number of random workflows, and of random templates.
        seed: random seed of them and of the mixtures; the same seed gives the same verification.
        mail: whether EMAIL nodes use a mail server, which needs aiosmtpd; else there are none.
        scenarios: names of those that are run; by default, all of them.

    Raises:
        DatabaseError: the scenarios cannot be read.
    """
    tallies = [_Tally(variant) for variant in variants(configurations, marks, _stream(seed, "mixtures"))]
    seams = {_ORIGINAL: {}, **{each.variant.name: each.variant.seams for each in tallies}}
    stored = scenario_cases(db, scenarios)
    templates, workflows = list(adversarial_templates()), list(conditions())

    def hold(bench: Bench, cases: Iterable[Case], *, drawn: bool = False) -> None:
        for case in cases:
            expected = _hold(bench, case, tallies, drawn=drawn)
            if drawn and isinstance(case, WorkflowCase):
                coverage.count(case.rows.nodes, expected)

    coverage = Coverage()
    with Bench(db, seams, staged=False) as bench:
        hold(bench, stored)
    with (
        outside(mail=mail) as reach,
        closing(Database("sqlite://")) as memory,
        Bench(memory, seams, staged=True, reach=reach) as bench,
    ):
        fill(memory)
        hold(bench, templates)
        hold(bench, workflows)
        hold(bench, _drawn(random_template, random, seed), drawn=True)
        hold(bench, _drawn(partial(random_workflow, service=reach.service, mail=mail), random, seed), drawn=True)
        verified = _judge(memory, bench, reach, tallies)
    against = (
        f"Each was compared with `original` on {len(stored)} runs of the scenarios in {db.shown}, on "
        f"{len(templates) + random} templates, and on {len(workflows) + random} workflows in memory; {random} of "
        "either kind are drawn at random."
    )
    notes = (against, NO_MAIL) if random and not mail else (against,)
    return Beyond(verified, coverage.covered() if random else (), notes)


def scenario_cases(db: Database, names: Iterable[str] = SCENARIOS) -> list[WorkflowCase]:
    """Return cases of the scenarios of these names in a database, run once, and twice on one engine.

    Raises:
        DatabaseError: they cannot be read.
    """
    cases = []
    with Workflow(db) as engine:
        for scenario in (SCENARIOS[name] for name in names):
            context = scenario.context()
            definition = engine.prepare_run(scenario.workflow, "", context, scenario.package, "").definition
            rows = Rows(definition.header, list(definition.rows))
            once = WorkflowCase(rows, context["result"], prepare_only=scenario.prepare_only)
            cases += [once, replace(once, guids=("run-1", "run-2"))]
    return cases


def _drawn(draw: Callable[[Random], Case], count: int, seed: int) -> Iterator[Case]:
    name = draw.func.__name__ if isinstance(draw, partial) else draw.__name__
    rng = _stream(seed, name)
    return (draw(rng) for _ in range(count))


def _stream(seed: int, what: str) -> Random:
    """Return a separate generator for each use, so that drawing more of one does not change another."""
    return Random(f"{seed} {what}")  # noqa: S311 - test data, no secrets


def _hold(bench: Bench, case: Case, tallies: Sequence[_Tally], *, drawn: bool) -> Outcome:
    outcomes = bench.outcomes(case, (_ORIGINAL, *(each.variant.name for each in tallies)))
    for tally in tallies:
        tally.count(case, outcomes[_ORIGINAL], outcomes[tally.variant.name], drawn=drawn)
    return outcomes[_ORIGINAL]


def _judge(db: Database, bench: Bench, reach: Outside, tallies: Sequence[_Tally]) -> tuple[VerifiedVariant, ...]:
    """Return the findings; each implementation that differs has an example, a mixture only if none explains it."""
    guilty = {each.variant.name for each in tallies if each.equivalence() is Equivalence.DIFFERS}
    verified = []
    for tally in tallies:
        variant, equivalence = tally.variant, tally.equivalence()
        because: tuple[str, ...] = ()
        if variant.kind is not Kind.IMPLEMENTATION and equivalence is Equivalence.DIFFERS:
            because = tuple(name for name in labels(variant.seams) if name in guilty)
        shown = variant.kind is Kind.IMPLEMENTATION or (equivalence is Equivalence.DIFFERS and not because)
        verified.append(
            VerifiedVariant(
                name=variant.name,
                kind=str(variant.kind),
                choices=variant.seams,
                marks=variant.marks,
                cases=tally.cases,
                differences=tally.differences,
                equivalence=equivalence,
                because=because,
                example=_example(db, bench, reach, variant, tally.lightest) if shown and tally.lightest else None,
            )
        )
    return tuple(verified)


def _example(db: Database, bench: Bench, reach: Outside, variant: Variant, lightest: Case) -> Example:
    """Return the lightest case in which a variant differs, made as small as possible.

    Each try has new engines, so that the example is complete; if a difference needs what earlier cases left behind in
    an engine, tries use the engines that ran them.
    """

    def fresh(case: Case) -> tuple[Outcome, Outcome]:
        with Bench(db, {_ORIGINAL: {}, variant.name: variant.seams}, staged=True, reach=reach) as new:
            return _pair(new, variant, case)

    def used(case: Case) -> tuple[Outcome, Outcome]:
        return _pair(bench, variant, case)

    stands_alone = not same(*fresh(lightest))
    both = fresh if stands_alone else used
    was_failing = failed(both(lightest)[0])

    def differs(case: Case) -> bool:
        expected, got = both(case)
        return failed(expected) == was_failing and not same(expected, got)

    smallest = shrink(lightest, lambda case: case.smaller(), differs)
    needs = () if stands_alone else (("engine", "only one that other cases have run on before"),)
    return Example((*smallest.facts(), *needs), differing(*both(smallest)))


def _pair(bench: Bench, variant: Variant, case: Case) -> tuple[Outcome, Outcome]:
    outcomes = bench.outcomes(case, (_ORIGINAL, variant.name))
    return outcomes[_ORIGINAL], outcomes[variant.name]

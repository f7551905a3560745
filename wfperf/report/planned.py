"""The tables of `plan`: optimizations, claims, benchmarks, and source code before and after."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from wfperf.errors import UsageError
from wfperf.plan import Claim, Configuration, Optimization, Pair, Plan
from wfperf.report.sources import SourceOf, Sources, read_sources
from wfperf.report.table import Cell, Column, Table, Tone, with_options

# Version 1: the first format, of the built-in plan.
# Version 2: of any plan; optimizations and configurations make `choices`, and a pair has that name.
ENTRY_VERSION = 2

Page = Table | Sources

_CHANGES = "changes results"
_NOTHING_CLAIMED = Cell("nothing", Tone.MUTED)


def plan_tables(plan: Plan, chosen_by: str = "") -> list[Table]:
    """Return the optimizations, configurations, benchmarks, rank claims and pairs: as many tables as there are.

    Args:
        plan: the plan.
        chosen_by: the options that chose it, for the commands that the notes name.
    """
    tables = [_configurations(plan), _benchmarks(plan, chosen_by)]
    if plan.optimizations:
        tables.insert(0, _optimizations(plan, chosen_by))
    if plan.rank_claims:
        tables.append(_ranks(plan))
    if plan.pairs:
        tables.append(_pairs(plan))
    return tables


def named_pages(plan: Plan, name: str, source_of: SourceOf, chosen_by: str = "") -> list[Page]:
    """Return all about an optimization, all optimizations of a choice, a configuration or a pair.

    Args:
        plan: the plan.
        name: an optimization's, a choice's, a configuration's or a pair's.
        source_of: returns the source of a function.
        chosen_by: the options that chose the plan, for the commands that the pages name.

    Raises:
        UsageError: the plan has nothing of this name, or a function has no source.
    """
    found = _find(plan, name)
    if isinstance(found, Configuration):
        return [_choices(plan, found), *_claims(found.claims)]
    if isinstance(found, Pair):
        return [_pair_facts(found, chosen_by), read_sources(found.before, found.after, source_of)]
    pages: list[Page] = []
    for each in found:
        pages += [_facts(plan, each, chosen_by), *_claims(each.claims)]
        if each.before:
            pages.append(read_sources(each.before, each.after, source_of))
    return pages


def named_data(plan: Plan, name: str, source_of: SourceOf) -> dict[str, Any]:
    """Return what `named_pages` shows as plain data for JSON.

    Raises:
        UsageError: as `named_pages`.
    """
    found = _find(plan, name)
    head: dict[str, Any] = {"schema_version": ENTRY_VERSION, "kind": "plan-entry"}
    if isinstance(found, Configuration):
        changes = [each.id for each in plan.changes_results(found.choices)]
        return head | {"configuration": asdict(found) | {"choices": _made(plan, found), "changes_results": changes}}
    if isinstance(found, Pair):
        sources = read_sources(found.before, found.after, source_of)
        return head | {"pair": asdict(found) | {"sources": asdict(sources)}}
    return head | {"optimizations": [_with_sources(each, source_of) for each in found]}


def _with_sources(optimization: Optimization, source_of: SourceOf) -> dict[str, Any]:
    if not optimization.before:
        return asdict(optimization)
    return asdict(optimization) | {"sources": asdict(read_sources(optimization.before, optimization.after, source_of))}


def _find(plan: Plan, name: str) -> Configuration | Pair | Sequence[Optimization]:
    optimizations = [each for each in plan.optimizations if name in {each.id, each.choice}]
    if optimizations:
        return optimizations
    known: dict[str, Configuration | Pair] = {each.id: each for each in plan.pairs}
    known |= {each.name: each for each in plan.configurations}
    if name in known:
        return known[name]
    names = [*dict.fromkeys(word for each in plan.optimizations for word in (each.id, each.choice)), *known]
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see them all with: wfperf plan"
    raise UsageError(f"the plan has nothing named {name!r}; {hint}")


def _optimizations(plan: Plan, chosen_by: str) -> Table:
    columns = (
        Column("optimization", kept=True),
        Column("phase", kept=True),
        Column("choice", spare=True),
        Column("set to", spare=True),
        Column("claimed", right=True, kept=True),
        Column("benchmark", spare=True),
        Column("what"),
    )
    rows = [
        (
            Cell(each.id, Tone.STRONG),
            _phase(each),
            each.choice,
            each.implementation,
            _claimed(each.claims),
            ", ".join(claim.benchmark for claim in each.claims),
            _what(each.title, changes=bool(each.changes_results)),
        )
        for each in plan.optimizations
    ]
    meanings = "; ".join(f"{word}: {meaning.removeprefix(f'{word}: ')}" for word, meaning in plan.memberships.items())
    notes = [f"Phases are {meanings}."] if meanings else []
    return Table(
        "Optimizations",
        columns,
        rows,
        [*notes, f"Source code before and after: {with_options('wfperf plan NAME', chosen_by)}"],
    )


def _what(title: str, *, changes: bool) -> Cell:
    return Cell(f"{title} [{_CHANGES}]", Tone.UNSURE) if changes else Cell(title)


def _phase(optimization: Optimization) -> str:
    return f"{'' if optimization.phase is None else optimization.phase} {optimization.membership}".strip()


def _configurations(plan: Plan) -> Table:
    columns = (
        Column("configuration", kept=True),
        Column("phase", spare=True),
        Column("claimed", right=True, kept=True),
        Column("baseline"),
        Column("benchmark"),
        Column("what"),
    )
    rows: list[Sequence[Cell | str]] = []
    for each in plan.configurations:
        name, title = Cell(each.name, Tone.STRONG), _what(each.title, changes=bool(plan.changes_results(each.choices)))
        phase = "" if each.phase is None else str(each.phase)
        if not each.claims:
            rows.append((name, phase, _NOTHING_CLAIMED, "", "", title))
        for claim in each.claims:
            rows.append((name, phase, claim.text, claim.baseline, claim.benchmark, title))
            name, phase, title = Cell(""), "", Cell("")
    return Table(f"Configurations, compared with {plan.baseline}", columns, rows)


def _benchmarks(plan: Plan, chosen_by: str) -> Table:
    columns = (Column("benchmark", kept=True), Column("parameters"), Column("what"))
    rows = [
        (Cell(each.name, Tone.STRONG), json.dumps(dict(each.parameters), default=str), each.title)
        for each in plan.benchmarks
    ]
    return Table("Benchmarks", columns, rows, [f"To measure them: {with_options('wfperf compare', chosen_by)}"])


def _ranks(plan: Plan) -> Table:
    columns = (Column("what", kept=True), Column("claimed"), Column("read as"), Column("section"))
    rows = [(Cell(each.variant, Tone.STRONG), each.text, each.reading, each.section) for each in plan.rank_claims]
    return Table("Claims of the largest gain", columns, rows)


def _pairs(plan: Plan) -> Table:
    columns = (Column("pair", kept=True), Column("claimed"), Column("of"), Column("what"))
    rows = [(Cell(each.id, Tone.STRONG), each.claim.text, each.claim.metric, each.title) for each in plan.pairs]
    return Table("Pairs", columns, rows)


def _claimed(claims: Sequence[Claim]) -> Cell | str:
    return "; ".join(claim.text for claim in claims) or _NOTHING_CLAIMED


def _facts(plan: Plan, optimization: Optimization, chosen_by: str) -> Table:
    before = _made(plan, plan.configuration(plan.baseline))[optimization.choice]
    instead = f" instead of {before}" if before else ""
    rows: list[Sequence[Cell | str]] = [
        *_phase_rows(plan, optimization),
        ("choice", f"{optimization.choice}: {optimization.implementation}{instead}"),
    ]
    if optimization.changes_results:
        rows.append((Cell(_CHANGES, Tone.BAD), optimization.changes_results))
    rows.append(("measure it", _measuring(optimization.id, chosen_by)))
    return Table(optimization.title, (Column("", kept=True), Column(optimization.id)), rows)


def _phase_rows(plan: Plan, optimization: Optimization) -> Iterator[tuple[str, str]]:
    meaning = plan.memberships.get(optimization.membership, optimization.membership)
    words = [str(optimization.phase)] if optimization.phase is not None else []
    if words or meaning:
        yield "phase", ", ".join([*words, *([meaning] if meaning else [])])


def _claims(claims: Sequence[Claim]) -> list[Table]:
    columns = (
        Column("claimed", kept=True),
        Column("read as"),
        Column("baseline"),
        Column("benchmark"),
        Column("section"),
    )
    rows = [
        (Cell(each.text, Tone.STRONG), each.reading, each.baseline, each.benchmark, each.section) for each in claims
    ]
    return [Table("Claims", columns, rows)] if rows else [Table("There is no claim about it.", (), ())]


def _choices(plan: Plan, configuration: Configuration) -> Table:
    changing = plan.changes_results(configuration.choices)
    optimizations = {each.choice: each for each in plan.optimizations_in(configuration.choices)}
    rows: list[Sequence[Cell | str]] = []
    for choice, implementation in _made(plan, configuration).items():
        each = optimizations.get(choice)
        if each is None:
            rows.append((Cell(choice, Tone.MUTED), Cell(implementation, Tone.MUTED), "", "", ""))
        else:
            what = _what(each.title, changes=each in changing)
            rows.append((Cell(choice, Tone.STRONG), implementation, each.id, _phase(each), what))
    columns = (
        Column("choice", kept=True),
        Column("set to", kept=True),
        Column("optimization", kept=True),
        Column("phase", kept=True, spare=True),
        Column("what"),
    )
    return Table(": ".join(filter(None, (configuration.name, configuration.title))), columns, rows)


def _made(plan: Plan, configuration: Configuration) -> dict[str, str]:
    """Return all choices of a configuration by name: its own, and for the others those of the baseline.

    If the baseline does not set a choice, its name is that of the function before, as an optimization gives it.
    """
    before = {each.choice: each.before.rpartition(":")[2] for each in plan.optimizations}
    return {**before, **plan.configuration(plan.baseline).choices, **configuration.choices}


def _pair_facts(pair: Pair, chosen_by: str) -> Table:
    rows = [
        ("claimed", pair.claim.text),
        ("read as", pair.claim.reading),
        ("section", pair.claim.section),
        ("measure it", _measuring(pair.id, chosen_by)),
    ]
    return Table(pair.title or pair.id, (Column("", kept=True), Column(pair.id)), [each for each in rows if each[1]])


def _measuring(name: str, chosen_by: str) -> str:
    return with_options(f"wfperf compare --only {shlex.quote(name)}", chosen_by)

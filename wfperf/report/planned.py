"""The plan: what is proposed, what was promised for it, and the sources before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig
from wfperf.errors import UsageError
from wfperf.fixtures.idioms import PAIRS
from wfperf.plan import Claim, Configuration, Idiom, Optimization, Plan
from wfperf.report.sources import Sources, read_sources
from wfperf.report.table import Cell, Column, Table, Tone

Page = Table | Sources

_CHANGES = "changes results"
_NOTHING_CLAIMED = Cell("nothing", Tone.MUTED)
_MEMBERSHIPS = {
    "stated": "stated in the review's list",
    "inferred": "inferred: the review's list is cut short",
    "ours": "beyond the review",
}


def plan_tables(plan: Plan) -> list[Table]:
    """Return the optimizations, the configurations, the rank claims and the idioms."""
    return [_optimizations(plan), _configurations(plan), _ranks(plan), _idioms(plan)]


def named_pages(plan: Plan, name: str) -> list[Page]:
    """Return all there is to see of an optimization, of every optimization of a seam, a configuration or an idiom.

    Raises:
        UsageError: the plan has nothing of this name.
    """
    found = _find(plan, name)
    if isinstance(found, Configuration):
        return [_seams(plan, found), *_claims(found.claims)]
    if isinstance(found, Idiom):
        return [_idiom_facts(found), read_sources(*PAIRS[found.id])]
    pages: list[Page] = []
    for each in found:
        pages += [_facts(each), *_claims(each.claims), _sources(each)]
    return pages


def named_data(plan: Plan, name: str) -> dict[str, Any]:
    """Return what `named_pages` shows as plain data for JSON.

    Raises:
        UsageError: the plan has nothing of this name.
    """
    found = _find(plan, name)
    head: dict[str, Any] = {"schema_version": 1, "kind": "plan-entry"}
    if isinstance(found, Configuration):
        changes = [each.id for each in plan.changes_results(found.seams)]
        entry = asdict(found) | {"seams": EngineConfig(**found.seams).choices(), "changes_results": changes}
        return head | {"configuration": entry}
    if isinstance(found, Idiom):
        return head | {"idiom": asdict(found) | {"sources": asdict(read_sources(*PAIRS[found.id]))}}
    return head | {"optimizations": [asdict(each) | {"sources": asdict(_sources(each))} for each in found]}


def _find(plan: Plan, name: str) -> Configuration | Idiom | Sequence[Optimization]:
    optimizations = [each for each in plan.optimizations if name in {each.id, each.seam}]
    if optimizations:
        return optimizations
    known: dict[str, Configuration | Idiom] = {each.id: each for each in plan.idioms}
    known |= {each.name: each for each in plan.configurations}
    if name in known:
        return known[name]
    names = [*dict.fromkeys(word for each in plan.optimizations for word in (each.id, each.seam)), *known]
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "see them all with: wfperf plan"
    raise UsageError(f"the plan has nothing named {name!r}; {hint}")


def _optimizations(plan: Plan) -> Table:
    columns = (
        Column("optimization", kept=True),
        Column("phase", kept=True),
        Column("seam", spare=True),
        Column("set to", spare=True),
        Column("claimed", right=True, kept=True),
        Column("scenario", spare=True),
        Column("what"),
    )
    rows = [
        (
            Cell(each.id, Tone.STRONG),
            _phase(each),
            each.seam,
            each.implementation,
            _claimed(each.claims),
            ", ".join(claim.scenario for claim in each.claims),
            Cell(f"{each.title} [{_CHANGES}]", Tone.UNSURE) if each.changes_results else each.title,
        )
        for each in plan.optimizations
    ]
    notes = [
        "Phases are stated in the review's list, inferred where that is cut short, or ours.",
        "Before and after of each: wfperf plan NAME",
    ]
    return Table("Optimizations", columns, rows, notes)


def _phase(optimization: Optimization) -> str:
    return f"{optimization.phase} {optimization.membership}"


def _configurations(plan: Plan) -> Table:
    columns = (
        Column("configuration", kept=True),
        Column("claimed", right=True, kept=True),
        Column("against"),
        Column("scenario"),
        Column("what"),
    )
    rows: list[Sequence[Cell | str]] = []
    for each in plan.configurations:
        what = f"{each.title} [{_CHANGES}]" if plan.changes_results(each.seams) else each.title
        name, title = Cell(each.name, Tone.STRONG), Cell(what, Tone.UNSURE if what != each.title else Tone.PLAIN)
        if not each.claims:
            rows.append((name, _NOTHING_CLAIMED, "", "", title))
        for claim in each.claims:
            rows.append((name, claim.text, claim.base, claim.scenario, title))
            name, title = Cell(""), Cell("")
    return Table("Configurations", columns, rows)


def _ranks(plan: Plan) -> Table:
    columns = (Column("ranked first", kept=True), Column("claimed"), Column("read as"), Column("section"))
    rows = [(Cell(each.subject, Tone.STRONG), each.text, each.reading, each.section) for each in plan.rank_claims]
    return Table("Rank", columns, rows)


def _idioms(plan: Plan) -> Table:
    columns = (Column("idiom", kept=True), Column("claimed"), Column("of"), Column("what"))
    rows = [(Cell(each.id, Tone.STRONG), each.claim.text, each.claim.metric, each.title) for each in plan.idioms]
    return Table("Idioms", columns, rows)


def _claimed(claims: Sequence[Claim]) -> Cell | str:
    return "; ".join(claim.text for claim in claims) or _NOTHING_CLAIMED


def _facts(optimization: Optimization) -> Table:
    before = getattr(EngineConfig(), optimization.seam)
    rows: list[Sequence[Cell | str]] = [
        ("phase", f"{optimization.phase}, {_MEMBERSHIPS[optimization.membership]}"),
        ("seam", f"{optimization.seam}: {optimization.implementation} instead of {before}"),
    ]
    if optimization.changes_results:
        rows.append((Cell(_CHANGES, Tone.BAD), optimization.changes_results))
    rows.append(("measure it", f"wfperf compare --only {optimization.id}"))
    return Table(optimization.title, (Column("", kept=True), Column(optimization.id)), rows)


def _claims(claims: Sequence[Claim]) -> list[Table]:
    columns = (
        Column("claimed", kept=True),
        Column("read as"),
        Column("against"),
        Column("scenario"),
        Column("in the review"),
    )
    rows = [(Cell(each.text, Tone.STRONG), each.reading, each.base, each.scenario, each.section) for each in claims]
    return [Table("Claims", columns, rows)] if rows else [Table("Nobody claimed anything for it.", (), ())]


def _sources(optimization: Optimization) -> Sources:
    implementations = IMPLEMENTATIONS[optimization.seam]
    before = getattr(EngineConfig(), optimization.seam)
    return read_sources(implementations[before], implementations[optimization.implementation])


def _seams(plan: Plan, configuration: Configuration) -> Table:
    changing = plan.changes_results(configuration.seams)
    ids = {(each.seam, each.implementation): each for each in plan.optimizations}
    rows: list[Sequence[Cell | str]] = []
    for seam, implementation in EngineConfig(**configuration.seams).choices().items():
        each = ids.get((seam, implementation))
        if each is None:
            rows.append((Cell(seam, Tone.MUTED), Cell(implementation, Tone.MUTED), "", "", ""))
        else:
            what = Cell(f"{each.title} [{_CHANGES}]", Tone.UNSURE) if each in changing else each.title
            rows.append((Cell(seam, Tone.STRONG), implementation, each.id, _phase(each), what))
    columns = (
        Column("seam", kept=True),
        Column("set to", kept=True),
        Column("optimization", kept=True),
        Column("phase", kept=True, spare=True),
        Column("what"),
    )
    return Table(f"{configuration.name}: {configuration.title}", columns, rows)


def _idiom_facts(idiom: Idiom) -> Table:
    rows = [
        ("claimed", idiom.claim.text),
        ("read as", idiom.claim.reading),
        ("in the review", idiom.claim.section),
        ("measure it", f"wfperf compare --only {idiom.id}"),
    ]
    return Table(idiom.title, (Column("", kept=True), Column(idiom.id)), rows)

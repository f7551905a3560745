import json

import pytest
from built_in import source_of

from wfperf.errors import UsageError
from wfperf.plan import load_plan
from wfperf.report.planned import named_data, named_pages, plan_tables
from wfperf.report.sources import Sources
from wfperf.results.files import to_json
from wfperf.results.kinds import to_data

PLAN = load_plan()
NAMES = [
    *(each.id for each in PLAN.optimizations),
    *dict.fromkeys(each.choice for each in PLAN.optimizations),
    *(each.name for each in PLAN.configurations),
    *(each.id for each in PLAN.pairs),
]


def text_of(pages):
    return "\n".join(str(cell) for page in pages for row in page.rows for cell in row)


def test_the_overview_names_all_there_is_and_every_claim():
    shown = text_of(plan_tables(PLAN)).split("\n")
    claims = [claim for each in (*PLAN.optimizations, *PLAN.configurations) for claim in each.claims]
    wanted = {*NAMES, *(claim.text for claim in claims), *(each.text for each in PLAN.rank_claims)}
    assert not wanted - {*shown}


def test_what_changes_results_is_marked_and_nothing_else():
    rows = {
        str(row[0]): " ".join(map(str, row)) for table in plan_tables(PLAN)[:2] for row in table.rows if str(row[0])
    }
    for each in PLAN.optimizations:
        assert ("[changes results]" in rows[each.id]) is bool(each.changes_results)
    for configuration in PLAN.configurations:
        assert ("[changes results]" in rows[configuration.name]) is bool(PLAN.changes_results(configuration.choices))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_pages_and_data(name):
    assert named_pages(PLAN, name, source_of)
    data = json.loads(to_json(named_data(PLAN, name, source_of)), parse_constant=pytest.fail)
    assert data["kind"] == "plan-entry"


@pytest.mark.parametrize("optimization", PLAN.optimizations, ids=lambda each: each.id)
def test_an_optimization_shows_its_claims_and_its_own_before_and_after(optimization):
    pages = named_pages(PLAN, optimization.id, source_of)
    (sources,) = [
        page for page in pages if isinstance(page, Sources) and page.after_name == optimization.implementation
    ]
    assert sources.before_name == ("sequential" if optimization.choice == "driver" else "original")
    shown = text_of(page for page in pages if not isinstance(page, Sources))
    for claim in optimization.claims:
        assert {claim.text, claim.reading, claim.baseline, claim.benchmark, claim.section} <= {*shown.split("\n")}
    assert optimization.changes_results in shown


def test_a_seam_shows_each_of_its_optimizations():
    sources = [page for page in named_pages(PLAN, "context", source_of) if isinstance(page, Sources)]
    assert [each.after_name for each in sources] == ["reference", "lazy", "tuned"]


def test_a_configuration_says_how_every_seam_is_set():
    entry = named_data(PLAN, "phase-2", source_of)["configuration"]
    assert entry["choices"]["driver"] == "sequential"
    assert entry["choices"]["loading"] == "proposed"
    assert entry["changes_results"] == ["substitution", "loading", "buffer"]


@pytest.mark.parametrize(("name", "hint"), [("contxt", "did you mean 'context'?"), ("zzz", "wfperf plan")])
def test_an_unknown_name_is_an_error_with_the_nearest(name, hint):
    with pytest.raises(UsageError, match=rf"the plan has nothing named '{name}'") as caught:
        named_pages(PLAN, name, source_of)
    assert hint in str(caught.value)


def test_the_plan_as_json_holds_no_infinity():
    data = json.loads(to_json(to_data(PLAN)), parse_constant=pytest.fail)
    (items,) = [each for each in data["pairs"] if each["id"] == "items"]
    assert items["claim"]["high"] is None

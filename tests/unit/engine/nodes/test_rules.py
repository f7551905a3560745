"""Rules laid down in tables: a decision matrix, and who may do what."""

from __future__ import annotations

from decimal import Decimal

import pytest
from builders import engine, failure, refusal, refusals, rows, run, run_node
from builders import node as row
from hypothesis import given
from hypothesis import strategies as st

SHIPPING = {
    "inputs": ["country", "total"],
    "rows": [
        {"when": ["DE", {"below": 100}], "then": "4.90 to $country$"},
        {"when": [{"in": ["DE", "AT"]}, {"from": 100}], "then": {"price": 0, "note": ["$total$"]}},
        {"when": [{"not": "US"}, {"above": 500}], "then": 0},
    ],
}


def matched(cell, value):
    data = {"inputs": ["v"], "rows": [{"when": [cell], "then": True}], "otherwise": False}
    return run_node("MATRIX", data, {"v": value})["n"]


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "matching", "others"),
        [
            ("a", ["a"], ["A", "", 1, None, ["a"]]),
            (1, [1, 1.0, Decimal(1)], [True, "1", 2, None]),
            (1.0, [1, 1.0], [True]),
            (0, [0, -0.0], [False, None, ""]),
            (True, [True], [1, 1.0, "true", False, None]),
            (False, [False], [0, 0.0, None, ""]),
            (None, [None, 1, "a", [], {}, float("nan")], []),
            ("-", ["-"], ["", None]),
            ({"in": ["a", 1, None]}, ["a", 1, 1.0, None], [True, "b", 0]),
            ({"from": 1, "to": 3}, [1, 3, 2.5, Decimal("1.5")], [0.9, 3.1, "2", True, None, float("nan")]),
            ({"above": 1, "below": 3}, [1.1, 2], [1, 3, True]),
            ({"from": 1, "below": 3}, [1, 2.9], [3, 0]),
            ({"above": 1, "to": 3}, [3], [1, 4]),
            ({"from": 1, "to": 1}, [1, 1.0], [2, True]),
            ({"to": 3}, [3, -(10**400)], [3.1, float("-inf"), None]),
            ({"above": 3}, [10**400], [3, float("inf"), float("nan")]),
            ({"from": "b", "below": "d"}, ["b", "cz"], ["a", "d", "B", 1, None]),
            ({"from": "2025-12-01"}, ["2025-12-14"], ["2025-11-30"]),
            ({"not": "a"}, ["b", None, 1], ["a"]),
            ({"not": {"in": [None]}}, [0, "", False], [None]),
            ({"not": {"from": 1}}, [0, "text", None], [1, 2]),
        ],
    )
    def test_a_cell_matches(self, cell, matching, others):
        assert [value for value in matching if not matched(cell, value)] == []
        assert [value for value in others if matched(cell, value)] == []


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from((0.5, 1.0, -2.0)) | st.sampled_from("abc")
ENDS = st.tuples(st.integers(-2, 0), st.integers(1, 3)) | st.just(("a", "c"))
CELLS = st.recursive(
    SCALARS
    | st.lists(SCALARS, min_size=1, max_size=3).map(lambda values: {"in": values})
    | st.builds(
        lambda ends, low, high: {low: ends[0], high: ends[1]},
        ENDS,
        st.sampled_from(("from", "above")),
        st.sampled_from(("to", "below")),
    ),
    lambda cells: cells.filter(lambda cell: cell is not None).map(lambda cell: {"not": cell}),
    max_leaves=1,
).filter(lambda cell: not (isinstance(cell, dict) and isinstance(cell.get("not"), dict) and "not" in cell["not"]))


@st.composite
def matrices(draw):
    width = draw(st.integers(1, 3))
    values = {f"v{place}": draw(SCALARS) for place in range(width)}
    cells = st.lists(CELLS, min_size=width, max_size=width)
    table = [
        {"when": when, "then": number} for number, when in enumerate(draw(st.lists(cells, min_size=1, max_size=6)))
    ]
    return {"inputs": list(values), "rows": table}, values


@given(matrices())
def test_the_first_hit_is_the_first_of_all_and_the_unique_one_is_the_only_one(drawn):
    data, values = drawn
    workflow = rows(
        row("all", "MATRIX", data | {"hit": "collect"}, to=["first"]),
        row("first", "MATRIX", data | {"hit": "first", "otherwise": "none"}, to=["unique"]),
        row("unique", "MATRIX", data | {"hit": "unique", "otherwise": "none"}, to=[{"node": "several", "error": True}]),
        row("several", "CALC", {"expression": "error['message']"}),
    )
    with engine(workflow) as started:
        result = started.run_workflow("W", context={"result": values}).context["result"]
    hits = result["all"]
    expected = [
        number
        for number, each in enumerate(data["rows"])
        if all(matched(cell, value) for cell, value in zip(each["when"], values.values(), strict=True))
    ]
    assert hits == expected
    assert result["first"] == (hits[0] if hits else "none")
    if len(hits) > 1:
        numbers = ", ".join(str(number + 1) for number in hits)
        assert result["several"].startswith(f"rows {numbers} all match v0 = ")
    else:
        assert result["unique"] == result["first"]


@given(CELLS.filter(lambda cell: cell is not None and not (isinstance(cell, dict) and "not" in cell)), SCALARS)
def test_not_matches_what_the_cell_does_not(cell, value):
    assert matched({"not": cell}, value) is not matched(cell, value)


class TestMatrix:
    @pytest.mark.parametrize(
        ("country", "total", "written"),
        [
            ("DE", 99.5, "4.90 to DE"),
            ("AT", 120, {"price": 0, "note": ["120"]}),
            ("FR", 501, 0),
            ("DE", 501, {"price": 0, "note": ["501"]}),
        ],
    )
    def test_the_first_row_whose_cells_all_match_is_filled_and_written(self, country, total, written):
        variables = {"country": country, "total": total}
        assert run_node("MATRIX", SHIPPING, variables) == {"n": written}
        assert run_node("MATRIX", SHIPPING | {"into": "price"}, variables) == {"price": written}

    def test_collect_writes_all_that_match(self):
        data = SHIPPING | {"hit": "collect"}
        assert run_node("MATRIX", data, {"country": "AT", "total": 501})["n"] == [{"price": 0, "note": ["501"]}, 0]
        assert run_node("MATRIX", data, {"country": "US", "total": 1})["n"] == []

    @pytest.mark.parametrize("otherwise", [None, "none for $country$", {"a": 1}])
    def test_otherwise_is_written_when_no_row_matches(self, otherwise):
        written = run_node("MATRIX", SHIPPING | {"otherwise": otherwise}, {"country": "US", "total": 1})["n"]
        assert written == ("none for US" if isinstance(otherwise, str) else otherwise)

    def test_inputs_are_expressions(self):
        data = {"inputs": ["len(lines)", "lines[0]['sku']"], "rows": [{"when": [1, "a"], "then": "one a"}]}
        assert run_node("MATRIX", data, {"lines": [{"sku": "a"}]}) == {"n": "one a"}

    def test_runs_do_not_share_what_they_write(self):
        data = {"inputs": ["1"], "rows": [{"when": [1], "then": [1]}]}
        with engine(rows(row("n", "MATRIX", data)), buffer="tuned") as started:
            started.run_workflow("W").nodes[0].writes["n"].append(2)
            assert started.run_workflow("W").nodes[0].writes == {"n": [1]}

    @pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
    def test_every_driver_gives_the_same(self, driver):
        nodes = [
            row("start", to=["price", "may"]),
            row("price", "MATRIX", SHIPPING, to=["end"], is_async=1),
            row("may", "ACL", {"roles": "role", "allow": ["clerk"]}, to=["end"], is_async=1),
            row("end", "CALC", {"expression": "[price, may]"}),
        ]
        variables = {"country": "FR", "total": 501, "role": "clerk"}
        assert run(*nodes, variables=variables, driver=driver).context["result"]["end"] == [0, True]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (SHIPPING, "no row matches country = 'US', total = 1, and NodeData has no 'otherwise'"),
            (
                {
                    "inputs": ["country"],
                    "hit": "unique",
                    "rows": [
                        {"when": [{"in": ["US", "CA"]}], "then": 1},
                        {"when": ["DE"], "then": 2},
                        {"when": [None], "then": 3},
                    ],
                },
                "rows 1, 3 all match country = 'US', and 'hit' is 'unique'",
            ),
            (
                {"inputs": ["1", "nosuch"], "rows": [{"when": [1, 1], "then": 1}]},
                "NodeData field 'inputs[2]': cannot evaluate 'nosuch': NameNotDefined: 'nosuch' is not defined",
            ),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        assert failure("MATRIX", data, {"country": "US", "total": 1}).startswith(why)

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"inputs": [], "rows": [{"when": [], "then": 1}]}, "NodeData.inputs: must have at least 1 item, not 0"),
            ({"inputs": ["a"], "rows": []}, "NodeData.rows: must have at least 1 item, not 0"),
            ({"inputs": ["a"], "rows": [{"when": [1]}]}, "NodeData.rows[1].then: is missing"),
            (
                {
                    "inputs": ["a"],
                    "rows": [{"when": [1, 2], "then": 1}, {"when": [1], "then": 1}, {"when": [], "then": 1}],
                },
                "NodeData: rows[1].when has 2 cells for 1 inputs; rows[3].when has 0 cells for 1 inputs",
            ),
            (
                {"inputs": ["a"], "rows": [{"when": [1], "then": 1}], "hit": "collect", "otherwise": []},
                "NodeData: 'otherwise' does not go with hit 'collect', which writes an empty list when no row matches",
            ),
            (
                {"inputs": ["a"], "rows": [{"when": [1], "then": 1}], "hit": "all"},
                "NodeData.hit: must be 'first', 'unique' or 'collect', not 'all'",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("MATRIX", data) == why

    PLAIN = "must be a value, null for any, {'in': [...]} or a range of 'from' or 'above' and 'to' or 'below'"

    @pytest.mark.parametrize(
        ("cell", "why"),
        [
            ([1], f": {PLAIN}; or {{'not': ...}} with one of these"),
            ({}, f": {PLAIN}; or {{'not': ...}} with one of these"),
            ({"min": 1}, f": {PLAIN}; or {{'not': ...}} with one of these"),
            ({"in": []}, ".in: must have at least 1 item, not 0"),
            ({"in": 1}, ".in: must be a list, not a number"),
            ({"in": [1, [2]]}, ".in[2]: must be text, a finite number, true, false or null, not a list"),
            ({"in": [1], "from": 1}, ".from: is not a field of this"),
            ({"not": None}, ": never matches; for what is not null write {'not': {'in': [null]}}"),
            ({"not": {"not": 1}}, f".not: {PLAIN}"),
            ({"not": 1, "in": [1]}, ".in: is not a field of this"),
            ({"from": None}, ": needs one or two ends, 'from', 'above', 'to' or 'below': numbers, or texts"),
            ({"from": 1, "to": "b"}, ": needs one or two ends, 'from', 'above', 'to' or 'below': numbers, or texts"),
            ({"from": True}, ": needs one or two ends, 'from', 'above', 'to' or 'below': numbers, or texts"),
            ({"from": 1, "above": 1}, ": has two ends on one side: write 'from' or 'above', and 'to' or 'below'"),
            ({"to": 1, "below": 1}, ": has two ends on one side: write 'from' or 'above', and 'to' or 'below'"),
            ({"from": 2, "to": 1}, ": holds nothing: it begins with 2 and ends with 1"),
            ({"from": 1, "below": 1}, ": holds nothing: it begins with 1 and ends with 1"),
            ({"above": 1, "to": 1}, ": holds nothing: it begins with 1 and ends with 1"),
        ],
    )
    def test_a_cell_that_makes_no_sense_is_refused_with_its_place(self, cell, why):
        data = {"inputs": ["a", "b"], "rows": [{"when": [1, 1], "then": 1}, {"when": [1, cell], "then": 1}]}
        assert refusal("MATRIX", data) == f"NodeData.rows[2].when[2]{why}"

    def test_a_cell_of_no_number_is_refused(self):
        why = "NodeData.rows[1].when[1]: must be text, a finite number, true, false or null, not nan"
        assert refusal("MATRIX", '{"inputs": ["a"], "rows": [{"when": [NaN], "then": 1}]}') == why

    def test_every_mistake_is_told(self):
        data = {"inputs": ["a >"], "rows": [{"when": [[]], "then": 1}, {"when": [{"in": []}]}]}
        assert [told.partition(": ")[0] for told in refusals("MATRIX", data)] == [
            "NodeData.inputs[1]",
            "NodeData.rows[1].when[1]",
            "NodeData.rows[2].when[1].in",
            "NodeData.rows[2].then",
        ]


class TestAcl:
    @pytest.mark.parametrize(
        ("allow", "deny", "roles", "allowed"),
        [
            (["clerk"], [], "clerk", True),
            (["clerk"], [], ["guest", "clerk"], True),
            (["clerk", "manager"], [], "manager", True),
            (["clerk"], [], "Clerk", False),
            (["clerk"], [], "cler", False),
            (["clerk"], [], [], False),
            (["clerk"], ["guest"], ["guest", "clerk"], False),
            (["clerk"], ["clerk"], "clerk", False),
            ([], ["guest"], "clerk", True),
            ([], ["guest"], [], True),
            ([], ["guest"], ["clerk", "guest"], False),
        ],
    )
    def test_any_allowed_role_suffices_and_any_denied_one_wins(self, allow, deny, roles, allowed):
        data = {"roles": "r", "allow": allow, "deny": deny}
        assert run_node("ACL", data | {"refused": "write", "into": "may"}, {"r": roles}) == {"may": allowed}
        if allowed:
            assert run_node("ACL", data, {"r": roles}) == {"n": True}
        else:
            assert failure("ACL", data, {"r": roles}).startswith("refused: 'r' has ")

    @given(*[st.lists(st.sampled_from(("a", "b", "c", "A", "")), max_size=4)] * 3)
    def test_roles_are_sets(self, allow, deny, roles):
        if not allow and not deny:
            return
        data = {"roles": "r", "allow": allow, "deny": deny, "refused": "write"}
        expected = not set(roles) & set(deny) and (not allow or bool(set(roles) & set(allow)))
        assert run_node("ACL", data, {"r": roles}) == {"n": expected}

    def test_a_refusal_may_be_caught(self):
        nodes = [
            row("acl", "ACL", {"roles": "r", "allow": ["boss"]}, to=["go", {"node": "stop", "error": True}]),
            row("go"),
            row("stop", "CALC", {"expression": "error['message']"}),
        ]
        for role, names in (("boss", ["acl", "go"]), ("guest", ["acl", "stop"])):
            result = run(*nodes, variables={"r": role})
            assert [each.name for each in result.nodes if each.status != "skipped"] == names
        assert result.context["result"]["stop"] == "refused: 'r' has 'guest'; needed is one of 'boss'"

    @pytest.mark.parametrize(
        ("data", "variables", "why"),
        [
            ({"allow": ["boss", "it"]}, {"r": []}, "refused: 'r' has no role; needed is one of 'boss', 'it'"),
            ({"deny": ["b", "a"]}, {"r": ["b", "a", "c"]}, "refused: 'r' has 'b', 'a', 'c'; denied: 'a', 'b'"),
            ({"allow": ["a"]}, {}, "NodeData field 'roles' names the variable 'r', which nothing has written"),
            ({"allow": ["a"]}, {"r": 3}, "NodeData field 'roles' names 'r', which must be text or a list of texts"),
            ({"allow": ["a"]}, {"r": None}, "NodeData field 'roles' names 'r', which must be text or a list of texts"),
            (
                {"allow": ["a"]},
                {"r": ["a", 1]},
                "NodeData field 'roles' names 'r', which must be text or a list of texts",
            ),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, variables, why):
        assert failure("ACL", {"roles": "r"} | data, variables) == why

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"allow": ["a"]}, "NodeData.roles: is missing"),
            ({"roles": "r"}, "NodeData: names no role in 'allow' or 'deny', so nobody's roles would matter"),
            (
                {"roles": "r", "allow": [], "deny": []},
                "NodeData: names no role in 'allow' or 'deny', so nobody's roles would matter",
            ),
            ({"roles": "r", "allow": "a"}, "NodeData.allow: must be a list, not text"),
            ({"roles": "r", "allow": ["a", 1]}, "NodeData.allow[2]: must be text, not a number"),
            ({"roles": "r", "allow": ["a"], "refused": "no"}, "NodeData.refused: must be 'fail' or 'write', not 'no'"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("ACL", data) == why

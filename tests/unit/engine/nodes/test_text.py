"""Texts searched, taken apart and rewritten by regular expressions in linear time."""

from __future__ import annotations

import pytest
from builders import failure, refusal, run, run_node
from builders import node as row
from hypothesis import given
from hypothesis import strategies as st

ORDER = r"(?P<kind>[A-Z]+)-([0-9]+)"
PATTERNS = st.sampled_from(("a", "a+", "(a)|(b)", "a*", "", "ä?", r"(?i)B\b", "^", "$", r"\s", "(?P<x>.)a", "[^a]"))
TEXTS = st.text(alphabet="aäbB \n€😀\\")


def regex(op, text, pattern, **fields):
    return run_node("REGEX", {"op": op, "text": "$t$", "pattern": pattern, **fields}, {"t": text})["n"]


class TestTest:
    @pytest.mark.parametrize(
        ("pattern", "fields", "answer"),
        [
            ("b", {}, True),
            ("^b", {}, False),
            ("(?i)B", {}, True),
            ("B", {}, False),
            ("a.c", {"whole": True}, True),
            ("a.", {"whole": True}, False),
            ("a.", {"whole": False}, True),
            (r"c\b", {}, True),
            (r"\d|\pN", {}, False),
        ],
    )
    def test_true_when_the_pattern_is_found(self, pattern, fields, answer):
        assert regex("test", "abc", pattern, **fields) is answer

    def test_is_linear_where_backtracking_would_take_years(self):
        assert regex("test", "a" * 50_000 + "b", "^(a+)+$") is False
        assert regex("find", "a" * 50_000 + "b", "(a|aa)+$") is None
        assert regex("replace", "a" * 5_000, "(a?){50}a{50}c", **{"with": ""}) == "a" * 5_000


class TestFind:
    def test_the_first_match_with_its_groups(self):
        assert regex("find", "see AB-47, C-1", ORDER) == {
            "match": "AB-47",
            "start": 4,
            "groups": ["AB", "47"],
            "named": {"kind": "AB"},
        }

    def test_null_when_there_is_none(self):
        assert regex("find", "see 47", ORDER) is None

    def test_all_that_do_not_overlap(self):
        assert [each["match"] for each in regex("find_all", "AB-4 C-1 d-2", ORDER)] == ["AB-4", "C-1"]
        assert regex("find_all", "see 47", ORDER) == []

    def test_a_group_that_took_no_part_is_null(self):
        found = regex("find_all", "ab", "(a)|(?P<second>b)")
        assert [each["groups"] for each in found] == [["a", None], [None, "b"]]
        assert [each["named"] for each in found] == [{"second": None}, {"second": "b"}]

    def test_places_count_characters_not_bytes(self):
        assert regex("find", "äö€😀x", "x")["start"] == 4

    @given(PATTERNS, TEXTS)
    def test_find_is_the_first_of_find_all_and_test_says_whether_there_is_one(self, pattern, text):
        found = regex("find_all", text, pattern)
        assert regex("find", text, pattern) == (found[0] if found else None)
        assert regex("test", text, pattern) is bool(found)
        for each in found:
            assert text[each["start"] :].startswith(each["match"])


class TestReplace:
    @pytest.mark.parametrize(
        ("replacement", "written"),
        [
            ("x", "x x c"),
            ("", "  c"),
            (r"<\1>", "<a> <> c"),
            (r"<\2\g<last>>", "<> <bb> c"),
            (r"\g<0>\g<0>", "aa bb c"),
            (r"\g<1>0", "a0 0 c"),
            (r"\\1", r"\1 \1 c"),
            ("grün \n€", "grün \n€ grün \n€ c"),
            ("$g$", "$g$ $g$ c"),
        ],
    )
    def test_groups_are_referred_to_by_number_or_name(self, replacement, written):
        assert regex("replace", "a b c", "(a)|(?P<last>b)", **{"with": replacement}) == written

    @pytest.mark.parametrize(("count", "written"), [(0, "xxx"), (1, "xaa"), (2, "xxa"), (9, "xxx")])
    def test_count_says_how_many(self, count, written):
        assert regex("replace", "aaa", "a", count=count, **{"with": "x"}) == written

    @given(PATTERNS, TEXTS)
    def test_a_match_replaced_by_itself_changes_nothing(self, pattern, text):
        assert regex("replace", text, pattern, **{"with": r"\g<0>"}) == text

    @given(PATTERNS, TEXTS, TEXTS)
    def test_any_text_escaped_is_the_replacement(self, pattern, text, replacement):
        replaced = regex("replace", text, pattern, **{"with": replacement.replace("\\", r"\\")})
        assert replaced == replacement.join(regex("split", text, pattern))


class TestSplit:
    @pytest.mark.parametrize(
        ("pattern", "parts"),
        [("[,;] *", ["a", "b", "", "c"]), ("(,)|(;)", ["a", " b", "", "c"]), ("x", ["a, b;;c"])],
    )
    def test_the_parts_between_the_matches(self, pattern, parts):
        assert regex("split", "a, b;;c", pattern) == parts

    @given(PATTERNS, TEXTS)
    def test_parts_and_matches_make_the_text(self, pattern, text):
        parts = regex("split", text, pattern)
        matches = [each["match"] for each in regex("find_all", text, pattern)]
        assert len(parts) == len(matches) + 1
        assert "".join(piece for pair in zip(parts, [*matches, ""], strict=True) for piece in pair) == text


@pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
def test_every_driver_gives_the_same(driver):
    nodes = [
        row("start", to=["left", "right"]),
        row("left", "REGEX", {"op": "find", "text": "$t$", "pattern": "[0-9]+"}, to=["end"], is_async=1),
        row("right", "REGEX", {"op": "split", "text": "$t$", "pattern": " "}, to=["end"], is_async=1),
        row("end", "REGEX", {"op": "test", "text": "$right$", "pattern": "7"}),
    ]
    result = run(*nodes, variables={"t": "a 47"}, driver=driver).context["result"]
    assert (result["left"]["match"], result["right"], result["end"]) == ("47", ["a", "47"], True)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "NodeData.op: is missing"),
        ({"op": "match"}, "NodeData.op: must be one of 'test', 'find', 'find_all', 'replace', 'split', not 'match'"),
        ({"op": "test", "text": "a"}, "NodeData.pattern: is missing"),
        ({"op": "test", "pattern": "a"}, "NodeData.text: is missing"),
        ({"op": "test", "text": "a", "pattern": 3}, "NodeData.pattern: must be text, not a number"),
        (
            {"op": "test", "text": "a", "pattern": "(a"},
            "NodeData.pattern: not a regular expression: missing ): (a",
        ),
        (
            {"op": "test", "text": "a", "pattern": r"(a)\1"},
            r"NodeData.pattern: not a regular expression: invalid escape sequence: \1",
        ),
        (
            {"op": "test", "text": "a", "pattern": "a", "whole": 1},
            "NodeData.whole: must be true or false, not a number",
        ),
        (
            {"op": "find", "text": "a", "pattern": "a", "whole": True},
            "NodeData.whole: is not a field of this; known: into, text, pattern, op",
        ),
        ({"op": "replace", "text": "a", "pattern": "a"}, "NodeData.with: is missing"),
        ({"op": "replace", "text": "a", "pattern": "a", "with": None}, "NodeData.with: must be text, not null"),
        (
            {"op": "replace", "text": "a", "pattern": "(a)", "with": r"\2"},
            "NodeData: 'with' refers to the group 2, which the pattern has not",
        ),
        (
            {"op": "replace", "text": "a", "pattern": "(?P<x>a)", "with": r"\g<y>"},
            "NodeData: 'with' refers to the group 'y', which the pattern has not",
        ),
        (
            {"op": "replace", "text": "a", "pattern": "a", "with": r"a\n"},
            (
                "NodeData.with: has a backslash that stands for nothing, at character 2;"
                r" write \1 or \g<name> for a group, and \\ for a backslash"
            ),
        ),
        (
            {"op": "replace", "text": "a", "pattern": "a", "with": "", "count": -1},
            "NodeData.count: must be greater than or equal to 0, not -1",
        ),
    ],
)
def test_a_mistake_is_refused_with_its_field(data, why):
    assert refusal("REGEX", data) == why


@pytest.mark.parametrize("op", ["test", "find", "find_all", "split"])
def test_half_a_character_cannot_be_searched(op):
    data = {"op": op, "text": "$t$", "pattern": "a"}
    assert failure("REGEX", data, {"t": "\ud800"}).startswith("NodeData field 'text': UnicodeEncodeError: ")

"""Substitution: `tuned` is `original`, byte for byte; `proposed` is, where no value can be taken for a placeholder."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from builders import engine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from thorough import examples

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig

NAMES = sorted(IMPLEMENTATIONS["substitution"])
GUID, PROCESS_GUID = "g-1", "p-1"


def patcher(name):
    """Return an implementation's patch; none of them needs more of its engine than its name."""
    config = EngineConfig(substitution=name)
    assert config.choices()["substitution"] == name
    return config.bind("substitution", None)


original, proposed, tuned = (patcher(name) for name in ("original", "proposed", "tuned"))


def patched(patch, result, text, guid=GUID, processguid=PROCESS_GUID):
    return patch({"result": result}, guid, processguid, text)


def test_every_implementation_is_tested():
    assert NAMES == ["original", "proposed", "tuned"]


@pytest.mark.parametrize("name", NAMES)
class TestContract:
    """What every implementation does."""

    @pytest.mark.parametrize(
        ("result", "text", "expected"),
        [
            ({}, "", ""),
            ({}, "plain", "plain"),
            ({"name": "Ada"}, "Dear $name$, ~~name~~!", "Dear Ada, Ada!"),
            ({"NAME": "Ada"}, "$name$ $NAME$", "Ada $NAME$"),
            ({"n": None}, "<$n$>", "<None>"),
            ({"n": {"a": [1, "x"]}}, "<$n$>", "<{'a': [1, 'x']}>"),
            ({"n": True, "m": 1.5}, "$n$ $m$", "True 1.5"),
            ({"n": "\\1 \\g<0> \\n"}, "<$n$>", "<\\1 \\g<0> \\n>"),
            ({"größe": 3, "名": "x", "ß": 1}, "$größe$ ~~名~~ $ß$", "3 x 1"),
            ({"a.b": 1, "a-b": 2, "x": 3}, "$a.b$ $a-b$ $axb$", "1 2 $axb$"),
            ({"a+(b": 1, "[c": 2, "d|e": 3, "^": 4, "f*": 5}, "$a+(b$ $[c$ ~~d|e~~ $^$ $f*$", "1 2 3 4 5"),
            ({"a": 1}, "$b$ ~~b~~ 5$ ~ $", "$b$ ~~b~~ 5$ ~ $"),
            ({}, "$guid$ $processguid$ ~~guid~~", "g-1 p-1 ~~guid~~"),
            ({"guid": 7}, "$guid$ ~~guid~~", "7 7"),
            ({"a": ""}, "$a$~~a~~", ""),
        ],
    )
    def test_values_replace_placeholders(self, name, result, text, expected):
        assert patched(patcher(name), result, text) == expected

    def test_the_guid_stands_in_for_a_missing_process_guid(self, name):
        assert patched(patcher(name), {}, "$processguid$", processguid="") == GUID

    def test_a_context_without_result_has_the_run_s_own_placeholders_only(self, name):
        assert patcher(name)({}, GUID, PROCESS_GUID, "$guid$ $a$") == "g-1 $a$"
        assert patcher(name)({"result": ["a"]}, GUID, PROCESS_GUID, "$guid$ $a$") == "g-1 $a$"

    def test_local_patch_param_goes_this_way(self, name):
        with engine(substitution=name) as started:
            assert started.config.substitution == name
            assert started.local_patch_param({"result": {"a": 1}}, GUID, PROCESS_GUID, "$a$ $processguid$") == "1 p-1"
            assert started.local_patch_param({"result": {"a": 1}}, GUID, PROCESS_GUID) == ""


def test_one_after_another_expands_a_placeholder_in_a_value():
    result = {"a": "$b$", "b": "~~a~~"}
    assert patched(original, result, "$a$") == "~~a~~"
    assert patched(proposed, result, "$a$") == "$b$"


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.text("ab5$~\\. ", max_size=8),
    st.sampled_from(("$a$", "~~b~~", "$guid$", "$processguid$", "\\1", "$", "~", "$a", "b$", "~~", "~~a", "a~~")),
    st.dictionaries(st.text("ab$~", max_size=2), st.integers(), max_size=2),
    st.lists(st.text("ab$~", max_size=2), max_size=2),
)
keys = st.one_of(
    st.text(max_size=5),
    st.text("aAbB5$~ .-_", max_size=4),
    st.text("ßİıſKǅ", max_size=2),  # noqa: RUF001 - these change their length or kind in lower case
    st.sampled_from(
        ("", "a", "A", "b", "5", "guid", "GUID", "processguid", "a$b", "~~a~~", "$", "a+", "(", "[a", "^", ".")
    ),
)
pieces = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        ("$a$", "~~a~~", "$A$", "$a$b$", "$a$5$b$", "$5$", "$$", "~~~~", "$ $", "$", "~", "$guid$", "$processguid$")
    ),
    keys.map(lambda key: f"${key}$"),
    keys.map(lambda key: f"~~{key}~~"),
    keys.map(lambda key: f"${key.lower()}$"),
    keys.map(lambda key: f"~~{key.lower()}~~"),
)
results = st.dictionaries(keys, values, max_size=6)
texts = st.lists(pieces, max_size=8).map("".join)


@settings(max_examples=examples(600))
@given(results, texts, st.sampled_from((GUID, "", "$a$", "~~", "a$")), st.sampled_from((PROCESS_GUID, "", "$b$")))
@example({"a": 1, "b": 2}, "$a$b$", GUID, PROCESS_GUID)
@example({"a": 1, "b": 2, "5": 3}, "$a$5$b$", GUID, PROCESS_GUID)
@example({"a": "5", "b": 2, "5": 3}, "$$a$$", GUID, PROCESS_GUID)
@example({"": "x"}, "$$ ~~~~ $a$", GUID, PROCESS_GUID)
@example({"A": "1", "b": "$a$", "a": "2"}, "$b$ $a$", GUID, PROCESS_GUID)
@example({"a": "x", "x": "y"}, "$$a$$", GUID, PROCESS_GUID)
@example({"a": "~", "b": 1}, "~$a$b~~", GUID, PROCESS_GUID)
def test_tuned_is_original(result, text, guid, processguid):
    expected = patched(original, result, text, guid, processguid)
    assert patched(tuned, result, text, guid, processguid) == expected


tiny = "ab$~ "


@settings(max_examples=examples(800))
@given(
    st.dictionaries(st.text(tiny, max_size=3), st.text(tiny, max_size=4), max_size=4),
    st.text(tiny, max_size=16),
)
def test_tuned_is_original_over_a_tiny_alphabet(result, text):
    assert patched(tuned, result, text) == patched(original, result, text)


# Templates that `tuned` cuts into pieces, and contexts in which a placeholder could still arise between two of them.
SLOTS = ("$a$", "$b$", "~~a~~", "~~b~~", "$ab$", "$guid$")
LITERALS = ("", " ", "a", "b", "-", " b")
KEYS = ("a", "b", "ab", "A", "", " ", "-", " b", "a b", "guid")
VALUES = ("", "a", "b", " ", "-", "ab", "a", "b", "$", "~", "~~a~~")

near_keys = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=4)
near_texts = st.lists(st.tuples(st.sampled_from(LITERALS), st.sampled_from(SLOTS)).map("".join), max_size=4).map(
    "".join
)


@settings(max_examples=examples(800))
@given(near_keys, near_texts, st.sampled_from(LITERALS))
def test_tuned_is_original_where_placeholders_are_close(result, text, tail):
    assert patched(tuned, result, text + tail) == patched(original, result, text + tail)


@pytest.mark.parametrize("seed", range(4))
def test_tuned_is_original_in_thousands_of_random_cases(seed):
    random = Random(seed)
    for _ in range(8000):
        result = {random.choice(KEYS): random.choice(VALUES) for _ in range(random.randint(1, 4))}
        text = "".join(random.choice(LITERALS) + random.choice(SLOTS) for _ in range(random.randint(1, 4)))
        assert patched(tuned, result, text) == patched(original, result, text), (result, text)


def test_tuned_is_original_on_every_short_text():
    contexts = [{"a": "b", "b": "$"}, {"a": "$", "": "a"}, {"a": "~", "b": "a"}, {"b": "", "a$b": "x", "~": "$a"}]
    texts = ["".join(letters) for size in range(7) for letters in itertools.product("ab$~", repeat=size)]
    for result in contexts:
        different = [text for text in texts if patched(tuned, result, text) != patched(original, result, text)]
        assert different == []


plain = st.text("abcXYZ.-_ 19äß\\", max_size=8).filter(lambda text: "$" not in text and "~" not in text)
words = st.text("abc", min_size=1, max_size=3)


@settings(max_examples=examples(200))
@given(
    st.dictionaries(words, st.one_of(plain, st.integers(), st.none()), max_size=5),
    st.lists(st.one_of(plain, words.map("${}$".format), words.map("~~{}~~".format)), max_size=8),
)
def test_every_implementation_agrees_where_nothing_overlaps(result, parts):
    # A space on both sides of every part keeps placeholders apart.
    text = " ".join(parts)
    expected = patched(original, result, text)
    assert {name: patched(patcher(name), result, text) for name in NAMES} == dict.fromkeys(NAMES, expected)


def test_tuned_takes_the_fast_way_where_it_can():
    class Unread:
        def __str__(self):
            raise AssertionError("a value that the text does not name was converted")

    result = {"a": 1, "other": Unread()}
    assert patched(tuned, result, "x $a$ y ~~a~~ $guid$") == "x 1 y 1 g-1"
    with pytest.raises(AssertionError):
        patched(original, result, "x $a$ y")

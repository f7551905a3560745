"""Templates made to break a substitution: handmade and random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from wfperf.equivalence.cases import TemplateCase

PLAIN_KEYS = ("a", "b", "name", "Total", "field_1", "x.y", "k-1", "ключ", "5")
ODD_KEYS = (
    "", "A", "a b", "a$b", "~", "$", "a.*", "(a|b)+", "[a", "a\\", "\\1", "İ", "ß", "ẞ", "k\n", "guid", "processguid",
)  # fmt: skip

PLAIN_VALUES = ("plain", "", "two words", 0, 42, -1.5, True, None, [1, "x"], {"k": {"deep": [None]}})
ODD_VALUES = (
    "$a$", "~~b~~", "$b$$a$", "$5$", "$", "~", "~~", "$$", "a$", "\\1", "\\g<0>\\", ".*+?[](){}|^$", "$A$", "日本\n",
    ["$a$"], {"~~a~~": "$b$"}, float("nan"), 10**30,
)  # fmt: skip

_LITERALS = (" ", "x", "; total: ", "a", "b", "5", ".", "é", "\n", "\\", "\\1", "%s", "{a}", "ß", "日本")
_ODD_LITERALS = ("$", "~", "~~", "$$", "~~~~", "a$", "$a", "~~a", "a~~")


def adversarial_templates() -> Iterator[TemplateCase]:
    """Yield texts and variables, each known to break some way of filling texts."""
    both = {"a": "1", "b": "2"}
    yield from (TemplateCase(text, both) for text in _TEXTS)
    yield from (TemplateCase(text, variables) for text, variables in _PAIRS)
    yield TemplateCase("$guid$ $processguid$ ~~guid~~", {})
    yield TemplateCase("$guid$ $processguid$", {}, guid="run", process_guid="")
    yield TemplateCase("$processguid$", {"a": "!"}, guid="$a$", process_guid="$guid$")
    yield TemplateCase("$guid$ $a$", None)
    for key in (*PLAIN_KEYS, *ODD_KEYS):
        yield TemplateCase(f"<${key.lower()}$|~~{key.lower()}~~|${key}$>", {key: "value"})
    for value in (*PLAIN_VALUES, *ODD_VALUES):
        yield TemplateCase("<$a$|~~a~~|$b$>", {"a": value, "b": "B"})
        yield TemplateCase("<$a$|~~a~~|$b$>", {"b": "B", "a": value})


_TEXTS = (
    "", "$", "~~", "$$", "~~~~", "$$$", "~~~", "$a", "a$", "~~a", "a~~", "$A$", "~~A~~", "$ a $", "$a$", "~~a~~",
    "$a$b$", "$b$a$", "~~a~~b~~", "~~~a~~~", "$a$$b$", "$a$~~b~~", "$~~a~~$", "~~$a$~~", "$a~~b~~$", "$c$", "$a$5$b$",
    "plain", "100 %s {a} $HOME \\1 \\g<0>", "$a$\n$b$", "\u0000$a$\u0000",
)  # fmt: skip

_PAIRS: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("$a$5$b$", {"a": "1", "b": "2", "5": "five"}),
    ("$a$5$b$", {"5": "five", "a": "1", "b": "2"}),
    ("$a$$b$", {"a": "$b", "b": "x"}),
    ("$a$b$", {"a": "$c", "b": "x", "cb": "y"}),
    ("$a$", {"a": "$b$", "b": "$c$", "c": "end"}),
    ("$a$", {"b": "end", "a": "$b$"}),
    ("$a$", {"a": "$a$"}),
    ("~~a~~", {"a": "~", "b": "~~a~~"}),
    ("$key$", {"Key": "first", "KEY": "second"}),
    ("$key$", {"KEY": "second", "Key": "first"}),
    ("$$ ~~~~", {"": "empty"}),
    ("$a$$b$ ~~~~a~~", {"": "empty", "a": "1", "b": "2"}),
    ("$a.b$ $axb$", {"a.b": "dot"}),
    ("$a|b$ $a$", {"a|b": "bar", "a": "1"}),
    ("$i̇$ $İ$", {"İ": "dotted"}),
    ("$ß$ $ss$ $ẞ$", {"ß": "sharp", "ẞ": "capital"}),
    ("$a$", {"a": "\\g<0>\\1\\\\"}),
    ("$guid$ $processguid$", {"guid": "mine", "processguid": "$guid$"}),
    ("$a$ ~~list~~ ~~none~~", {"a": {"b": ["$none$"]}, "list": [1, None, "~~a~~"], "none": None}),
)


def random_template(rng: Random) -> TemplateCase:
    """Return a random text over random variables: half the time a plain one, as templates are in real life."""
    odd = rng.random() < 0.5  # noqa: PLR2004 - half the time
    variables = random_variables(rng, odd=odd)
    return TemplateCase(random_text(rng, [*variables, "missing"], odd=odd), variables)


def random_variables(rng: Random, *, odd: bool) -> dict[str, Any]:
    """Return up to 6 variables, in random order; odd ones are made to break things."""
    keys = PLAIN_KEYS + ODD_KEYS if odd else PLAIN_KEYS
    values = PLAIN_VALUES + ODD_VALUES if odd else PLAIN_VALUES
    return {key: rng.choice(values) for key in rng.sample(keys, rng.randint(0, 6))}


def random_text(rng: Random, keys: Sequence[str], *, odd: bool) -> str:
    """Return a text with placeholders of these keys in both styles; odd ones overlap and break off."""
    literals = _LITERALS + _ODD_LITERALS if odd else _LITERALS
    pieces = []
    for _ in range(rng.randint(1, 6)):
        key = rng.choice(keys).lower()
        pieces.append(rng.choice((f"${key}$", f"~~{key}~~", rng.choice(literals))))
    return "".join(pieces)

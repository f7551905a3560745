"""The parts of random workflows: variables, texts and values, drawn by one generator."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Any

from wfperf.equivalence.templates import ODD_KEYS, ODD_VALUES, PLAIN_KEYS, PLAIN_VALUES, random_text, random_variables

Data = dict[str, Any]

VARIABLES: Data = {
    "n": 3,
    "flag": True,
    "text": "some text",
    "day": "2025-12-14",
    "numbers": [3, 1, 2],
    "records": [{"k": "x", "v": 2}, {"k": "y", "v": 1}, {"k": "x", "v": 5}],
    "payload": '{"a": [1, {"b": null}]}',
    "nested": {"a": [1, {"b": None}]},
    "roles": ["clerk", "guest"],
}
"""Variables of every random workflow besides adversarial ones; some nodes overwrite some of them."""

GIVEN_FILE = "given.txt"
"""A file that FILE nodes find when a run begins."""

TEXT_KEYS = ("a", "b", "name", "text", "ключ")
NUMBER_KEYS = ("n", "m", "field_1")


class Words:
    """Draws the parts of a workflow's nodes, by one generator; odd ones are made to break things."""

    def __init__(self, rng: Random, *, odd: bool, service: str = "") -> None:
        self.rng = rng
        self.service = service
        self._files = count(1)
        self.variables = _shuffled(rng, VARIABLES | random_variables(rng, odd=odd))
        self._odd = odd
        self._written = [*TEXT_KEYS, *NUMBER_KEYS, *rng.sample(PLAIN_KEYS + ODD_KEYS if odd else PLAIN_KEYS, 2)]
        self._read = [*self.variables, *self._written, "missing", "guid", "processguid"]
        # Without NaN, which JSON lacks.
        values = [value for value in ODD_VALUES if value == value] if odd else []  # noqa: PLR0124 - NaN is not itself
        self._values = (*PLAIN_VALUES, *values)

    def pick(self, *choices: Any) -> Any:
        """Return one of the choices."""
        return self.rng.choice(choices)

    def key(self, usual: Sequence[str] = TEXT_KEYS) -> str:
        """Return a variable to write: one of a few, so that branches write the same ones."""
        return self.rng.choice(usual if self.rng.random() < 0.8 else self._written)  # noqa: PLR2004 - mostly

    def value(self) -> Any:
        """Return a JSON value."""
        return self.rng.choice(self._values)

    def file(self) -> str:
        """Return the name of a file that no other node uses: the order of two nodes depends on the driver."""
        return f"file-{next(self._files)}.txt"

    def text(self) -> str:
        """Return a text with placeholders, most of them of variables that exist."""
        return random_text(self.rng, self._read, odd=self._odd)


def _shuffled(rng: Random, variables: Data) -> Data:
    items = list(variables.items())
    rng.shuffle(items)
    return dict(items)

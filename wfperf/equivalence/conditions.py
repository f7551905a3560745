"""Conditions of random edges: expressions, and queries with patterns."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.equivalence.words import Data, Words

CONDITIONS = ("n > 2", "n % 2 == 0", "flag", "not flag", "len(text) > 3", "n == 3 and flag", "'x' in text", "n < 0")
FAILING_CONDITIONS: Sequence[Data] = (
    {"if": "nowhere > 1"},
    {"if": "n / 0 > 1"},
    {"if": "text > n"},
    {"sql": "SELECT nothing FROM nowhere", "matches": "x"},
)


def sql_condition(words: Words) -> Data:
    """Return a condition on the database: a query that gives a bound text, a count, NULL or no row."""
    condition: Data = words.pick(
        {
            "sql": "SELECT CAST(:x AS VARCHAR(200))",
            "params": {"x": words.text()},
            "matches": words.pick("a", "^s", "[0-9]+$"),
        },
        {"sql": "SELECT COUNT(*) FROM def_workflow WHERE Name = :name", "params": {"name": "n1"}, "matches": "^[1-9]"},
        {"sql": "SELECT NULL", "matches": ""},
        {"sql": "SELECT Name FROM def_workflow WHERE 1 = 0", "matches": ""},
    )
    return condition

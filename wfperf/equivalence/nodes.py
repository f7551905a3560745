"""Random nodes of every type: most run well, some are made to fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from random import Random
from typing import Any

from wfperf.engine.workflow import Service
from wfperf.equivalence.subworkflows import FAILING, SUB, SUB_PACKAGE
from wfperf.equivalence.templates import ODD_KEYS, ODD_VALUES, PLAIN_KEYS, PLAIN_VALUES, random_text, random_variables
from wfperf.fixtures.services import SERVICES as FIXTURE_SERVICES

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
"""What every random workflow finds in its context beside adversarial variables; some nodes overwrite some of it."""

CONDITIONS = ("n > 2", "n % 2 == 0", "flag", "not flag", "len(text) > 3", "n == 3 and flag", "'x' in text", "n < 0")
FAILING_CONDITIONS: Sequence[Data] = (
    {"if": "nowhere > 1"},
    {"if": "n / 0 > 1"},
    {"if": "text > n"},
    {"sql": "SELECT nothing FROM nowhere", "matches": "x"},
)

GIVEN_FILE = "given.txt"
"""A file that FILE nodes find when a run begins."""

_EITHER = (True, False)
_TEXT_KEYS = ("a", "b", "name", "text", "ключ")
_NUMBER_KEYS = ("n", "m", "field_1")


class Words:
    """What a workflow's nodes are made of, drawn by one generator; odd ones are made to break things."""

    def __init__(self, rng: Random, *, odd: bool, service: str = "") -> None:
        self.rng = rng
        self.service = service
        self._files = count(1)
        self.variables = _shuffled(rng, VARIABLES | random_variables(rng, odd=odd))
        self._odd = odd
        self._written = [*_TEXT_KEYS, *_NUMBER_KEYS, *rng.sample(PLAIN_KEYS + ODD_KEYS if odd else PLAIN_KEYS, 2)]
        self._read = [*self.variables, *self._written, "missing", "guid", "processguid"]
        # Not a number stays out: JSON has none.
        values = [value for value in ODD_VALUES if value == value] if odd else []  # noqa: PLR0124 - NaN is not itself
        self._values = (*PLAIN_VALUES, *values)

    def pick(self, *choices: Any) -> Any:
        """Return one of the choices."""
        return self.rng.choice(choices)

    def key(self, usual: Sequence[str] = _TEXT_KEYS) -> str:
        """Return a variable to write: one of a few, so that branches write the same ones."""
        return self.rng.choice(usual if self.rng.random() < 0.8 else self._written)  # noqa: PLR2004 - mostly

    def value(self) -> Any:
        """Return a JSON value."""
        return self.rng.choice(self._values)

    def file(self) -> str:
        """Return the name of a file that no other node works on: which of two came first is the driver's affair."""
        return f"file-{next(self._files)}.txt"

    def text(self) -> str:
        """Return a text with placeholders, most of them of variables that something has written."""
        return random_text(self.rng, self._read, odd=self._odd)


def _shuffled(rng: Random, variables: Data) -> Data:
    items = list(variables.items())
    rng.shuffle(items)
    return dict(items)


def random_node(words: Words, failing: float) -> tuple[str, Data]:
    """Return the type and the data of a random node, which fails with the probability `failing`."""
    if words.rng.random() < failing:
        kind, data = words.pick(*_FAILING)
        return kind, dict(data)
    (kind,) = words.rng.choices(list(_MAKERS), _WEIGHTS)
    return kind, _MAKERS[kind](words)


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


def _set(words: Words) -> Data:
    return {"values": {words.key(): words.pick(words.text, words.value)() for _ in range(words.rng.randint(1, 3))}}


def _calc(words: Words) -> Data:
    expressions = ("n + 1", "n * 2.5", "max(numbers)", "len(records) > 2", "[n, {'n': n}]", "upper(text)", "-n ** 2")
    return {"expression": words.pick(*expressions), "into": words.key(_NUMBER_KEYS if words.pick(0, 1) else _TEXT_KEYS)}


def _template(words: Words) -> Data:
    return {"template": words.text(), "into": words.key()}


def _service(words: Words) -> Data:
    name = words.pick("order", "echo", "grow", "nothing", "later")
    args: Mapping[str, Data] = {
        "order": {"number": words.text()},
        "echo": {"value": words.value(), "text": words.text()},
        "grow": {"items": [words.text()]},
        "nothing": {},
        "later": {"text": words.text()},
    }
    return {"service": name, "args": args[name]}


def _sql(words: Words) -> Data:
    mode = words.pick("rows", "row", "value")
    return {"sql": "SELECT :x, LENGTH(:x)", "params": {"x": words.text()}, "mode": mode, "into": words.key()}


def _map(words: Words) -> Data:
    return {"list": "numbers", "expression": words.pick("item + n", "item * index", "str(item)"), "into": words.key()}


def _filter(words: Words) -> Data:
    return {"list": "records", "where": words.pick("item['v'] > 1", "item['k'] == 'x'", "index"), "into": words.key()}


def _aggregate(words: Words) -> Data:
    data = {"list": "records", "op": words.pick("count", "sum", "min", "max", "mean", "list"), "field": "v"}
    return data | ({"group_by": "k"} if words.pick(0, 1) else {}) | {"into": words.key()}


def _sort(words: Words) -> Data:
    work: Data = words.pick({"list": "numbers"}, {"list": "records", "by": "k", "descending": True})
    return work | {"into": words.key()}


def _json(words: Words) -> Data:
    work: Data = words.pick(
        {"op": "parse", "from": "payload"},
        {"op": "dump", "from": "nested"},
        {"op": "get", "from": "nested", "path": ["a", 1]},
        {"op": "query", "from": "records", "query": words.pick("[?k == 'x'].v", "length(@)", "[0]")},
    )
    return work | {"into": words.key()}


def _date(words: Words) -> Data:
    work: Data = words.pick(
        {"op": "now"},
        {"op": "add", "value": "$day$", "days": 1.5},
        {"op": "difference", "value": "2026-01-01", "since": "~~day~~"},
        {"op": "format", "value": "$day$", "format": "%d.%m.%Y"},
    )
    return work | {"into": words.key()}


def _hash(words: Words) -> Data:
    return {"text": words.text(), "algorithm": words.pick("sha256", "blake2b", "sha3_256"), "into": words.key()}


def _decision(words: Words) -> Data:
    rules = [{"when": words.pick(*CONDITIONS), "then": _set(words)["values"]} for _ in range(words.rng.randint(1, 2))]
    return {"rules": rules, "otherwise": {words.key(_NUMBER_KEYS): words.rng.randint(0, 5)}}


def _switch(words: Words) -> Data:
    cases = {"3": words.text(), "True": words.value()}
    return {"value": words.pick("$n$", "~~flag~~"), "cases": cases, "default": words.text(), "into": words.key()}


def _sleep(words: Words) -> Data:
    return {"ms": words.pick(0, 0.0)}


def _log(words: Words) -> Data:
    return {"message": words.text(), "level": words.pick("debug", "info", "warning", "error")}


def _workflow(words: Words) -> Data:
    work: Data = words.pick({"returns": ["shouted"]}, {"into": words.key()})
    return {"workflow": SUB, "package": SUB_PACKAGE, "input": {"text": words.text()}} | work


def _foreach(words: Words) -> Data:
    work: Data = words.pick({"returns": "text"}, {}, {"item": "n", "returns": "shouted"})
    return {"list": "numbers", "workflow": SUB, "package": SUB_PACKAGE, "into": words.key()} | work


def _null(words: Words) -> Data:
    del words  # it holds nothing
    return {}


def _todo(words: Words) -> Data:
    note: Data = words.pick({}, {"note": "later"})
    return note


def _api(words: Words) -> Data:
    work: Data = words.pick(
        {"query": {"q": words.text()}},
        {"method": "POST", "json": {"text": words.text(), "value": words.value()}},
        {"method": "PUT", "body": words.text(), "headers": {"X-From": "random"}},
    )
    return {
        "url": f"{words.service}/{words.pick('echo', 'echo', 'echo/$n$', 'status/204')}",
        "into": words.key(),
    } | work


def _email(words: Words) -> Data:
    more: Data = words.pick({}, {"cc": ["b@example.com", "c@refused.test"]}, {"html": words.text()})
    data = {"to": ["a@example.com"], "subject": "order ~~n~~", "text": words.text(), "into": words.key()}
    return data | more


def _file(words: Words) -> Data:
    work: Data = words.pick(
        {"op": "read", "path": GIVEN_FILE},
        {"op": "exists", "path": words.pick(GIVEN_FILE, "nowhere/none.txt")},
        {"op": "list", "path": ".", "pattern": GIVEN_FILE},
        {"op": "write", "path": words.file(), "text": words.text(), "overwrite": True},
        {"op": "append", "path": words.file(), "text": words.text()},
        {"op": "delete", "path": words.file(), "missing_ok": True},
    )
    return work | {"into": words.key()}


def _scheduler(words: Words) -> Data:
    when: Data = words.pick({}, {"after": "$day$"}, {"timezone": "Europe/Berlin", "count": 3})
    return {"cron": words.pick("*/5 * * * *", "30 9 * * mon-fri", "0 0 29 2 *"), "into": words.key()} | when


def _regex(words: Words) -> Data:
    work: Data = words.pick(
        {"op": "test", "whole": words.pick(*_EITHER)},
        {"op": words.pick("find", "find_all")},
        {"op": "replace", "with": "<\\1>", "count": words.pick(0, 1)},
        {"op": "split"},
    )
    pattern = words.pick("([a-z]+)", "(a|b)*", "([0-9])", "(?i)(T)")
    return {"text": words.text(), "pattern": pattern, "into": words.key()} | work


def _uuid(words: Words) -> Data:
    name: Data = words.pick({}, {"name": words.text()})
    return name | {"into": words.key()}


def _matrix(words: Words) -> Data:
    cells = (None, 3, "x", True, {"in": [1, "x"]}, {"from": 2, "below": 9}, {"below": "t"})
    rows = [{"when": [words.pick(*cells), words.pick(*cells)], "then": words.text()} for _ in range(3)]
    hit: Data = words.pick({"hit": "first", "otherwise": words.value()}, {"hit": "collect"})
    return {"inputs": ["n", "text"], "rows": rows, "into": words.key()} | hit


def _validate(words: Words) -> Data:
    rules = {
        "n": {"type": words.pick("whole", "number", "text"), "required": words.pick(*_EITHER)},
        "text": {"type": "text", "pattern": words.pick("s", "^$"), "max_length": 5} if words.pick(0, 1) else {},
        "records": {"type": "list", "items": {"type": "object", "fields": {"v": {"type": "number", "min": 2}}}},
    }
    return {"fields": rules, "invalid": "write", "into": words.key()}


def _acl(words: Words) -> Data:
    allow = words.pick(["clerk"], ["manager", "clerk"], ["manager"])
    return {
        "roles": "roles",
        "allow": allow,
        "deny": words.pick([], ["guest"]),
        "refused": "write",
        "into": words.key(),
    }


_MAKERS: Mapping[str, Callable[[Words], Data]] = {
    "SET": _set,
    "CALC": _calc,
    "TEMPLATE": _template,
    "SERVICE": _service,
    "SQL": _sql,
    "MAP": _map,
    "FILTER": _filter,
    "AGGREGATE": _aggregate,
    "SORT": _sort,
    "JSON": _json,
    "DATE": _date,
    "HASH": _hash,
    "DECISION": _decision,
    "SWITCH": _switch,
    "SLEEP": _sleep,
    "LOG": _log,
    "WORKFLOW": _workflow,
    "FOREACH": _foreach,
    "API": _api,
    "EMAIL": _email,
    "FILE": _file,
    "SCHEDULER": _scheduler,
    "REGEX": _regex,
    "UUID": _uuid,
    "MATRIX": _matrix,
    "VALIDATE": _validate,
    "ACL": _acl,
    "NULL": _null,
    "TODO": _todo,
}

_SELDOM = {"API": 0.25, "EMAIL": 0.25}
_WEIGHTS = [_SELDOM.get(kind, 1.0) for kind in _MAKERS]
"""Nodes that talk to a service take a hundred times as long as others."""

_FAILING: Sequence[tuple[str, Data]] = (
    ("CALC", {"expression": "nowhere + 1"}),
    ("CALC", {"expression": "1 / 0", "into": "n"}),
    ("SERVICE", {"service": "fail", "args": {"why": "$text$"}}),
    ("SERVICE", {"service": "unknown"}),
    ("SERVICE", {"service": "echo", "args": {"other": 1}}),
    ("SQL", {"sql": "SELECT nothing FROM nowhere"}),
    ("SWITCH", {"value": "~~text~~", "cases": {}}),
    ("JSON", {"op": "parse", "from": "text"}),
    ("JSON", {"op": "get", "from": "nested", "path": ["b"]}),
    ("DATE", {"op": "add", "value": "$text$", "days": 1}),
    ("DECISION", {"rules": []}),
    ("SORT", {"list": "nowhere"}),
    ("MAP", {"list": "text", "expression": "item"}),
    ("AGGREGATE", {"list": "records", "op": "sum", "field": "k"}),
    ("WORKFLOW", {"workflow": FAILING, "package": SUB_PACKAGE}),
    ("WORKFLOW", {"workflow": "nowhere"}),
    ("API", {"url": "ftp://nowhere/"}),
    ("EMAIL", {"to": ["nobody"], "subject": "s", "text": "t"}),
    ("FILE", {"op": "read", "path": "../$text$"}),
    ("FILE", {"op": "read", "path": "none.txt"}),
    ("MATRIX", {"inputs": ["n"], "rows": [{"when": ["never"], "then": 1}]}),
    ("VALIDATE", {"fields": {"missing": {"type": "text"}}}),
    ("ACL", {"roles": "roles", "allow": ["nobody"]}),
    ("SCHEDULER", {"cron": "* * * * *", "after": "$text$"}),
    ("FOREACH", {"list": "numbers", "workflow": FAILING, "package": SUB_PACKAGE}),
)


BROKEN: Sequence[tuple[str, Data]] = (
    ("CALC", {"expression": "1 +"}),
    ("SET", {}),
    ("SLEEP", {"ms": -1}),
    ("TEMPLATE", {"template": 5, "in": "a"}),
    ("HASH", {"text": "x", "algorithm": "md5"}),
    ("GATE", {"join": 99}),
)
"""Nodes that a definition is refused for."""


def _echo(value: Any, text: str) -> Data:
    return {"echoed": value, "text": text}


def _grow(items: list[Any]) -> Data:
    """Change what it is given: nobody else may see that."""
    items.append(len(items))
    return {"grown": items}


def _fail(why: str) -> Data:
    raise RuntimeError(why)


def _nothing() -> Data:
    return {}


async def _later(text: str) -> Data:
    await asyncio.sleep(0)
    return {"later": text}


SERVICES: Mapping[str, Service] = {
    **FIXTURE_SERVICES,
    "echo": _echo,
    "grow": _grow,
    "fail": _fail,
    "nothing": _nothing,
    "later": _later,
}
"""What the SERVICE nodes of scenarios and random workflows may call."""

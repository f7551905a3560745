"""Random nodes of every type: most run well, some are made to fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wfperf.equivalence.conditions import CONDITIONS
from wfperf.equivalence.failing import FAILING
from wfperf.equivalence.subworkflows import SUB, SUB_PACKAGE
from wfperf.equivalence.words import GIVEN_FILE, NUMBER_KEYS, TEXT_KEYS, Data, Words

_EITHER = (True, False)


def random_node(words: Words, failing: float) -> tuple[str, Data]:
    """Return the type and the data of a random node, which fails with the probability `failing`."""
    if words.rng.random() < failing:
        kind, data = words.pick(*FAILING)
        return kind, dict(data)
    (kind,) = words.rng.choices(list(_MAKERS), _WEIGHTS)
    return kind, _MAKERS[kind](words)


def _set(words: Words) -> Data:
    return {"values": {words.key(): words.pick(words.text, words.value)() for _ in range(words.rng.randint(1, 3))}}


def _calc(words: Words) -> Data:
    expressions = ("n + 1", "n * 2.5", "max(numbers)", "len(records) > 2", "[n, {'n': n}]", "upper(text)", "-n ** 2")
    return {"expression": words.pick(*expressions), "into": words.key(NUMBER_KEYS if words.pick(0, 1) else TEXT_KEYS)}


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
    return {"rules": rules, "otherwise": {words.key(NUMBER_KEYS): words.rng.randint(0, 5)}}


def _switch(words: Words) -> Data:
    cases = {"3": words.text(), "True": words.value()}
    return {"value": words.pick("$n$", "~~flag~~"), "cases": cases, "default": words.text(), "into": words.key()}


def _sleep(words: Words) -> Data:
    return {"ms": words.pick(0, 0.5)}


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

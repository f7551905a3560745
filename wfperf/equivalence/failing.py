"""Nodes that fail: when they run, or already when they are loaded."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.equivalence.subworkflows import FAILING as FAILING_WORKFLOW
from wfperf.equivalence.subworkflows import SUB_PACKAGE
from wfperf.equivalence.words import Data

FAILING: Sequence[tuple[str, Data]] = (
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
    ("WORKFLOW", {"workflow": FAILING_WORKFLOW, "package": SUB_PACKAGE}),
    ("WORKFLOW", {"workflow": "nowhere"}),
    ("API", {"url": "ftp://nowhere/"}),
    ("EMAIL", {"to": ["nobody"], "subject": "s", "text": "t"}),
    ("FILE", {"op": "read", "path": "../$text$"}),
    ("FILE", {"op": "read", "path": "none.txt"}),
    ("MATRIX", {"inputs": ["n"], "rows": [{"when": ["never"], "then": 1}]}),
    ("VALIDATE", {"fields": {"missing": {"type": "text"}}}),
    ("ACL", {"roles": "roles", "allow": ["nobody"]}),
    ("SCHEDULER", {"cron": "* * * * *", "after": "$text$"}),
    ("FOREACH", {"list": "numbers", "workflow": FAILING_WORKFLOW, "package": SUB_PACKAGE}),
)


BROKEN: Sequence[tuple[str, Data]] = (
    ("CALC", {"expression": "1 +"}),
    ("SET", {}),
    ("SLEEP", {"ms": -1}),
    ("TEMPLATE", {"template": 5, "in": "a"}),
    ("HASH", {"text": "x", "algorithm": "md5"}),
    ("GATE", {"join": 99}),
)
"""Nodes that make a definition invalid."""

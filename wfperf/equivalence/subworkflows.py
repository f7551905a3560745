"""The workflows that WORKFLOW and FOREACH nodes of random workflows run."""

from __future__ import annotations

from wfperf.fixtures.builders import PACKAGE, Rows, Step, guid, workflow

SUB, FAILING = "RANDOM_SUB", "RANDOM_FAILING"

SUB_WORKFLOWS: tuple[Rows, ...] = (
    workflow(
        SUB,
        [
            Step("CALC", {"expression": "str(n) + '!'", "into": "shouted"}),
            Step("TEMPLATE", {"template": "$shouted$ ~~text~~ $guid$", "into": "text"}),
            Step("SLEEP", {"ms": 0.5}, is_async=True),
        ],
        "SELECT :guid || '-sub'",
    ),
    workflow(
        FAILING,
        [
            Step(
                "SET",
                {"values": {"begun": True}},
                {"split": "first", "to": [{"node": guid(FAILING, 2), "if": "n > 99"}]},
            ),
            Step("SET", {"values": {"never": True}}),
        ],
    ),
)
"""One that succeeds with the variables of random workflows, and one whose split has no branch to take."""

SUB_PACKAGE = PACKAGE

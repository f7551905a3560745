"""Which tests stay together when several processes share them."""

from __future__ import annotations

from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

COSTLY_FIXTURES = frozenset(
    {
        "tests/integration/test_compare.py",
        "tests/integration/test_gate.py",
        "tests/integration/test_history.py",
        "tests/integration/test_profile.py",
        "tests/integration/test_verify.py",
        "tests/unit/equivalence/test_verify.py",
        "tests/unit/measure/test_instructions.py",
    }
)
"""Files whose tests share a fixture of several seconds, which every process that has one of them makes for itself."""


def missing(root: Path) -> list[str]:
    """Return which of those files are not there, as after a change of name."""
    return sorted(file for file in COSTLY_FIXTURES if not (root / file).is_file())


class TogetherWhereCostly(LoadScopeScheduling):
    """Gives the tests of such a file to one process; every other test to the next that is free."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in COSTLY_FIXTURES else nodeid

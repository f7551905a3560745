# ruff: noqa: INP001 - a script, not a package
"""Make the two virtual environments of this example beside this file: old/ and new/, each with its release of pydantic.

Usage: python setup.py

The interpreter is the one that runs this script: Python 3.10 or later. Running it again repairs what is there.

Exit codes: 0 both are there, 1 one cannot be made; pip's own words stand above.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RELEASES = {"old": "pydantic==1.10.26", "new": "pydantic==2.14.4"}
CHECK = """
import pydantic
if pydantic.VERSION.startswith("1.") and not pydantic.compiled:
    raise SystemExit("pydantic 1 is not the compiled one here; against the other the comparison would not be fair")
print("pydantic", pydantic.VERSION)
"""


def main() -> None:
    """Make both environments, and say which release is in each."""
    for name, release in RELEASES.items():
        make(Path(__file__).resolve().parent / name, release)


def make(environment: Path, release: str) -> None:
    """Make a virtual environment with one release of pydantic in it, and print the version that it imports.

    Raises:
        SystemExit: it cannot be made.
    """
    python = environment / "bin" / "python"
    steps: tuple[list[str | Path], ...] = (
        [sys.executable, "-m", "venv", environment],
        [python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", release],  # as released, never built here
        [python, "-c", CHECK],
    )
    try:
        for step in steps:
            subprocess.run(step, check=True)  # noqa: S603 - the three commands above
        (environment / ".gitignore").write_text("*\n", encoding="utf-8")
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"cannot make {environment} with {release}")


if __name__ == "__main__":
    main()

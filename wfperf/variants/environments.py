"""Virtual environments with packages that were asked for: made once, kept in a cache, used again."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.results.files import make_folder
from wfperf.variants.preparation import prepare

FORMAT = 1
"""Goes into every name: another way to make environments makes new ones."""

COMPLETE = "wfperf-complete"
"""The file that is written last: an environment without it was interrupted, and is made again."""

FOR_OTHERS = (22, 3)
"""The version of pip that learned to install into other environments."""

NAME_LENGTH = 20
"""Hexadecimal digits of a folder's name: two of a million environments have the same in one of 10^12 cases."""

NAME_OF_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""The name that a requirement begins with (PEP 508)."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Packages:
    """What an environment has.

    Args:
        text: what names it.
        requirements: its requirements, as pip takes them.
    """

    text: str
    requirements: tuple[str, ...]

    @property
    def are_pinned(self) -> bool:
        """Whether the same text always means the same packages, but for what they depend on."""
        return all("==" in each for each in self.requirements)

    def and_needed(self, needed: Sequence[str]) -> Packages:
        """Return the packages together with others, unless they name those themselves."""
        matches = map(NAME_OF_PACKAGE.match, self.requirements)
        named = {match[0].lower() for match in matches if match}
        return replace(self, requirements=(*self.requirements, *(each for each in needed if each not in named)))


def parse_packages(text: str) -> Packages:
    """Return the packages that a text names: requirements, separated by spaces.

    Raises:
        UsageError: it names none, an option of pip, or a path.
    """
    try:
        requirements = tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"--with {text!r}: {error}") from error
    if not requirements:
        raise UsageError("--with names no package; write one, such as 'markdown-it-py==4.0.0'")
    return packages_of(requirements, f"--with {text!r}", text)


def packages_of(requirements: Sequence[str], where: str, text: str = "") -> Packages:
    """Return packages by their requirements.

    Args:
        requirements: as pip takes them.
        where: where they stand, for errors.
        text: what names them, if it is not they themselves.

    Raises:
        UsageError: one is an option of pip, or a path.
    """
    for each in requirements:
        if each.startswith("-"):
            raise UsageError(f"{where}: {each!r} is an option, not a package")
        if os.sep in each.partition("@")[0] or each.startswith("."):
            raise UsageError(
                f"{where}: {each!r} is a path, whose code may change; install it in an environment of its own, and "
                "name that one's interpreter"
            )
    return Packages(text or " ".join(requirements), tuple(requirements))


def cache_folder() -> Path:
    """Return the folder that keeps environments: in the user's cache (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "wfperf" / "environments"  # noqa: PTH117


def environment_of(packages: Packages, python: str, say: Say) -> str:
    """Return the interpreter of an environment with these packages, which is made if there is none yet.

    Other processes that want the same environment wait until it is made. Packages without a version are looked up
    again on another day.

    Args:
        packages: what it has.
        python: the interpreter that it is made from.
        say: called if it has to be made.

    Raises:
        UsageError: the cache cannot be written.
        NothingMeasuredError: the interpreter is missing, or the packages cannot be installed; contains the last output.
    """
    cache = cache_folder()
    make_folder(cache)
    folder = cache / _name(packages, _identity(python))
    interpreter = folder / "bin" / "python"
    with (cache / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / COMPLETE).exists():
            say(f"making an environment with {packages.text}")
            shutil.rmtree(folder, ignore_errors=True)
            try:
                prepare(_commands(packages, python, folder, interpreter), cache, f"an environment with {packages.text}")
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            (folder / COMPLETE).write_text(json.dumps({"with": packages.text, "python": python}) + "\n")
    return str(interpreter)


def _commands(packages: Packages, python: str, folder: Path, interpreter: Path) -> list[list[str]]:
    """Return the commands that make an environment, by the first that is there of uv, our own pip, and its own pip.

    uv is many times as fast as pip; our own pip saves the seconds that it takes to install another one there.
    """
    if uv := shutil.which("uv"):
        return [
            [uv, "venv", "--quiet", "--python", python, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(interpreter), "--", *packages.requirements],
        ]
    install = ["install", "--quiet", "--disable-pip-version-check", "--no-input", "--", *packages.requirements]
    if _pip_is_here():
        return [
            [python, "-m", "venv", "--without-pip", str(folder)],
            [sys.executable, "-m", "pip", "--python", str(interpreter), *install],
        ]
    return [[python, "-m", "venv", str(folder)], [str(interpreter), "-m", "pip", *install]]


def _pip_is_here() -> bool:
    """Return whether our own interpreter has a pip that installs for others, as pip does from 22.3 on."""
    try:
        major, minor, *_ = version("pip").split(".")
        return (int(major), int(minor)) >= FOR_OTHERS
    except (PackageNotFoundError, ValueError):
        return False


def _identity(python: str) -> str:
    """Return what tells an interpreter from others: its version, and where it is.

    Raises:
        NothingMeasuredError: it cannot be run.
    """
    code = "import sys; print(sys.version, getattr(sys, '_base_executable', sys.executable))"
    try:
        return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "strerror", None) or f"it ended with {getattr(error, 'returncode', '?')}"
        raise NothingMeasuredError(f"cannot run the interpreter {python}: {reason}") from error


def _name(packages: Packages, identity: str) -> str:
    day = "" if packages.are_pinned else datetime.now(UTC).date().isoformat()
    parts = json.dumps([FORMAT, identity, sorted(packages.requirements), day])
    return hashlib.sha256(parts.encode()).hexdigest()[:NAME_LENGTH]

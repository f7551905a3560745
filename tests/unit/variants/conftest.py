"""A shop, without a word of the user's settings, and a temporary folder that can be looked into."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from repositories import NO_SETTINGS, Repo, shop_repository


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in NO_SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def shop(tmp_path: Path) -> Repo:
    """A repository with one commit."""
    return shop_repository(tmp_path / "shop")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for all that is temporary, here and in processes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def git_that(tmp_path: Path) -> Callable[[str], AbstractContextManager[None]]:
    """A function that has every git command of a block run a shell script first."""
    found = str(shutil.which("git"))

    @contextmanager
    def git_that(script: str) -> Iterator[None]:
        program = tmp_path / "bin" / "git"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\n{script}\nexec {found} "$@"\n')
        program.chmod(0o755)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PATH", str(program.parent), prepend=os.pathsep)
            yield

    return git_that

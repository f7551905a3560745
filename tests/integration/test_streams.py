"""The exit code is the verdict, whatever becomes of the streams that tell of it."""

import os
import subprocess
import sys

import pytest
from processes import ROOT
from repositories import shop_repository

BROKEN = ("gate",)
WRONG = ("gate", "--only", "nothing")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A repository whose code calls more than its baseline allows."""
    repo = shop_repository(tmp_path_factory.mktemp("shop"))
    assert exit_code(repo.path, "gate", "--update") == 0
    repo.replace("shop.py", "return sum(price", "return price(0) + sum(price")
    return repo.path


def exit_code(cwd, *arguments, closed="", unread=()):
    """Return what wfperf leaves with where streams are closed, as `2>&-` does, or nobody reads them any more."""
    ends = {}
    for name in unread:
        read, ends[name] = os.pipe()
        os.close(read)
    try:
        return subprocess.run(
            ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "wfperf", *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **ends},
            check=False,
        ).returncode
    finally:
        for end in ends.values():
            os.close(end)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_from_the_start(shop, closed):
    assert exit_code(shop, *BROKEN, closed=closed) == 1
    assert exit_code(shop, *WRONG, closed=closed) == 2


@pytest.mark.parametrize("unread", [("stdout",), ("stderr",), ("stdout", "stderr")], ids="+".join)
@pytest.mark.parametrize("form", ["table", "json"])
def test_without_a_reader(shop, form, unread):
    assert exit_code(shop, *BROKEN, "--format", form, unread=unread) == 1
    assert exit_code(shop, *WRONG, unread=unread) == 2

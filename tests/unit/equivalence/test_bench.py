"""The bench: engines side by side on one database, and what they say."""

from __future__ import annotations

import logging

import pytest
from builders import node, rows

from wfperf.equivalence.bench import Bench
from wfperf.equivalence.cases import WorkflowCase

LOGGER = logging.getLogger("wfperf.engine.log")
CASE = WorkflowCase(rows(node("a", "LOG", {"message": "x is $x$", "level": "error"})), {"x": 1})


def test_every_engine_has_its_outcome(memory_db):
    seams = {"one": {}, "other": {"driver": "concurrent", "substitution": "tuned"}}
    with Bench(memory_db, seams, staged=True) as bench:
        outcomes = bench.outcomes(CASE, seams)
    assert list(outcomes) == ["one", "other"]
    assert outcomes["one"] == outcomes["other"]


def test_log_nodes_are_heard_and_not_shown(memory_db, capfd, caplog):
    with Bench(memory_db, {"one": {}}, staged=True) as bench:
        assert bench.outcomes(CASE, ["one"])["one"]["messages"] == ["ERROR x is 1"]
    assert capfd.readouterr().err == ""
    assert caplog.records == []


def test_the_logger_is_left_as_it_was(memory_db):
    before = LOGGER.level, LOGGER.propagate, list(LOGGER.handlers)
    with pytest.raises(KeyboardInterrupt), Bench(memory_db, {"one": {}}, staged=True):
        raise KeyboardInterrupt
    assert (LOGGER.level, LOGGER.propagate, LOGGER.handlers) == before


def test_without_staging_what_is_stored_is_run(memory_db):
    CASE.stage(memory_db)
    with Bench(memory_db, {"one": {}}, staged=False) as bench:
        assert "error" not in bench.outcomes(CASE, ["one"])["one"]
        missing = WorkflowCase(rows(node("a"), code="NOT_STORED"), {})
        assert bench.outcomes(missing, ["one"])["one"]["error"] == "UsageError"


def test_an_hour_s_wait_is_over_at_once(memory_db):
    long = WorkflowCase(rows(node("a", "SLEEP", {"ms": 3_600_000}), node("b")), {})
    seams = {"sequential": {}, "concurrent": {"driver": "concurrent"}}
    with Bench(memory_db, seams, staged=True) as bench:
        outcomes = bench.outcomes(long, seams)
    assert outcomes["sequential"] == outcomes["concurrent"]
    assert outcomes["sequential"]["nodes"]["a"]["status"] == "done"

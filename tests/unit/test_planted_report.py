"""The report on planted slowdowns, on answers written by hand."""

from importlib import import_module

import pytest
from processes import ROOT


@pytest.fixture
def planted_suites(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("planted_suites")


def test_it_tells_what_was_found_from_what_was_called_wrongly(planted_suites):
    slower, faster = {"low": -0.12, "high": -0.08}, {"low": 0.01, "high": 0.02}
    neither, endless = {"low": -0.01, "high": 0.01}, {"low": -1.0, "high": None}
    answers = [
        {"suite": "asv", "seconds": 10.0, "effects": {"time_planted": slower, "time_price": neither}},
        {"suite": "asv", "seconds": 12.0, "effects": {"time_planted": endless, "time_price": slower}},
        {"suite": "asv", "seconds": 14.0, "effects": {"time_planted": faster, "time_price": faster}},
    ]
    _, row = planted_suites.report(answers).splitlines()
    assert " ".join(row.split()) == "asv 3 1 3 2 12.0, max 14.0"


def test_only_one_function_does_more_work(planted_suites):
    changed = planted_suites.SHOP.replace(planted_suites.STEPS, planted_suites.MORE_STEPS)
    assert changed != planted_suites.SHOP
    assert planted_suites.SHOP.count("PLANTED") == 2, "where it is set, and in that function"

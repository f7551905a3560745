"""The calibration's report and its resuming, on answers written by hand."""

import json
from importlib import import_module

import pytest
from processes import ROOT


@pytest.fixture
def calibration(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return import_module("calibration")


def answer(case, number, *, called=False, right=False, **more):
    return {
        "case": case,
        "number": number,
        "tool": "t",
        "seconds": 10.0 + number,
        "calls": {"rule": called},
        "right": right,
        **more,
    }


def test_the_report_tells_false_calls_from_found_differences(calibration):
    answers = [
        answer("aa", 0),
        answer("aa", 1, called=True, right=True),
        answer("true", 0, called=True, right=True, dispersion=0.01),
        answer("true", 1, called=True, dispersion=0.01),
        answer("true", 2, dispersion=0.05),
    ]
    heading, row, quiet = calibration.report(answers).splitlines()
    assert " ".join(heading.split()) == "rule identical code, called true 3 %, found seconds"
    assert " ".join(row.split()) == "rule 1 of 2 1 of 3 11.0, max 12.0"
    assert quiet.endswith("1 of 2 found")


def test_what_is_in_the_file_is_not_asked_again(calibration, tmp_path, monkeypatch):
    asked = []

    def tool(old, new, number, _folder, _seconds):
        asked.append((old, new, number))
        return {"calls": {"rule": False}, "right": False}

    monkeypatch.setattr(calibration, "TOOLS", {"t": tool})
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps(answer("aa", 0)) + "\n")
    calibration.ask(calibration.plan(2, 1, ["t"]), file, calibration.answer)
    assert asked == [("base", "slower", 0), ("base", "twin", 1)]
    assert len(calibration.read(file)) == 3
    calibration.ask(calibration.plan(2, 1, ["t"]), file, calibration.answer)
    assert len(asked) == 2


def test_cases_are_mixed_evenly(calibration):
    cases = [each["case"] for each in calibration.plan(100, 40, ["t"])]
    assert 8 <= cases[:35].count("true") <= 12


def test_the_functions_return_the_same(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    calibrated = import_module("calibrated")
    assert calibrated.base() == calibrated.twin() == calibrated.slower()


def test_the_gate_s_report_counts_what_it_decided(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    gate = import_module("gate")
    answers = [{"case": "same", "code": code, "seconds": 9.0} for code in (0, 0, 3)]
    _, row = gate.report([*answers, {"case": "slower", "code": 1, "seconds": 20.0}]).splitlines()[:2]
    assert " ".join(row.split()) == "same 3 2 0 1 9.0, max 9.0"
    with pytest.raises(SystemExit, match="decide nothing"):
        gate.report([{"case": "same", "code": 2, "seconds": 1.0}])


def test_the_report_of_busy_machines_tells_how_far_intervals_lie_beside_the_truth(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    busy = import_module("busy")
    kept = {"blocks": 20, "dispersion": 0.01, "off": False, "by_processor": 0.5, "seconds": 20.0}
    around = [(-0.095, -0.085), (-0.088, -0.07), (-0.07, -0.05), (None, None)]
    answers = [
        {"case": "truth", "speedup": -0.09, "quartiles": [-0.091, -0.089]},
        *({"case": "true turns", "low": low, "estimate": -0.08, "high": high, **kept} for low, high in around),
        {"case": "same one", "low": -0.01, "estimate": 0.0, "high": 0.01, **kept},
        {"case": "gate", "code": 0, "seconds": 9.0},
    ]
    truth, _, row, same, gates = busy.report(answers).splitlines()
    assert truth == "truth: -9.00 %, the middle half of 40 processes -9.10 to -8.90"
    assert " ".join(row.split()).startswith("true turns 4 1 2 1 3 0 -8.00 % 0.9 % 20 50 %")
    assert " ".join(same.split()).startswith("same one 1 0 0 0 0 0 0.00 %")
    assert gates == "gates: 1 PASS, 0 FAIL, 0 INCONCLUSIVE; seconds 9.0, max 9.0"


def test_functions_of_ten_percent_more_steps_return_the_same_and_have_just_those(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    calibrated = import_module("calibrated")
    assert calibrated.longer() == calibrated.tenth()
    assert calibrated.TENTH * 10 == calibrated.LONGER * 11

import json

import pytest
from processes import wfperf


@pytest.mark.measures
def test_the_diagnosis_has_a_table_and_a_file(tmp_path):
    shown = wfperf("doctor", "--max-time", "1", "-o", "diagnosis.json", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "address randomization" in shown.stdout
    assert "Noise floor: identical code against itself" in shown.stdout
    data = json.loads((tmp_path / "diagnosis.json").read_text())
    assert (data["schema_version"], data["kind"]) == (2, "diagnosis")
    assert data["noise_floor"]["blocks"] >= 1


def test_without_time_nothing_is_measured(tmp_path):
    shown = wfperf("doctor", "--max-time", "0", "--format", "json", cwd=tmp_path)
    assert json.loads(shown.stdout)["noise_floor"] is None
    assert shown.stderr == ""


def test_an_existing_file_is_kept(tmp_path):
    (tmp_path / "diagnosis.json").write_text("mine")
    refused = wfperf("doctor", "-o", "diagnosis.json", cwd=tmp_path)
    assert refused.returncode == 2
    assert (tmp_path / "diagnosis.json").read_text() == "mine"

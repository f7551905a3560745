import json

import pytest
from processes import wfperf


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """One real, short comparison: its process, and the result it wrote."""
    folder = tmp_path_factory.mktemp("compare")
    process = wfperf("compare", "--only", "driver", "--max-time", "6", "--blocks", "4", "-o", "result.json", cwd=folder)
    assert process.returncode == 0, process.stderr
    return process, json.loads((folder / "result.json").read_text()), folder


def test_the_table_shows_claim_measurement_verdict_and_how_to_repeat_it(compared):
    process, _, _ = compared
    assert "driver" in process.stdout
    assert "2-10x" in process.stdout
    assert "inconclusive" in process.stdout, "four blocks cannot give a verdict"
    assert "wfperf compare --only NAME --seed 1" in process.stdout
    assert "Measured on a reconstruction" in process.stdout


def test_the_result_file_has_every_sample_and_where_it_was_measured(compared):
    _, result, _ = compared
    assert result["schema_version"] == 1
    (finding,) = result["findings"]
    assert finding["equal"]
    assert finding["gain"]["low"] <= finding["gain"]["estimate"] <= finding["gain"]["high"]
    sides = result["samples"]["parallelizable"]
    assert set(sides) == {"original", "control", "driver"}
    assert all(len(blocks) == result["blocks"] for blocks in sides.values())
    assert len(result["hash_seeds"]) == result["blocks"]
    assert result["environment"]["python"]


def test_ten_waits_beside_each_other_are_faster_together(compared):
    _, result, _ = compared
    assert result["findings"][0]["gain"]["low"] > 1


def test_an_existing_file_is_not_overwritten(compared):
    _, _, folder = compared
    again = wfperf("compare", "--only", "driver", "-o", "result.json", cwd=folder)
    assert again.returncode == 2
    assert again.stderr.strip() == "wfperf: error: result.json exists; choose another name or give --force"


def test_fail_on_inconclusive_is_an_exit_code(tmp_path):
    process = wfperf(
        *("compare", "--only", "upper", "--max-time", "2", "--blocks", "2", "--fail-on", "inconclusive"), cwd=tmp_path
    )
    assert process.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--phase", "1", "--all"), "exclude each other"),
        (("--phase", "9"), "--phase"),
        (("--only", "dispach"), "did you mean 'dispatch'?"),
        (("--fail-on", "slow"), "--fail-on takes refuted, inconclusive or both"),
        (("--max-time", "0"), "--max-time"),
    ],
)
def test_wrong_options_are_one_line(tmp_path, arguments, message):
    process = wfperf("compare", *arguments, cwd=tmp_path)
    assert process.returncode == 2
    (line,) = process.stderr.splitlines()
    assert message in line

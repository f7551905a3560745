import json

import pytest
from processes import wfperf


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """One real comparison of two blocks, however long they take: its process, and the result it wrote."""
    folder = tmp_path_factory.mktemp("compare")
    process = wfperf(
        "compare", "--only", "driver", "--max-time", "120", "--blocks", "2", "-o", "result.json", cwd=folder
    )
    assert process.returncode == 0, process.stderr
    return process, json.loads((folder / "result.json").read_text()), folder


@pytest.mark.measures
def test_the_table_shows_claim_measurement_verdict_and_how_to_repeat_it(compared):
    process, _, _ = compared
    assert "driver" in process.stdout
    assert "2-10x" in process.stdout
    assert "inconclusive" in process.stdout, "two blocks cannot give a verdict"
    assert "wfperf compare --only driver --max-time 120.0 --blocks 2 --seed 1" in process.stdout
    assert "Measured on a reconstruction" in process.stdout


@pytest.mark.measures
def test_the_result_file_has_every_sample_and_where_it_was_measured(compared):
    _, result, _ = compared
    assert result["schema_version"] == 5
    (finding,) = result["findings"]
    assert finding["equal"]
    assert finding["blocks"] == 2
    assert (finding["effect"]["low"], finding["effect"]["high"]) == (-1.0, None), "two blocks bound nothing"
    assert finding["fixed_interval"] == finding["effect"], "nor had they been decided on beforehand"
    (benchmark,) = result["benchmarks"]
    assert (benchmark["name"], benchmark["baseline"], len(benchmark["blocks"])) == (
        "parallelizable",
        "original",
        2,
    )
    for block in benchmark["blocks"]:
        assert set(block["costs"]) == set(block["digests"]) == {"original", "control", "driver"}
        assert len({len(costs) for costs in block["costs"].values()}) == 1
        assert result["environment"]["python"] == block["pythons"]["driver"]


def test_a_saved_result_is_shown_as_it_was(compared):
    _, _, folder = compared
    shown = wfperf("show", "result.json", "--format", "json", cwd=folder)
    assert shown.stdout == (folder / "result.json").read_text()


def test_an_existing_file_is_not_overwritten(compared):
    _, _, folder = compared
    again = wfperf("compare", "--only", "driver", "-o", "result.json", cwd=folder)
    assert again.returncode == 2
    assert again.stderr.strip() == "wfperf: error: result.json exists; choose another name or give --force"


@pytest.mark.measures
def test_fail_on_inconclusive_is_an_exit_code(tmp_path):
    process = wfperf(
        *("compare", "--only", "upper", "--max-time", "2", "--blocks", "2", "--fail-on", "inconclusive"), cwd=tmp_path
    )
    assert process.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--phase", "1", "--all"), "exclude each other"),
        (("--phase", "9"), "the plan has nothing in phase 9"),
        (("--only", "dispach"), "did you mean 'dispatch'?"),
        (("--fail-on", "slow"), "--fail-on takes refuted, inconclusive or both"),
        (("--max-time", "0"), "--max-time"),
        (("--precision", "0"), "--precision"),
        (("--cpu", "4096"), "wfperf cannot use processor 4096"),
        (("--a", "shop:load"), "--a and --b need each other; give both"),
        (("--a", "shop", "--b", "shop:load"), "compare takes module:function"),
        (("--a", "shop:a", "--b", "shop:b", "--path", "nowhere"), "--path nowhere is not a folder"),
        (("--a", "shop:a", "--b", "shop:b", "--plan", "p.toml"), "exclude each other"),
        (("--workload", "shop"), "there is no entry point 'shop' in the group wfperf.workloads"),
        (("--workload", "shop:w", "--plan", "p.toml"), "exclude each other"),
        (("--python", "python3", "--python", "python"), "--path and several --python need functions or --workload"),
        (("--python", "python3"), "the built-in engine runs on the interpreter of wfperf; leave out --python"),
        (("--plan", "missing.toml"), "cannot read the plan missing.toml"),
    ],
)
def test_wrong_options_are_one_line(tmp_path, arguments, message):
    process = wfperf("compare", *arguments, cwd=tmp_path)
    assert process.returncode == 2
    (line,) = process.stderr.splitlines()
    assert message in line

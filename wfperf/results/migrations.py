"""Migrate older results, one version at a time."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

Migration = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From the data of a version to that of the next one; broken data raises a KeyError or a similar error."""


def unchanged(data: Mapping[str, Any]) -> dict[str, Any]:
    """From a version whose successor only added optional fields."""
    return dict(data)


def comparison_from_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 1: its intervals hold for a number of blocks that was fixed beforehand."""
    old = dict(data)
    blocks, seeds, samples = old.pop("blocks"), old.pop("hash_seeds"), old.pop("samples")
    findings = [{**each, "fixed": each["gain"], "blocks": blocks} for each in old.pop("findings")]
    metrics = {each["scenario"]: each["metric"] for each in findings}
    python = old["environment"]["python"]
    return {
        **old,
        "findings": findings,
        "ranks": [_rank_from_1(each) for each in old["ranks"]],
        "level": 0.95,
        "intervals": 1,
        "method": "fixed",
        "command": f"wfperf compare --seed {old['seed']}",
        "trials": [
            {
                "scenario": scenario,
                "base": "original",
                "metric": metrics.get(scenario, "throughput"),
                "hash_seeds": seeds,
                "sides": {
                    side: {"python": python, "runs": [], "samples": costs, "digests": []}
                    for side, costs in sides.items()
                },
            }
            for scenario, sides in samples.items()
        ],
    }


def _rank_from_1(rank: Mapping[str, Any]) -> dict[str, Any]:
    new = dict(rank)
    claim = {key: new.pop(key) for key in ("subject", "text", "reading", "scenario")}
    return {**new, "claim": {**claim, "section": ""}, "rivals": []}


def comparison_from_3(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 3: each side had the samples of all blocks; workload and sweep were only in texts.

    It had a number about the built-in engine, which became a note; kinds follow from names.
    """
    old = dict(data)
    built = old.pop("node_types", None)
    return {
        **old,
        "findings": [{**renamed(each, _FINDING_FROM_3), "kind": _kind_from_3(each, built)} for each in old["findings"]],
        "ranks": [renamed(each, _FINDING_FROM_3) for each in old["ranks"]],
        "controls": [renamed(each, _FINDING_FROM_3) for each in old["controls"]],
        "amdahl_bounds": [renamed(each, _FINDING_FROM_3) for each in old.pop("ceilings", ())],
        "notes": [] if built is None else [_RECONSTRUCTION.format(built)],
        "workload": workload_of(data.get("command", "")),
        "sweep": list(map(_swept_from_3, data["trials"])) if data.get("sweep") else [],
        "trials": list(map(_trial_from_3, data["trials"])),
    }


_FINDING_FROM_3 = {
    "gain": "effect",
    "runner_up_gain": "runner_up_effect",
    "saved": "time_saved",
    "fixed": "fixed_interval",
    "scatter": "dispersion",
    "missing_s": "remaining_s",
    "hangs_together": "autocorrelated",
    "unsettled": "not_warmed_up",
}
"""Old names of fields of findings, ranks, controls and bounds."""


def renamed(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the same data under new names."""
    return {names.get(name, name): value for name, value in data.items()}


def diagnosis_from_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 1: fields of the noise floor had other names."""
    floor = data["noise_floor"]
    return {**data, "noise_floor": floor and renamed(floor, _FINDING_FROM_3)}


def _kind_from_3(finding: Mapping[str, Any], built: int | None) -> str:
    if finding["scenario"] == finding["subject"]:
        return "pair"
    of_one = built is not None and finding["phase"] is not None and not finding["subject"].startswith("phase-")
    return "single" if of_one else "total"


_RECONSTRUCTION = (
    "Measured on a reconstruction of the reviewed engine: for every node that runs, `dispatch` builds {} node objects; "
    "the review's builds 27."
)


def comparison_from_4(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 4: fields had names other than the glossary's."""
    old = dict(data)
    ablation, trials, work = old.get("ablation"), old.pop("trials"), old.pop("work", {})
    return {
        **old,
        "findings": list(map(_claimed_from_4, old["findings"])),
        "ranks": list(map(_claimed_from_4, old["ranks"])),
        "controls": [renamed(each, FROM_4) for each in old["controls"]],
        "amdahl_bounds": [renamed(each, FROM_4) for each in old.get("amdahl_bounds", ())],
        "sweep": [renamed(each, FROM_4) for each in old.get("sweep", ())],
        "ablation": ablation and renamed(ablation, FROM_4),
        "benchmarks": [renamed(each, FROM_4 | {"scenario": "name"}) for each in trials],
        "counters": work,
    }


FROM_4 = {"scenario": "benchmark", "subject": "variant", "base": "baseline"}
"""Names of a benchmark, a variant and the baseline up to version 4 of comparisons."""


def _claimed_from_4(finding: Mapping[str, Any]) -> dict[str, Any]:
    claim = finding["claim"]
    return {**renamed(finding, FROM_4), "claim": claim and renamed(claim, FROM_4)}


def entry_from_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """From version 1 of an entry of the history."""
    return renamed(data, FROM_4)


def _swept_from_3(trial: Mapping[str, Any]) -> dict[str, Any]:
    of, _, value = trial["scenario"].rpartition(", ")
    return {"scenario": trial["scenario"], "of": of, "value": value}


def workload_of(command: str) -> str:
    """Return the options of a command line that choose what is measured; empty if it is no command line."""
    try:
        words = shlex.split(command)
    except ValueError:
        return ""
    return shlex.join(word for option, value in pairwise(words) if option in _NAMING for word in (option, value))


_NAMING = ("--plan", "--workload", "--a", "--b")


def _trial_from_3(trial: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "scenario": trial["scenario"],
        "base": trial["base"],
        "metric": trial["metric"],
        "blocks": [_block_from_3(trial, number) for number in range(len(trial["hash_seeds"]))],
    }


def _block_from_3(trial: Mapping[str, Any], number: int) -> dict[str, Any]:
    def of_each(field: str) -> dict[str, Any]:
        """Return the value of each side that has one for this block."""
        found = {side: each.get(field, ()) for side, each in trial["sides"].items()}
        return {side: values[number] for side, values in found.items() if len(values) > number}

    by_processor, cpus = trial.get("by_processor", ()), trial.get("cpus", ())
    return {
        "hash_seed": trial["hash_seeds"][number],
        "costs": of_each("samples"),
        "digests": of_each("digests"),
        "runs": of_each("runs"),
        "pythons": {side: each["python"] for side, each in trial["sides"].items()},
        "walls": {side: walls for side, walls in of_each("walls").items() if walls},
        "by_processor": by_processor[number] if by_processor else 0,
        "cpu": cpus[number] if cpus else None,
    }

"""Read the plan that ships with wfperf."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from wfperf.plan.models import Claim, Configuration, Idiom, Optimization, Plan, RankClaim


@cache
def load_plan() -> Plan:
    """Return the built-in plan."""
    return parse_plan(files("wfperf.plan").joinpath("plan.toml").read_text(encoding="utf-8"))


def parse_plan(text: str) -> Plan:
    """Return the plan that a TOML text holds; a configuration's seams include those of the one it includes."""
    data = tomllib.loads(text)
    configurations: dict[str, Configuration] = {}
    for item in data["configuration"]:
        included = configurations[item.pop("includes")].seams if "includes" in item else {}
        seams = {**included, **item.pop("seams", {})}
        claims = _claims(item["name"], item.pop("claim", []))
        configurations[item["name"]] = Configuration(**item, seams=seams, claims=claims)
    return Plan(
        optimizations=tuple(
            Optimization(claims=_claims(item["id"], item.pop("claim", [])), **item) for item in data["optimization"]
        ),
        configurations=tuple(configurations.values()),
        rank_claims=tuple(RankClaim(**item) for item in data["rank_claim"]),
        idioms=tuple(
            Idiom(item["id"], item["title"], Claim(subject=item["id"], scenario=item["id"], **item["claim"]))
            for item in data["idiom"]
        ),
    )


def _claims(subject: str, items: list[dict[str, Any]]) -> tuple[Claim, ...]:
    return tuple(Claim(subject=subject, **item) for item in items)

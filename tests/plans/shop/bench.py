"""What is measured of the shop: the plan's workload, and its hooks."""

from __future__ import annotations

import json
import random as drawing
from pathlib import Path
from types import SimpleNamespace

import shop

FIND = {"scan": shop.find_by_scan, "table": shop.find_by_table}
TOTAL = {"loop": shop.total_by_loop, "groups": shop.total_by_groups}


def workload(orders, customers, choices):
    """Return what handles so many orders, as the choices say, with the customers that were prepared."""
    names = json.loads(Path(customers).read_text(encoding="utf-8"))
    find = FIND[choices.get("find", "scan")]
    total = TOTAL[choices.get("total", "loop")]
    asked = [names[number % len(names)] for number in range(orders)]
    items = [*shop.PRICES]
    ordered = [(items[number % len(items)], number % 7) for number in range(orders)]
    found = Counted()

    def run():
        found.times += len(asked)
        return [find(names, name) for name in asked], total(ordered) // 100

    return SimpleNamespace(run=run, counters={"customers_found": lambda: found.times})


class NobodyError(Exception):
    """There are no customers."""


class Counted:
    """How often something happened."""

    times = 0


def prepare(folder, options):
    """Return the file with the customers' names: the one that `--db` names, or one that is written here."""
    file = Path(options.get("db") or Path(folder) / "customers.json").absolute()
    if "db" not in options:
        file.write_text(json.dumps([f"customer {at}" for at in range(30)]), encoding="utf-8")
    if not file.is_file():
        raise NobodyError(f"there are no customers in {file}")
    return {"customers": str(file)}


def verify(parameters, configurations, changes_results, random, seed):
    """Hold every way to total to the loop, on random orders."""
    rng = drawing.Random(seed)
    items = [*shop.PRICES]
    cases = [[(rng.choice(items), rng.randrange(5)) for _ in range(rng.randrange(4))] for _ in range(random)]
    marks = {"total=groups": changes_results["total=groups"]}
    differing = [case for case in cases if shop.total_by_groups(case) != shop.total_by_loop(case)]
    found = {
        "name": "total=groups",
        "kind": "implementation",
        "equivalence": "changes results, as marked" if differing else "equal, though marked",
        "cases": len(cases),
        "differences": len(differing),
        "choices": {"total": "groups"},
        "marks": marks,
    }
    if differing:
        smallest = min(differing, key=len)
        found["example"] = {
            "facts": [["orders", repr(smallest)]],
            "differences": [
                {
                    "where": "total",
                    "expected": str(shop.total_by_loop(smallest)),
                    "got": str(shop.total_by_groups(smallest)),
                }
            ],
        }
    return {
        "variants": [found],
        "notes": [f"{len(configurations)} configurations; {Path(parameters['customers']).name}."],
    }


def no_waiting(orders, customers, choices):
    """Bound what the table could gain: as if nobody had to be found."""
    del orders, customers, choices
    return 0.5

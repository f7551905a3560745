"""Your workload: one callable for each configuration. wfperf calls each many times, and compares the results.

Results must be plain data (numbers, text, lists, dicts, dataclasses, dates), the same from run to run: seed what is
random, freeze clocks. wfperf times the callables, not their preparation here.
"""

from collections.abc import Callable

CUSTOMERS = 50


def configurations(orders: int) -> dict[str, Callable[[], object]]:
    """Return the configurations of `wfperf.toml`; `orders` is a parameter of its benchmarks."""
    names = [f"customer {number}" for number in range(CUSTOMERS)]
    wanted = [f"customer {number % CUSTOMERS}" for number in range(orders)]
    places = {name: place for place, name in enumerate(names)}

    def original() -> list[int]:
        return [names.index(name) for name in wanted]

    def indexed() -> list[int]:
        return [places[name] for name in wanted]

    return {"original": original, "indexed": indexed}

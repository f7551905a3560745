"""Your workload: one callable for each configuration. wfperf calls it again and again, and compares what it returns.

What a callable returns must be plain data (numbers, text, lists, dicts, dataclasses, dates), the same from run to
run: seed what is random, freeze clocks. What is made before it is returned here is not timed.
"""

from collections.abc import Callable

CUSTOMERS = 50


def configurations(orders: int) -> dict[str, Callable[[], object]]:
    """Return what `wfperf.toml` calls configurations; `orders` is a parameter of its benchmarks."""
    names = [f"customer {number}" for number in range(CUSTOMERS)]
    wanted = [f"customer {number % CUSTOMERS}" for number in range(orders)]
    places = {name: place for place, name in enumerate(names)}

    def original() -> list[int]:
        return [names.index(name) for name in wanted]

    def indexed() -> list[int]:
        return [places[name] for name in wanted]

    return {"original": original, "indexed": indexed}

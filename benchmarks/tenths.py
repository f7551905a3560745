"""Functions that take from 50 ns to 5 s, each with another one that takes 10 % more of the same steps."""

from functools import partial

STEPS = {
    "1us": 30,
    "50us": 1_500,
    "1ms": 30_000,
    "20ms": 600_000,
    "100ms": 3_000_000,
    "1s": 30_000_000,
    "5s": 150_000_000,
}
"""About how many steps take so long; `more` takes a tenth more."""


def _work(steps: int) -> bool:
    total = 0
    for number in range(steps):
        total += number & 7
    return total >= 0


def base_50ns() -> bool:
    """Add a few times, without a loop."""
    one = 1
    return one + one + one + one + one + one + one + one > 0


def more_50ns() -> bool:
    """Add twice more, which takes about a tenth of the time with its call."""
    one = 1
    return one + one + one + one + one + one + one + one + one + one > 0


for _name, _steps in STEPS.items():
    globals()[f"base_{_name}"] = partial(_work, _steps)
    globals()[f"more_{_name}"] = partial(_work, _steps + _steps // 10)


def half() -> bool:
    """Take as long as `base_50us`."""
    return _work(STEPS["50us"])


def whole() -> bool:
    """Take twice as long."""
    return _work(2 * STEPS["50us"])

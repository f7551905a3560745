"""Two functions that are alike, and one that takes 3 % more of the same steps: what every tool is asked about."""

STEPS = 4000
LONGER = 32_000
TENTH = 35_200
"""A number by itself: were it made by each run, its memory would lie elsewhere, and move the time by up to 7 %."""


def _work(steps: int) -> int:
    total = 0
    for number in range(steps):
        total += number & 7
    return total & 1


def base() -> int:
    """Take the steps."""
    return _work(STEPS)


def twin() -> int:
    """Take them too: the same code, another function."""
    return _work(STEPS)


def slower() -> int:
    """Take 3 % more steps, whose sum is as even."""
    return _work(STEPS + 3 * STEPS // 100)


def longer() -> int:
    """Take about a millisecond."""
    return _work(LONGER)


def tenth() -> int:
    """Take 10 % more steps than `longer`, whose sum is as even."""
    return _work(TENTH)

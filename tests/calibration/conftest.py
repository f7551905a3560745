"""How many simulations a calibration has: all of them with `--thorough`, otherwise a twentieth."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from thorough import is_thorough


@pytest.fixture
def simulations() -> Callable[[int], int]:
    """A function that takes how many simulations the whole calibration has, and returns how many there are now.

    With fewer of them it sees only what is further from the truth; what it asserts is as true of a part.
    """
    return lambda whole: whole if is_thorough() else whole // 20

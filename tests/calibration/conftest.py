"""How many simulations a calibration has: a tenth in every run of the tests, all of them with `-m calibration`."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture(params=["tenth", pytest.param("whole", marks=pytest.mark.calibration)])
def simulations(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """A function that takes how many simulations the whole calibration has, and returns how many there are now.

    With fewer of them it sees only what is further from the truth; what it asserts is as true of a part.
    """
    return (lambda whole: whole) if request.param == "whole" else (lambda whole: whole // 10)

"""How often tests repeat what they repeat: examples, simulations, moments. `pytest --thorough` repeats it most often.

What a test asserts holds for every repetition; more of them find what is rarer.
"""

from __future__ import annotations

import hypothesis

EXAMPLES = 100
"""Of each property, Hypothesis' own default."""

LEAST = 20
"""Fewer examples than this are hardly more than the simplest ones, which Hypothesis tries first."""

_QUICK, _THOROUGH = "quick", "thorough"


def register() -> None:
    """Make Hypothesis' profiles, and load the quick one."""
    for name, examples in ((_QUICK, EXAMPLES // 4), (_THOROUGH, EXAMPLES)):
        # How long an example takes says how busy the machine is, and nothing of the code.
        hypothesis.settings.register_profile(
            name, max_examples=examples, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
        )
    hypothesis.settings.load_profile(_QUICK)


def begin() -> None:
    """Repeat most often from now on. Called before any test is imported."""
    hypothesis.settings.load_profile(_THOROUGH)


def is_thorough() -> bool:
    """Return whether tests repeat most often."""
    return hypothesis.settings.get_current_profile_name() == _THOROUGH


def examples(most: int) -> int:
    """Return how many examples a property has whose number is not the usual one."""
    return most if is_thorough() else max(min(most, LEAST), most // 4)

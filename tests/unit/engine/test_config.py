"""One choice for every seam."""

from __future__ import annotations

import pytest

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig
from wfperf.errors import UsageError


def test_every_seam_is_original_unless_told_otherwise():
    expected = {seam: "original" for seam in IMPLEMENTATIONS if seam != "driver"} | {"driver": "sequential"}
    assert EngineConfig().choices() == expected


def test_a_seam_offers_its_module_s_public_functions():
    assert {seam: sorted(names) for seam, names in IMPLEMENTATIONS.items()} == {
        "dispatch": ["original", "proposed"],
        "node_set": ["original", "proposed"],
        "debug": ["original", "proposed"],
        "substitution": ["original", "proposed", "tuned"],
        "loading": ["original", "proposed", "tuned"],
        "buffer": ["original", "proposed", "tuned"],
        "context": ["lazy", "original", "reference", "tuned"],
        "driver": ["adaptive", "concurrent", "dataflow", "sequential"],
    }


@pytest.mark.parametrize("seam", IMPLEMENTATIONS)
@pytest.mark.parametrize("name", ["nope", "_joined", "", "Original"])
def test_an_unknown_implementation_is_refused_with_those_there_are(seam, name):
    with pytest.raises(UsageError) as caught:
        EngineConfig(**{seam: name})
    known = ", ".join(IMPLEMENTATIONS[seam])
    assert str(caught.value) == f"seam {seam!r} has no implementation {name!r}; choose one of: {known}"


def test_equal_choices_are_equal_and_can_be_keys():
    assert {EngineConfig(dispatch="proposed"): 1}[EngineConfig(dispatch="proposed")] == 1
    assert EngineConfig(dispatch="proposed") != EngineConfig()

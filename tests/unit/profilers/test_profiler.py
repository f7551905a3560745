import pytest

from wfperf.errors import UsageError
from wfperf.profilers.profiler import PROFILERS, find_profilers


def test_profilers_are_found_by_name_each_once_in_the_order_named():
    assert list(find_profilers(["memray", "cprofile", "memray"])) == ["memray", "cprofile"]
    assert len({profiler.SUFFIX for profiler in PROFILERS.values()}) == len(PROFILERS)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("cProfile", "'cprofile'"), ("kernprofile", "'kernprof'"), ("memory", "'memray'"), ("perf", "cprofile, kernprof")],
)
def test_an_unknown_name_is_refused_with_the_nearest(name, hint):
    with pytest.raises(UsageError, match=f"no profiler '{name}'") as refused:
        find_profilers(["cprofile", name])
    assert hint in str(refused.value)


def test_no_name_at_all_is_refused():
    with pytest.raises(UsageError, match="choose from: cprofile, kernprof, memray"):
        find_profilers([])

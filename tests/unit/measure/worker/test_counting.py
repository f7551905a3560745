import itertools
import json
import re

from wfperf.measure.worker.counting import count
from wfperf.measure.worker.variant import Variant
from wfperf.measure.worker.workload import Workload


def test_calls_of_ones_own_functions_and_compilations_of_patterns_are_counted_per_run():
    def run():
        re.search(f"never the same {next(numbers)}", "x")
        return json.dumps([1, 2], indent=1)

    numbers = itertools.count()
    variant = Variant()
    variant.workloads["w"] = Workload(run, ["json"])
    counted = count(variant, "w", 3)
    assert counted["calls"]["json/__init__.py:dumps"] == 1
    assert counted["counters"] == {"regex_compilations": 1}
    assert all("json/" in name for name in counted["calls"])

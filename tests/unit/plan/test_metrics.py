"""Which metric benchmarks and claims of a plan have."""

import pytest

from wfperf.errors import UsageError
from wfperf.plan.load import parse_plan

PLAN = """
baseline = "old"

[[benchmark]]
name = "load"
{benchmark}

[[benchmark]]
name = "other"

[[configuration]]
name = "old"
target = "shop:old"

[[configuration]]
name = "new"
target = "shop:new"
{claims}
"""
CLAIM = """
[[configuration.claim]]
text = "half"
low = 0.4
high = 0.6
benchmark = "load"
{metric}
"""


def parsed(own, *claims, more=""):
    claimed = "".join(CLAIM.format(metric=f'metric = "{metric}"' if metric else "") for metric in claims)
    text = PLAN.format(benchmark=f'metric = "{own}"' if own else "", claims=claimed)
    return parse_plan(text + more)


@pytest.mark.parametrize(
    ("own", "claims", "metric"),
    [
        ("", ("",), "throughput"),
        ("peak-memory", ("",), "peak-memory"),
        ("peak-memory", ("peak-memory", ""), "peak-memory"),
        ("", ("allocations", "allocations"), "allocations"),
        ("", ("memory",), "memory"),
    ],
)
def test_claims_and_their_benchmark_have_one_metric_whichever_names_it(own, claims, metric):
    plan = parsed(own, *claims)
    assert [each.metric for each in plan.benchmarks] == [metric, "throughput"]
    assert {claim.metric for claim in plan.configuration("new").claims} == {metric}


@pytest.mark.parametrize(
    ("own", "claims"), [("", ("peak-memory", "")), ("throughput", ("memory",)), ("peak-memory", ("throughput",))]
)
def test_two_metrics_of_one_benchmark_are_refused(own, claims):
    with pytest.raises(UsageError, match=r"a claim about 'load' has the metric .*; give each metric a benchmark"):
        parsed(own, *claims)


def test_a_metric_that_there_is_not_is_a_mistake():
    with pytest.raises(UsageError, match="benchmark 'load'"):
        parsed("peak_memory")


def test_a_rank_is_about_throughput():
    rank = '\n[[rank_claim]]\nvariant = "new"\ntext = "the best"\nreading = ""\nbenchmark = "load"\n'
    with pytest.raises(UsageError, match="is about throughput, but its benchmark has another metric"):
        parsed("peak-memory", more=rank)

"""The built-in plan: what it marks, its variants on a seeded database, and the source of its functions."""

from functools import cache, partial

from wfperf.measure.benchmarks import interpreters_of, variants_of
from wfperf.measure.worker.sources import source
from wfperf.measure.worker.variant import Variant
from wfperf.plan import load_plan

PLAN = load_plan()
CONFIGURATIONS = {each.name: each.choices for each in PLAN.configurations}
MARKS = {
    f"{each.choice}={each.implementation}": each.changes_results for each in PLAN.optimizations if each.changes_results
}
source_of = cache(partial(source, Variant()))


def variants(url):
    """Return what builds the built-in plan's variants on a database that is seeded."""
    return variants_of(PLAN, prepared={place: {"db": url} for place in interpreters_of(PLAN)})

"""The built-in plan, prepared."""

from wfperf.measure.trials import places_of, subjects_of
from wfperf.plan import load_plan

PLAN = load_plan()


def subjects(url):
    """Return what builds the built-in plan's variants on a database that is seeded."""
    return subjects_of(PLAN, prepared={place: {"db": url} for place in places_of(PLAN)})

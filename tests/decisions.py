"""Decisions of the gate, for what shows and exports them."""

import math

from hypothesis import strategies as st

from wfperf.results.budget import EQUAL, NO_MORE, Budget, BudgetKind
from wfperf.results.decision import (
    RESULTS,
    SPEEDUP,
    WALL_TIME,
    CallCountChange,
    Check,
    CheckStatus,
    Decision,
    SelfTimeChange,
)
from wfperf.results.environment import Environment
from wfperf.results.revision import Revision, SavedBaseline
from wfperf.stats.interval import Interval

ENVIRONMENT = Environment("0.1.0", "3.11.7", "CPython", "Linux", "A processor", 2, 0.5, {"pydantic": "2"})

MOVED = (
    CallCountChange("engine/queries.py:rows_of", 2, 4, "wfperf/engine/queries.py", 17),
    CallCountChange("engine/run.py:Run.before", 40, 41, "wfperf/engine/run.py", 101),
    CallCountChange("shop/räume.py:load", 1, 0, "src/shop/räume 1.py", 7),
    CallCountChange("<string>:made_at_run_time", 0, 1),
)
LONGER = (
    SelfTimeChange("engine/run.py:Run.step", Interval(0.031, 0.048, 0.059, 0.95), "wfperf/engine/run.py", 88),
    SelfTimeChange("<string>:made_at_run_time", Interval(0.001, 0.003, 0.006, 0.95)),
)


def interval(low, estimate, high, level=0.95):
    return Interval(low, estimate, high, level)


def count(benchmark, configuration, metric, base, head, status=CheckStatus.FAIL, **changes):
    return Check(benchmark, configuration, metric, NO_MORE, status, base, head, **changes)


def time(benchmark, configuration, change, status=CheckStatus.PASS, **changes):
    fields = {"metric": WALL_TIME, "budget": Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.02), "blocks": 24, **changes}
    return Check(benchmark, configuration, status=status, change=change, **fields)


KEPT = (
    count("typical", "original", "node_objects", 486, 486, CheckStatus.PASS),
    count("typical", "original", "function_calls", 1411, 1411, CheckStatus.PASS),
    time("typical", "original", interval(-0.004, 0.001, 0.006)),
)
FELL = count("large", "phase-2", "function_calls", 4321, 4316, CheckStatus.PASS, call_count_changes=MOVED[2:3])
ROSE = count("typical", "original", "sql_statements", 5, 6, reason="5 -> 6 a run", call_count_changes=MOVED)
UNEVEN = Check("typical", "phase-1", "files_read", None, CheckStatus.INCONCLUSIVE, reason="differs from run to run")
MISSING = Check("huge", "", "counters", None, CheckStatus.INCONCLUSIVE, reason="not counted now")
WITHIN = Check(
    "typical",
    "optimized",
    "function_calls",
    Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.05),
    CheckStatus.PASS,
    1000,
    1020,
)
SLOWER = time(
    "typical",
    "optimized",
    interval(0.039, 0.051, 0.062),
    CheckStatus.FAIL,
    confirmation=interval(0.035, 0.049, 0.064),
    reason="longer than allowed, also when measured again",
    self_time_changes=LONGER,
)
FASTER = time("large", "original", interval(-0.31, -0.25, -0.21), blocks=11)
UNSURE = time(
    "large",
    "optimized",
    interval(-0.01, 0.02, 0.07),
    CheckStatus.INCONCLUSIVE,
    blocks=61,
    reason="its interval contains the budget; about 190 s more would decide",
)
TOO_FEW = time(
    "huge",
    "original",
    interval(-1, 0.02, math.inf),
    CheckStatus.INCONCLUSIVE,
    blocks=2,
    reason="too few blocks for an interval: 2; about 30 s more would decide",
)
GAINS_TOO_LITTLE = Check(
    "typical",
    "phase-1",
    SPEEDUP,
    Budget(BudgetKind.LEAST_SPEEDUP, 0.3),
    CheckStatus.FAIL,
    change=interval(0.11, 0.13, 0.15),
    blocks=24,
    reason="less gained than allowed, also when measured again",
)
OTHER_RESULTS = Check(
    "typical",
    "phase-2",
    RESULTS,
    EQUAL,
    CheckStatus.DIFFERS,
    reason="outcome.context.result['total']: 12 in base, 12.5 in head",
)
OTHER_UNDER_A_SEED = time(
    "large",
    "phase-2",
    None,
    CheckStatus.DIFFERS,
    metric=RESULTS,
    budget=EQUAL,
    blocks=3,
    reason="results differ under another hash seed",
)
NEW = Check(
    "huge", "phase-2", RESULTS, EQUAL, CheckStatus.INCONCLUSIVE, reason="main cannot run it: no configuration 'phase-2'"
)


MAIN = Revision("main", "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d")


def decision(*checks, **changes):
    """Return a decision on checks; timed if any of them is."""
    intervals = sum(check.change is not None for check in checks)
    fields = {
        "against": MAIN,
        "head": None,
        "python": "3.11",
        "checks": checks,
        "environment": ENVIRONMENT,
        "seed": 1,
        "duration_s": 93.4,
        "intervals": intervals,
        "command": "wfperf gate --base main --seed 1",
    }
    return Decision(**fields | changes)


PASS = decision(*KEPT, FELL, WITHIN, FASTER)
COUNTED_FAIL = decision(
    *KEPT[:2],
    FELL,
    ROSE,
    against=SavedBaseline("wfperf-baseline.json"),
    duration_s=2.1,
    notes=("If the change is intended, store it: the same command with --update",),
    command="wfperf gate",
)
FAIL = decision(*KEPT, FELL, ROSE, UNEVEN, WITHIN, SLOWER, FASTER, UNSURE, GAINS_TOO_LITTLE)
INCONCLUSIVE = decision(*KEPT, UNEVEN, MISSING, UNSURE, TOO_FEW)
DIFFERS = decision(*KEPT, ROSE, OTHER_RESULTS, OTHER_UNDER_A_SEED, NEW)
NOTHING = decision()

DECISIONS = {
    "pass": PASS,
    "counted-fail": COUNTED_FAIL,
    "fail": FAIL,
    "inconclusive": INCONCLUSIVE,
    "differs": DIFFERS,
    "nothing": NOTHING,
}

_ODD = (
    "|",
    "`",
    "```",
    "]]>",
    "<!--",
    "<b>",
    "&amp;",
    "::error::",
    "%0A",
    "@name",
    "#1",
    "\\",
    "**",
    "__init__",
    "\n",
    "\r\n",
)
_ODD += (
    "\0",
    "\x1b[31m",
    "\u2028",
    "\u200b",
    "\ud800",
    "\ufffe",
    "räume",
    "日本",
    ",line=1",
    "a,b:c",
    "- ",
    "1. ",
    "$x$",
)

texts = st.lists(st.one_of(st.sampled_from(_ODD), st.text(max_size=4)), max_size=4).map("".join)
counts = st.none() | st.integers(0, 10**6)
fractions = st.floats(-0.9, 9.0, allow_nan=False)


@st.composite
def intervals(draw):
    """Return an interval, open at an end or both at times."""
    low, estimate, high = sorted(draw(st.tuples(fractions, fractions, fractions)))
    return interval(draw(st.sampled_from((low, -1.0))), estimate, draw(st.sampled_from((high, math.inf))))


budgets = st.builds(Budget, st.sampled_from(BudgetKind), st.integers(0, 99) | st.floats(0, 9))
revisions = st.builds(Revision, texts, texts, st.booleans(), texts)

checks = st.builds(
    Check,
    benchmark=texts,
    configuration=texts,
    metric=st.sampled_from((WALL_TIME, SPEEDUP, RESULTS, "sql_statements")) | texts,
    budget=st.none() | budgets,
    status=st.sampled_from(CheckStatus),
    baseline=counts,
    head=counts,
    change=st.none() | intervals(),
    confirmation=st.none() | intervals(),
    blocks=st.integers(0, 99),
    reason=texts,
    call_count_changes=st.lists(
        st.builds(
            CallCountChange,
            name=texts,
            baseline=st.integers(0, 99),
            head=st.integers(0, 99),
            file=texts,
            line=st.integers(0, 9),
        ),
        max_size=5,
    ).map(tuple),
    self_time_changes=st.lists(
        st.builds(SelfTimeChange, name=texts, more=intervals(), file=texts, line=st.integers(0, 9)), max_size=3
    ).map(tuple),
)

decisions = st.builds(
    Decision,
    against=revisions | st.builds(SavedBaseline, texts),
    head=st.none() | revisions,
    python=texts,
    checks=st.lists(checks, max_size=6).map(tuple),
    environment=st.just(ENVIRONMENT),
    notes=st.lists(texts, max_size=2).map(tuple),
    seed=st.none() | st.integers(0, 2**32),
    duration_s=st.floats(0, 1e6),
    intervals=st.integers(0, 3),
    command=texts,
)

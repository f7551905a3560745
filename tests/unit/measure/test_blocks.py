import math
import os

import pytest
from built_in import subjects

from wfperf.measure.blocks import CONTROL, ORIGINAL, Schedule, Trial, measure, share_by_processor
from wfperf.measure.subject import Place, Subject
from wfperf.measure.workers import Conditions
from wfperf.results.blocks import Block

PAIR = """
class Large:
    def __init__(self): self.name = "a"
class Small:
    __slots__ = ("name",)
    def __init__(self): self.name = "a"
class record:
    def __init__(self, kind): self.run = {"large": Large, "small": Small}[kind]
    def data(self, made): return made.name
def twice(): return [number * 2 for number in range(100)]
def once(): return [2 * number for number in range(100)]
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Return the subject of a function in a module that takes no time to import, or of what a factory makes."""
    folder = tmp_path_factory.mktemp("pair")
    (folder / "pair.py").write_text(PAIR)

    def subject(name, **arguments):
        return Subject(f"pair:{name}", arguments or None, place=Place(path=(str(folder),)))

    return subject


@pytest.fixture(scope="module")
def trial(pair):
    """Two functions of equal results, and the control."""
    return Trial("pair", {ORIGINAL: pair("twice"), CONTROL: pair("twice"), "after": pair("once")})


@pytest.fixture(scope="module")
def records(pair):
    """A record with slots, and one without."""
    return Trial("slots", {ORIGINAL: pair("record", kind="large"), "after": pair("record", kind="small")}, "memory")


@pytest.mark.measures
def test_a_block_has_one_cost_a_round_for_every_side_and_a_digest_of_each(trial):
    blocks = measure([trial], Schedule(max_time_s=600, blocks=2, seed=3))["pair"]
    assert len(blocks) == 2
    for block in blocks:
        assert set(block.costs) == {ORIGINAL, CONTROL, "after"}
        assert len({len(rounds) for rounds in block.costs.values()}) == 1
        assert all(cost > 0 for rounds in block.costs.values() for cost in rounds)
        assert block.equal(ORIGINAL, "after")
        assert all(runs > 0 for runs in block.warm_up_runs.values())
        assert set(block.pythons) == set(block.costs)


@pytest.mark.measures
def test_every_block_has_a_hash_seed_of_its_own_and_the_same_ones_come_from_the_same_seed(trial):
    first, second = (
        [block.hash_seed for block in measure([trial], Schedule(600, blocks=2, seed=9))["pair"]] for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first) == 2


CPUS = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@pytest.mark.measures
@pytest.mark.skipif(not CPUS, reason="the system lets nobody choose a processor")
def test_all_sides_of_a_block_take_as_many_runs_on_one_processor_and_blocks_take_turns(trial):
    blocks = measure([trial], Schedule(max_time_s=600, blocks=2 * len(CPUS)))["pair"]
    assert all(len(set(block.runs.values())) == 1 for block in blocks)
    assert sorted(block.cpu for block in blocks) == sorted(2 * CPUS)


@pytest.mark.measures
@pytest.mark.skipif(not CPUS, reason="the system lets nobody choose a processor")
def test_a_processor_that_is_asked_for_is_kept(trial):
    blocks = measure([trial], Schedule(600, blocks=2), conditions=Conditions(cpu=CPUS[-1]))["pair"]
    assert {block.cpu for block in blocks} == {CPUS[-1]}


WAITING = """
import os, threading, time
def sleeping(): time.sleep(0.002)
def threaded():
    other = threading.Thread(target=sum, args=(range(100_000),))
    other.start()
    other.join()
def forking():
    child = os.fork()
    sum(range(10_000 if child == 0 else 100_000))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.measures
@pytest.mark.skipif(len(CPUS) < 2, reason="there is only one processor")
@pytest.mark.parametrize("name", ["sleeping", "threaded", "forking"])
def test_what_waits_or_has_threads_or_children_keeps_all_processors_and_wall_time(tmp_path, name):
    (tmp_path / "waiting.py").write_text(WAITING)
    subject = Subject(f"waiting:{name}", place=Place(path=(str(tmp_path),)))
    (block,) = measure([Trial("t", {ORIGINAL: subject, CONTROL: subject})], Schedule(600, blocks=1))["t"]
    assert block.cpu is None
    assert block.by_processor == 0
    assert block.walls == {}


def test_the_share_by_processor_is_of_all_samples():
    costs = {ORIGINAL: (1.0, 1.0), CONTROL: (1.0, 1.0)}
    blocks = [Block(1, costs, {}, by_processor=1), Block(2, costs, {})]
    assert share_by_processor(blocks) == 1 / 8
    assert share_by_processor([]) == 0.0


@pytest.mark.measures
def test_no_block_is_begun_after_the_time_is_up(trial):
    assert len(measure([trial], Schedule(0.01))["pair"]) == 1


@pytest.mark.measures
def test_a_trial_that_is_settled_gets_no_more_blocks(trial, records):
    told = []
    blocks = measure(
        [trial, records],
        Schedule(600, blocks=3),
        settled=lambda each, done: each.name == "slots" and len(done) == 1,
        on_block=lambda done: told.append({name: len(each) for name, each in done.items()}),
    )
    assert {name: len(each) for name, each in blocks.items()} == {"pair": 3, "slots": 1}
    assert told == [{"pair": 1, "slots": 1}, {"pair": 2, "slots": 1}, {"pair": 3, "slots": 1}]


@pytest.mark.measures
def test_measuring_ends_when_all_is_settled(trial):
    assert len(measure([trial], Schedule(600), settled=lambda _, done: len(done) == 2)["pair"]) == 2


@pytest.mark.measures
def test_a_record_with_slots_keeps_fewer_bytes(records):
    (block,) = measure([records], Schedule(10, blocks=1))["slots"]
    assert 0 < max(block.costs["after"]) < min(block.costs[ORIGINAL])


def test_a_log_ratio_is_above_zero_where_the_side_costs_less():
    block = Block(0, {"base": (2.0, 4.0, 8.0), "new": (1.0, 2.0, 100.0)}, {"base": "x", "new": "y"})
    assert block.log_ratio("base", "new") == pytest.approx(math.log(2))
    assert block.log_ratio("new", "base") == pytest.approx(-math.log(2))
    assert not block.equal("base", "new")


@pytest.mark.measures
def test_sides_whose_results_differ_are_told_apart_and_their_outcomes_kept(seeded_url):
    of = subjects(seeded_url)
    sides = {ORIGINAL: of("typical", ORIGINAL), "other": of("repeated", ORIGINAL)}
    (block,) = measure([Trial("t", sides)], Schedule(10, blocks=1))["t"]
    assert not block.equal(ORIGINAL, "other")
    assert "PERF_TEST" in block.outcomes[ORIGINAL]

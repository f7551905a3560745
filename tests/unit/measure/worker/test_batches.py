import asyncio
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.measure.worker.batches import repetition
from wfperf.measure.worker.timing import Meter
from wfperf.measure.worker.workload import Workload


@given(st.integers(0, 200), st.lists(st.integers(), max_size=4), st.dictionaries(st.sampled_from("ab"), st.integers()))
def test_a_repetition_is_as_many_calls_with_the_same_arguments(runs, positional, named):
    calls = []

    def run(*args, **kwargs):
        calls.append((args, kwargs))

    repetition(partial(run, *positional, **named))(runs)
    assert calls == runs * [((*positional,), named)]


def test_a_subclass_of_partial_is_called_as_it_wants_to_be():
    class Doubled(partial):
        def __call__(self, *args):
            return super().__call__(*args), super().__call__(*args)

    calls = []
    repetition(Doubled(calls.append, 1))(3)
    assert calls == 6 * [1]


async def coroutine(tasks):
    await asyncio.sleep(0)
    tasks.append(asyncio.current_task())


async def generator(tasks):
    yield 1
    tasks.append(asyncio.current_task())


@pytest.mark.parametrize("function", [coroutine, generator])
@pytest.mark.parametrize("prepares", [False, True])
def test_all_asynchronous_runs_of_a_sample_share_one_start_of_the_event_loop(function, prepares):
    tasks = []
    run = partial(function, tasks)
    workload = Workload(run, (), fresh=(lambda: run) if prepares else None)
    workload.first()
    workload.metered(50, Meter())
    assert len(tasks) == 51
    assert len(set(tasks[1:])) == 1

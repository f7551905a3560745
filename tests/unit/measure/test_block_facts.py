from wfperf.measure.block_facts import control_of, is_control_awaited, share_by_processor
from wfperf.measure.blocks import CONTROL, ORIGINAL
from wfperf.results.blocks import Block


def test_the_share_by_processor_is_of_all_samples():
    costs = {ORIGINAL: (1.0, 1.0), CONTROL: (1.0, 1.0)}
    blocks = [Block(1, costs, {}, by_processor=1), Block(2, costs, {})]
    assert share_by_processor(blocks) == 1 / 8
    assert share_by_processor([]) == 0.0


def test_a_control_that_only_some_blocks_have_is_known_from_those_and_not_waited_for():
    with_control = Block(1, {ORIGINAL: (100.0,), "after": (100.0,), CONTROL: (101.0,)}, {})
    without = Block(2, {ORIGINAL: (100.0,), "after": (100.0,)}, {})
    assert control_of([with_control] * 20 + [without] * 20, ORIGINAL).estimate < 0
    assert is_control_awaited([with_control] * 3)
    assert not is_control_awaited([with_control, without])

"""The rules of splits, joins and failures: each, when broken, is noticed by the control-flow cases."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from processes import PATIENCE_S

TESTS = Path(__file__).parents[2]

# For each mutation: loads the engine anew with that module's changed source, and runs every case. Tells what came
# out otherwise than expected first, or nothing where nobody noticed.
SCRIPT = """
import importlib.util, json, sys

def noticed(module, before, after):
    spec = importlib.util.find_spec(module)
    source = spec.loader.get_data(spec.origin).decode()
    code = compile(source.replace(before, after, 1), spec.origin, "exec")
    spec.loader.get_code = lambda name: code
    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return spec if name == module else None
    for name in [name for name in sys.modules if name.split(".")[0] in ("wfperf", "flows", "builders")]:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder)
    try:
        from flows import survivors
        return next(survivors(("sequential", "concurrent", "dataflow")), None)
    finally:
        sys.meta_path.remove(Finder)

print(json.dumps([noticed(*mutation) for mutation in json.load(sys.stdin)]))
"""

RUN, STEP, VALIDATION = "wfperf.engine.run", "wfperf.engine.step", "wfperf.engine.validation"
FRONTIER, SECTION = "wfperf.engine.drivers.frontier", "wfperf.engine.drivers.section"
CONCURRENT = "wfperf.engine.drivers.concurrent"

MUTATIONS = [
    (VALIDATION, '"any": 1', '"any": 2'),
    (VALIDATION, '"all": len(ways_in)', '"all": len(ways_in) - 1'),
    (VALIDATION, "sorted(sources[row.guid], key=order.__getitem__)", "sources[row.guid][::-1]"),
    (VALIDATION, 'data.join != "or"', "True"),
    (RUN, "[: join.needed]", ""),
    (RUN, "if len(counted) < join.needed:", "if False:"),
    (RUN, "if len(counted) < join.needed:", "if len(counted) <= join.needed:"),
    (RUN, "in join.sources if source in arrived][", "in join.sources[::-1] if source in arrived]["),
    (RUN, "self.joined[guid] = counted", "self.joined[guid] = list(arrived)"),
    (RUN, "return self.joined[guid] if guid in self.joined else self.sources[guid]", "return self.sources[guid]"),
    (RUN, "for guid in sorted(guids, key=self.definition.order.__getitem__):", "for guid in reversed(sorted(guids)):"),
    (STEP, 'if node.kind == "GATE":', "if False:"),
    (STEP, "return [edge.target for edge in edges]", "return [edge.target for edge in edges[:1]]"),
    (STEP, 'if split == "first":', "if False:"),
    (STEP, 'if split == "first":', "if True:"),
    (STEP, "if branches.default is not None:", "if False:"),
    (STEP, "return value is not None and", "return"),
    (STEP, "condition.pattern.search(str(value))", "condition.pattern.fullmatch(str(value))"),
    (STEP, "if not branches.errors:", "if True:"),
    (STEP, "run.failed.add(node.guid)", "pass"),
    (STEP, "engine.contexts.leave(engine.contexts.enter(before), writes)", "before"),
    (STEP, "        except NoMatchingBranchError:\n            raise\n", ""),
    (FRONTIER, "if target in self._fired:", "if False:"),
    (FRONTIER, "elif not self._undecided[target]:", "else:"),
    (FRONTIER, "(ready if target in self._run.sources else unvisited)", "ready"),
    (FRONTIER, "self._decided:\n                return False", "self._decided:\n                continue"),
    (FRONTIER, "if not self._undecided[guid] and guid != start", "if False"),
    (SECTION, "self._failed_at, self.failure = place, error", "self._failed_at, self.failure = -1, error"),
    (CONCURRENT, "        while ready:\n", "        while ready and not section.failure:\n"),
]  # fmt: skip


UNCHANGED = (RUN, "class Run:", "class Run:")


@pytest.mark.parametrize(("module", "before", "after"), MUTATIONS)
def test_a_rule_stands_where_it_is_broken(module, before, after):
    source = Path(importlib.import_module(module).__file__).read_text(encoding="utf-8")
    assert before in source, "the rule stands there no more; take its new words"
    assert before != after


def test_every_broken_rule_is_noticed_and_a_sound_engine_is_not():
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        input=json.dumps([UNCHANGED, *MUTATIONS]),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    unchanged, *noticed = json.loads(told.stdout)
    assert unchanged is None
    assert [mutation for mutation, by in zip(MUTATIONS, noticed, strict=True) if not by] == []

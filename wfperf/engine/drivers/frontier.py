"""Which nodes are ready."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from wfperf.engine.run import Run


class Frontier:
    """The line between the nodes of a run that are decided, done or skipped, and those that wait for them.

    A node is ready when every edge into it is decided and a path leads to it. A GATE that counts its arrivals
    is ready as soon as those that count are certain: when so many of its canonically first ways in have been
    taken, however late the others are.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._undecided = Counter(chain.from_iterable(run.definition.targets.values()))
        self._decided: set[str] = set()
        self._fired: set[str] = set()

    def first(self) -> list[str]:
        """Return the start node; nodes that nothing leads to are skipped."""
        start = self._run.definition.start
        orphans = [guid for guid in self._run.definition.order if not self._undecided[guid] and guid != start]
        return [start, *self.decide(*orphans)]

    def decide(self, *guids: str) -> list[str]:
        """Take these nodes as decided, and those that this leaves without a path; return the nodes it makes ready."""
        ready, unvisited = [], list(guids)
        while unvisited:
            source = unvisited.pop()
            self._decided.add(source)
            for target in self._run.definition.targets[source]:
                self._undecided[target] -= 1
                if target in self._fired:
                    continue
                if target in self._run.definition.joins and self._is_certain(target):
                    self._fired.add(target)
                    ready.append(target)
                elif not self._undecided[target]:
                    (ready if target in self._run.sources else unvisited).append(target)
        return ready

    def _is_certain(self, guid: str) -> bool:
        join, arrived = self._run.definition.joins[guid], set(self._run.sources.get(guid, ()))
        needed = join.needed
        for source in join.sources:
            if source not in self._decided:
                return False
            needed -= source in arrived
            if not needed:
                return True
        return False

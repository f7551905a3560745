"""What a workflow's shape says: the canonical order, what can be reached, and the cycles. No recursion anywhere."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

Targets = Mapping[str, Sequence[str]]
"""For each node, the nodes its edges lead to."""


def canonical_order(nodes: Sequence[str], targets: Targets) -> list[str]:
    """Return the nodes by Kahn's algorithm (Kahn 1962): of those that are ready, the first in `nodes` comes first.

    Nodes on or behind a cycle are left out.
    """
    place = {guid: at for at, guid in enumerate(nodes)}
    waiting = Counter(target for guid in nodes for target in targets[guid])
    ready = [place[guid] for guid in nodes if not waiting[guid]]
    ordered = []
    while ready:
        guid = nodes[heapq.heappop(ready)]
        ordered.append(guid)
        for target in targets[guid]:
            waiting[target] -= 1
            if not waiting[target]:
                heapq.heappush(ready, place[target])
    return ordered


def reachable(start: str, targets: Targets) -> set[str]:
    """Return every node that a path leads to, the start included."""
    found, unvisited = {start}, [start]
    while unvisited:
        for target in targets[unvisited.pop()]:
            if target not in found:
                found.add(target)
                unvisited.append(target)
    return found


def cycles(nodes: Sequence[str], targets: Targets) -> Iterator[list[str]]:
    """Yield cycles until those left share a node with one of them; each starts at its first node in `nodes`."""
    place = {guid: at for at, guid in enumerate(nodes)}
    known = {guid: [target for target in targets[guid] if target in place] for guid in nodes}
    ordered = set(canonical_order(nodes, known))
    left = {guid: None for guid in nodes if guid not in ordered}  # a dict, for its order
    while left:
        try:
            TopologicalSorter({guid: [each for each in known[guid] if each in left] for guid in left}).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1][:0:-1]  # it is told from each node to the one that leads there
            first = min(range(len(cycle)), key=lambda at: place[cycle[at]])
            yield [*cycle[first:], *cycle[:first]]
            for guid in cycle:
                del left[guid]
        else:
            return

"""A workflow's graph: lanes for a terminal, Mermaid, DOT."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.text import Text

from wfperf.report.terminal import console, printable
from wfperf.workflow_files.shape import NodeShape, Shape, Way


class Line(NamedTuple):
    """One line of the drawing: lanes, and beside a node what it is and when its ways on are taken."""

    lanes: str
    name: str = ""
    about: str = ""
    ways: str = ""


def draw(graph: Shape) -> Iterator[Line]:
    """Yield the drawing, one node a line in canonical order; a lane leads from each way on to its node.

    A lane belongs to the node it leads to: ways from several nodes to one run into the same lane.
    """
    targets: dict[int, list[int]] = {}
    for way in graph.ways:
        targets.setdefault(way.source, []).append(way.target)
    lanes = _Lanes()
    for at, place in enumerate(graph.places):
        own = lanes.arrive(at)
        yield Line(lanes.row({own: "●"}), place.name, _about(place), _ways(graph, at))
        for turn in lanes.leave(own, list(dict.fromkeys(targets.get(at, ())))):
            yield Line(turn)


def show_graph(graph: Shape) -> None:
    """Print the drawing; lines that are too long for the terminal end in an ellipsis."""
    on = console()
    on.print(
        Text(f"{graph.workflow}: {len(graph.places)} nodes, {len(graph.ways)} ways", style="bold"), overflow="ellipsis"
    )
    for line in draw(graph):
        text = Text(line.lanes, "dim")
        if line.name:
            text.append("  " + printable(line.name), "not dim bold").append(f"  {line.about}", "not dim cyan")
            text.append(f"  {printable(line.ways)}" if line.ways else "", "dim")
        on.print(text, no_wrap=True, overflow="ellipsis")


def mermaid(graph: Shape) -> str:
    """Return the graph as a Mermaid flowchart."""
    lines = ["flowchart TD"]
    for at, place in enumerate(graph.places):
        opened, closed = _MERMAID_SHAPES.get(place.kind, ("[", "]"))
        label = "<br/>".join(_mermaid_text(part) for part in (place.name, _about(place)))
        lines.append(f'    n{at}{opened}"{label}"{closed}')
    for way in graph.ways:
        arrow = "-.->" if way.is_error else "-->"
        label = f'|"{_mermaid_text(way.label)}"|' if way.label else ""
        lines.append(f"    n{way.source} {arrow}{label} n{way.target}")
    return "\n".join(lines) + "\n"


def dot(graph: Shape) -> str:
    """Return the graph in the DOT language of Graphviz."""
    lines = [f"digraph {_dot_text(graph.workflow)} {{", "    node [shape=box];"]
    for at, place in enumerate(graph.places):
        form = f", shape={_DOT_SHAPES[place.kind]}" if place.kind in _DOT_SHAPES else ""
        lines.append(f"    n{at} [label={_dot_text(place.name, _about(place))}{form}];")
    for way in graph.ways:
        options = [f"label={_dot_text(way.label)}"] if way.label else []
        options += ["style=dashed"] if way.is_error else []
        told = f" [{', '.join(options)}]" if options else ""
        lines.append(f"    n{way.source} -> n{way.target}{told};")
    return "\n".join([*lines, "}"]) + "\n"


_MERMAID_SHAPES = {
    "GATE": ("{{", "}}"),
    "DECISION": ("{", "}"),
    "SWITCH": ("{", "}"),
    "MATRIX": ("{", "}"),
    "NULL": ("((", "))"),
}
_DOT_SHAPES = {"GATE": "hexagon", "DECISION": "diamond", "SWITCH": "diamond", "MATRIX": "diamond", "NULL": "circle"}


def _mermaid_text(text: str) -> str:
    """Return a text with all but plain characters as Mermaid's numeric entities."""
    return "".join(each if re.match(r"[\w .,:+-]", each) else f"#{ord(each)};" for each in text)


def _dot_text(*lines: str) -> str:
    """Return lines as one quoted string of DOT, in which each stands by itself."""
    escaped = (
        line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ").replace("\0", " ")
        for line in lines
    )
    return '"' + "\\n".join(escaped) + '"'


def _about(place: NodeShape) -> str:
    if place.kind == "GATE":
        return f"GATE {place.join}"
    return place.kind


def _ways(graph: Shape, at: int) -> str:
    """Return what a drawing of lanes cannot show: which way on is taken when."""
    told = [_way(graph, way) for way in graph.ways if way.source == at and way.label]
    split = graph.places[at].split
    return f"{split}: {', '.join(told)}" if told and split not in ("", "all") else ", ".join(told)


def _way(graph: Shape, way: Way) -> str:
    name = graph.places[way.target].name
    word = "by" if way.is_default else "on" if way.is_error else "if"
    return f"{name} {word} {way.label}"


class _Lanes:
    """The lanes that lead on from what has been drawn: each holds the place it leads to, or None where it is free."""

    def __init__(self) -> None:
        self._to: list[int | None] = []

    def row(self, marks: dict[int, str]) -> str:
        """Return the lanes as a row of two columns each, with some of them marked."""
        cells = [marks.get(at, " " if to is None else "│") for at, to in enumerate(self._to)]
        return " ".join(cells).rstrip()

    def arrive(self, place: int) -> int:
        """Return the lane of a node; one that no lane leads to gets one."""
        return self._to.index(place) if place in self._to else self._put(place)

    def leave(self, own: int, targets: list[int]) -> Iterator[str]:
        """Yield the turns from a node's lane to those of its targets; its own goes on to the first new one."""
        self._to[own] = None
        new = [target for target in targets if target not in self._to]
        there = [self._to.index(target) for target in targets if target in self._to]
        if new:
            self._to[own] = new[0]
        for lane in there:
            yield self._turn(own, [lane], ends={lane}, goes_on=bool(new) or lane != there[-1])
        if len(new) > 1:
            added = [self._put(target) for target in new[1:]]
            yield self._turn(own, added, ends=set(), goes_on=True)
        while self._to and self._to[-1] is None:
            self._to.pop()

    def _put(self, target: int) -> int:
        if None in self._to:
            at = self._to.index(None)
            self._to[at] = target
            return at
        self._to.append(target)
        return len(self._to) - 1

    def _turn(self, own: int, others: Iterable[int], *, ends: set[int], goes_on: bool) -> str:
        """Return a row with a line from one lane to others; `ends` are lanes that were there before."""
        others = sorted(others)
        low, high = min(own, *others), max(own, *others)
        cells = []
        for at, to in enumerate(self._to):
            inside = low <= at <= high
            gap = "─" if low <= at < high else " "
            if at == own:
                cell = _CORNERS[goes_on, at > low, at < high]
            elif at in others:
                cell = _JOINS[at in ends, at > low, at < high]
            elif inside:
                cell = "─" if to is None else "┼"
            else:
                cell = " " if to is None else "│"
            cells.append(cell + gap)
        return "".join(cells).rstrip()


_CORNERS = {
    # the own lane goes on below, has a line to its left, to its right
    (True, False, True): "├",
    (True, True, False): "┤",
    (True, True, True): "┼",
    (False, False, True): "╰",
    (False, True, False): "╯",
    (False, True, True): "┴",
}
_JOINS = {
    # the other lane was there before, has a line to its left, to its right
    (True, True, False): "┤",
    (True, False, True): "├",
    (True, True, True): "┼",
    (False, True, False): "╮",
    (False, False, True): "╭",
    (False, True, True): "┬",
}

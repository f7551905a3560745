"""Draw the pictures of docs/statistics.md from the samples of one real run.

Usage: python benchmarks/pictures.py [RESULT]

Without RESULT the run that is kept in data/pictures.json, which was made while another process loaded the machine:
wfperf compare --only dispatch --max-time 60 --precision 0.002 -o benchmarks/data/pictures.json
Needs: pip install '.[bench]'
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from wfperf.results.comparison import Comparison, MeasuredBenchmark
from wfperf.results.reading import read_result
from wfperf.stats.interval import Interval
from wfperf.stats.sequence import median_sequence
from wfperf.stats.speedup import block_log_ratio, speedup, speedup_interval

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "docs" / "pictures"
KEPT = HERE / "data" / "pictures.json"

OLD, NEW = "#8a8f98", "#0b6e99"
BLOCKS_IN_DETAIL = 12
WIDE = (9.0, 4.4)


def main() -> None:
    """Draw all of them."""
    found = read_result(Path(sys.argv[1]) if sys.argv[1:] else KEPT, Comparison)
    (benchmark,) = found.benchmarks
    new = next(name for name in benchmark.variants if name not in (benchmark.baseline, "control"))
    PICTURES.mkdir(exist_ok=True)
    # Same samples, same bytes: no date, and no random names of elements.
    mpl.rcParams.update(
        {"svg.hashsalt": "wfperf", "savefig.dpi": 150, "axes.spines.top": False, "axes.spines.right": False}
    )
    for name, draw in {"turns": turns, "blocks": blocks, "sequence": sequence}.items():
        figure = draw(benchmark, new)
        figure.savefig(PICTURES / f"{name}.svg", metadata={"Date": None})
        plt.close(figure)


def turns(benchmark: MeasuredBenchmark, new: str) -> plt.Figure:
    """Every sample of a few blocks: both sides wander together, their ratio does not."""
    figure, (times, ratios) = plt.subplots(2, 1, sharex=True, figsize=WIDE, layout="constrained")
    at = 0
    for block in benchmark.blocks[:BLOCKS_IN_DETAIL]:
        old_ns, new_ns = (block.costs[variant] for variant in (benchmark.baseline, new))
        places = range(at, at + len(old_ns))
        for side_ns, color in ((old_ns, OLD), (new_ns, NEW)):
            times.plot(places, [each / 1e6 for each in side_ns], color=color, marker=".", linewidth=0.7)
        effects = [speedup(block_log_ratio([a], [b])) for a, b in zip(old_ns, new_ns, strict=True)]
        ratios.plot(places, _percent(effects), color=NEW, marker=".", linewidth=0.7)
        for each in (times, ratios):
            each.axvline(at - 0.5, color="#dddddd", linewidth=0.8, zorder=0)
        at += len(old_ns)
    times.set_ylabel("ms a run")
    times.set_ylim(0)
    times.text(at, old_ns[-1] / 1e6, f" {benchmark.baseline}", color=OLD, va="bottom")
    times.text(at, new_ns[-1] / 1e6, f" {new}", color=NEW, va="top")
    ratios.set_ylabel("gained, %")
    ratios.axhline(0, color="black", linewidth=0.6)
    ratios.set_xlabel(f"rounds of {BLOCKS_IN_DETAIL} blocks, in the order in which they were measured")
    return figure


def blocks(benchmark: MeasuredBenchmark, new: str) -> plt.Figure:
    """What each block says, on top of the rounds that it says it from; and the control the same way."""
    figure, axes = plt.subplots(figsize=WIDE, layout="constrained")
    for variant, color in (("control", OLD), (new, NEW)):
        ratios = _block_ratios(benchmark, variant)
        for number, (block, ratio) in enumerate(zip(benchmark.blocks, ratios, strict=True), 1):
            pairs = zip(block.costs[benchmark.baseline], block.costs[variant], strict=True)
            rounds = [speedup(block_log_ratio([a], [b])) for a, b in pairs]
            axes.plot(
                [number] * len(rounds), _percent(rounds), ".", color=color, alpha=0.16, markersize=3, rasterized=True
            )
            axes.plot(number, 100 * speedup(ratio), "o", color=color, markersize=4)
        _band(axes, speedup_interval(median_sequence(ratios)), len(ratios), color)
        label = "control: the base against itself" if variant == "control" else f"{new} against {benchmark.baseline}"
        axes.text(
            len(ratios) + 1, 100 * speedup(median_sequence(ratios).estimate), f" {label}", color=color, va="center"
        )
    axes.set_ylim(-12, 26)
    axes.set_xlim(0, 1.42 * len(benchmark.blocks))
    axes.set_xlabel("block")
    axes.set_ylabel("throughput gained, %")
    return figure


def sequence(benchmark: MeasuredBenchmark, new: str) -> plt.Figure:
    """The interval after each block: it narrows, and one may stop at any place."""
    figure, axes = plt.subplots(figsize=WIDE, layout="constrained")
    for variant, color, label in ((new, NEW, new), ("control", OLD, "control")):
        ratios = _block_ratios(benchmark, variant)
        steps = range(8, len(ratios) + 1)
        intervals = [speedup_interval(median_sequence(ratios[:count])) for count in steps]
        lows, highs = (_percent([getattr(each, end) for each in intervals]) for end in ("low", "high"))
        axes.fill_between(steps, lows, highs, color=color, alpha=0.25, step="post", linewidth=0)
        axes.plot(steps, _percent([each.estimate for each in intervals]), color=color)
        axes.text(len(ratios), 100 * intervals[-1].estimate, f"  {label}", color=color, va="center")
    axes.axhspan(30, 50, color="#f2e3c6", zorder=0)
    axes.text(9, 31, "claimed: 30-50 %", color="#8a6d1d", va="bottom")
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set_ylim(-8, 36)
    axes.set_xlim(8, 1.12 * len(benchmark.blocks))
    axes.set_xlabel("blocks so far")
    axes.set_ylabel("throughput gained, %")
    return figure


def _block_ratios(benchmark: MeasuredBenchmark, variant: str) -> list[float]:
    return [block.log_ratio(benchmark.baseline, variant) for block in benchmark.blocks]


def _percent(effects: Sequence[float]) -> list[float]:
    return [100 * each for each in effects]


def _band(axes: Axes, effect: Interval, count: int, color: str) -> None:
    axes.fill_between([0.5, count + 0.5], 100 * effect.low, 100 * effect.high, color=color, alpha=0.25, linewidth=0)


if __name__ == "__main__":
    main()

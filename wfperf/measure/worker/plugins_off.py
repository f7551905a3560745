"""The plugins of pytest that are off while wfperf measures: their names, and their options, hooks and markers.

A project may use them all: here they are known, and have no effect.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

OFF = (
    *("benchmark", "pytest_benchmark", "pytest_benchmark.plugin", "codspeed", "pytest_codspeed"),
    *("pytest_codspeed.plugin", "xdist", "xdist.plugin", "xdist.looponfail", "pytest_cov", "pytest_cov.plugin"),
    *("randomly", "random_order", "rerunfailures", "sugar"),
)
"""Plugins that would measure, slow down, reorder or repeat what is measured here, or write into the source tree.

pytest's own `cacheprovider` is off, too."""

FLAGS = (
    *("benchmark-disable-gc", "benchmark-skip", "benchmark-disable", "benchmark-enable", "benchmark-only"),
    *("benchmark-autosave", "benchmark-save-data", "benchmark-verbose", "benchmark-quiet", "codspeed"),
    *("cov-append", "cov-branch", "cov-reset", "no-cov", "no-cov-on-fail", "looponfail", "forked", "loadscope-reorder"),
    *("no-loadscope-reorder", "lf", "last-failed", "ff", "failed-first", "nf", "new-first", "cache-clear"),
    *("random-order", "force-sugar", "old-summary"),
)  # fmt: skip
VALUES = (
    *("benchmark-min-time", "benchmark-max-time", "benchmark-min-rounds", "benchmark-timer", "benchmark-name"),
    *("benchmark-calibration-precision", "benchmark-warmup-iterations", "benchmark-save", "benchmark-json"),
    *("benchmark-compare-fail", "benchmark-cprofile", "benchmark-cprofile-loops", "benchmark-cprofile-top"),
    *("benchmark-cprofile-dump", "benchmark-time-unit", "benchmark-storage", "benchmark-sort", "benchmark-group-by"),
    *("benchmark-columns", "codspeed-mode", "codspeed-warmup-time", "codspeed-max-time", "codspeed-max-rounds"),
    *("cov-report", "cov-config", "cov-fail-under", "cov-context", "cov-precision", "numprocesses", "maxprocesses"),
    *("max-worker-restart", "dist", "tx", "rsyncdir", "rsyncignore", "testrunuid", "maxschedchunk", "px", "lfnf"),
    *("last-failed-no-failures", "random-order-bucket", "random-order-seed", "reruns", "reruns-delay", "only-rerun"),
)  # fmt: skip
EITHER = (
    *("benchmark-warmup", "benchmark-compare", "benchmark-histogram", "benchmark-netrc", "cov", "cache-show"),
)  # fmt: skip
"""Options of those plugins, without their `--`: flags, those with a value, and those that may have one.

A project puts them into `addopts`; here they are known, and have no effect."""


class Hooks:
    """Hooks of pytest-benchmark that a conftest.py may implement; nobody calls them."""

    def pytest_benchmark_scale_unit(
        self, config: Any, unit: Any, benchmarks: Any, best: Any, worst: Any, sort: Any
    ) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_generate_machine_info(self, config: Any) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_update_machine_info(self, config: Any, machine_info: Any) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_generate_commit_info(self, config: Any) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_update_commit_info(self, config: Any, commit_info: Any) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_group_stats(self, config: Any, benchmarks: Any, group_by: Any) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_generate_json(
        self, config: Any, benchmarks: Any, include_data: Any, machine_info: Any, commit_info: Any
    ) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_update_json(self, config: Any, benchmarks: Any, output_json: Any) -> None:
        """Of pytest-benchmark."""

    def pytest_benchmark_compare_machine_info(
        self, config: Any, benchmarksession: Any, machine_info: Any, compared_benchmark: Any
    ) -> None:
        """Of pytest-benchmark."""


MARKERS = ("benchmark", "codspeed_benchmark", "no_cover", "xdist_group", "flaky", "random_order")
"""Markers of those plugins, which `--strict-markers` would refuse."""


def stand_ins() -> list[ModuleType]:
    """Return empty plugins under the names of those that are off: a project's `-p NAME` then imports none of them.

    `-p no:NAME` would not do: the project's own option counts more, and needs the plugin to be installed.
    """
    return [ModuleType(name) for name in OFF]

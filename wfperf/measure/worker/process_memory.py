"""The memory of processes that run: watched from outside, with all that they have started."""

from __future__ import annotations

import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

SAMPLING_S = 0.001
"""Time between two looks; they take place beside a run that is not timed."""


class MemoryWatch:
    """Looks at the memory of a process and its descendants, again and again.

    Of a single process, the system keeps the peak itself. Of several, memory that they share must count once.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._peak_bytes = 0
        self._thread: threading.Thread | None = None

    def start(self, pid: int) -> None:
        """Watch until `stop` is called."""
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def peak_bytes(self, largest_bytes: int) -> int | None:
        """Return the peak, given the largest process as the system tells it; None if it is not known.

        That number begins at the memory of the process that started the command, which is this one: where it is not
        more than that, only what was seen is known. The command may have ended before it was seen.
        """
        ours = bytes_of(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        peak_bytes = max(self._peak_bytes, largest_bytes) if largest_bytes > ours else self._peak_bytes
        return peak_bytes or None

    def _watch(self, pid: int) -> None:
        while True:
            processes = [*_descendants(pid)]
            seen = _field(pid, "status", b"VmHWM:") if len(processes) == 1 else sum(map(_proportional, processes))
            self._peak_bytes = max(self._peak_bytes, seen)
            if self._stopped.wait(SAMPLING_S):
                return


def _descendants(pid: int) -> Iterator[int]:
    """Yield a process and all that it has started, directly or not, as far as they still run."""
    yield pid
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - pathlib would only be imported for it
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as children:  # noqa: PTH123
                for child in children.read().split():
                    yield from _descendants(int(child))


def _proportional(pid: int) -> int:
    """Return the memory of a process, of which each page that others share counts in part."""
    return _field(pid, "smaps_rollup", b"Pss:")


def _field(pid: int, file: str, name: bytes) -> int:
    """Return a number of kibibytes in a file about a process, in bytes; 0 if the process has ended."""
    with suppress(OSError), open(f"/proc/{pid}/{file}", "rb") as lines:  # noqa: PTH123
        for line in lines:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


def bytes_of(maxrss: int) -> int:
    """Return ru_maxrss in bytes: macOS tells bytes, other systems kibibytes."""
    return maxrss if sys.platform == "darwin" else maxrss * 1024

"""The program `wfperf`, which is `python -m wfperf`, from its first line on, with the standard library alone.

Python leaves with 1 where an import fails, which is wfperf's word for a regression.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from typing import NoReturn

from wfperf.errors import ExitCode, missing_dependency
from wfperf.interrupts import repeat_swallowed_interrupts


def main() -> None:
    """Run the command line; where it cannot even be imported, say why and leave with the exit code for that."""
    repeat_swallowed_interrupts()  # before the long imports, in whose callbacks one would be lost
    try:
        from wfperf.cli import main as run  # noqa: PLC0415 - so that what it needs may be missing
    except KeyboardInterrupt:
        _leave("wfperf: error: interrupted", ExitCode.INTERRUPTED)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is no verdict
        if missing := missing_dependency(error):
            _leave(f"wfperf: error: {missing}", missing.exit_code)
        what = " ".join("".join(traceback.format_exception_only(error)).split())
        told = "".join(traceback.format_exception(error))
        _leave(f"wfperf: internal error: {what} (wfperf cannot be imported)\n{told}", ExitCode.DEFECT)
    run()


def _leave(message: str, code: int) -> NoReturn:
    with suppress(OSError, AttributeError):  # the stream is closed, or was so from the start
        sys.stderr.write(f"{message.rstrip()}\n")
        sys.stderr.flush()
    sys.exit(int(code))


if __name__ == "__main__":
    main()

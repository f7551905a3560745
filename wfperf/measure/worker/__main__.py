"""Load the folder as a package with a unique name, remove it from sys.path, and start the worker."""

import importlib
import importlib.util
import os
import sys

PACKAGE = "_wfperf_worker"
"""A unique name: the variant may import wfperf, even another version of it."""


def main() -> None:
    """Run the worker."""
    folder = sys.path.pop(0)  # the interpreter put it there; its modules could be taken for the variant's
    init = os.path.join(folder, "__init__.py")  # noqa: PTH118 - pathlib would only be imported for it
    spec = importlib.util.spec_from_file_location(PACKAGE, init, submodule_search_locations=[folder])
    assert spec is not None  # noqa: S101 - it is a Python file
    assert spec.loader is not None  # noqa: S101
    sys.modules[PACKAGE] = package = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    importlib.import_module(f"{PACKAGE}.process").main()


if __name__ == "__main__":
    main()

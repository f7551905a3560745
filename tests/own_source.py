"""A copy of wfperf's own source to be changed, and changes that make the built-in engine do more."""

from __future__ import annotations

import shutil
from pathlib import Path

from processes import ROOT
from repositories import Repo

EXTRA_STATEMENT = (
    "wfperf/engine/workflow.py",
    "process_guid = self.buffer.process_guid(entry, guid, archetype)",
    'self.db.value("SELECT 1"); process_guid = self.buffer.process_guid(entry, guid, archetype)',
)
REBUILT_TABLE = (
    "wfperf/engine/seams/dispatch.py",
    "return {name: node(engine).execute for name, node in NODE_TYPES.items()}.__getitem__",
    "return original(engine)",
)


def own_source(folder: Path) -> Repo:
    """Return a folder, made if it is missing, with the part of wfperf's source that runs; git is not used."""
    for part in ("wfperf", "sql"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return Repo(folder)

"""What a gate holds against what: revisions, and files with a baseline."""

from __future__ import annotations

from dataclasses import dataclass

WORKING_TREE = "."
"""The name of the working tree as it stands, where a revision is asked for."""

SHORT = 9
"""As many characters of a commit's id as git shows of a large repository."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of a repository.

    Args:
        name: as it was asked for, such as `main`, `HEAD~1` or a commit's id; `.` is the working tree.
        commit: the full id of its commit, of the working tree that of HEAD. Files of before schema version 5 have the
            beginning of it.
        dirty: whether it is the working tree with changes, or new files, that this commit does not hold.
        subject: the first line of the commit's message, where commits are tried one after the other; else empty.
    """

    name: str
    commit: str
    dirty: bool = False
    subject: str = ""

    @property
    def is_working_tree(self) -> bool:
        """Whether it is the working tree as it stood."""
        return self.name == WORKING_TREE

    @property
    def short(self) -> str:
        """The beginning of its commit's id, as it is shown."""
        return self.commit[:SHORT]

    def __str__(self) -> str:
        """Return what a reader calls it: as it was named, and its short id."""
        if self.is_working_tree:
            return f"the working tree on {self.short}"
        if self.subject:
            return f"{self.short} {self.subject}"
        return self.short if self.commit.startswith(self.name) else f"{self.name} ({self.short})"


@dataclass(frozen=True, slots=True)
class SavedBaseline:
    """A baseline's file, by its path."""

    file: str

    def __str__(self) -> str:
        return self.file

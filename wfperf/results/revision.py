"""What a gate compares: revisions and baseline files."""

from __future__ import annotations

from dataclasses import dataclass

WORKING_TREE = "."
"""The name that stands for the working tree where a revision is expected."""

SHORT = 9
"""Characters of a short commit id; as many as git shows in a large repository."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of a repository.

    Args:
        name: name as the user gave it, such as `main`, `HEAD~1` or a commit id; `.` is the working tree.
        commit: full id of its commit; for the working tree, that of HEAD. Files before schema version 5 have
            a short id.
        dirty: whether it is the working tree, with changes or new files that the commit does not contain.
        subject: first line of the commit message, in a bisection; else empty.
    """

    name: str
    commit: str
    dirty: bool = False
    subject: str = ""

    @property
    def is_working_tree(self) -> bool:
        """Whether it is the working tree."""
        return self.name == WORKING_TREE

    @property
    def short(self) -> str:
        """The short id of its commit."""
        return self.commit[:SHORT]

    def __str__(self) -> str:
        """Return its name and short id, as text for readers."""
        if self.is_working_tree:
            return f"the working tree on {self.short}"
        if self.subject:
            return f"{self.short} {self.subject}"
        return self.short if self.commit.startswith(self.name) else f"{self.name} ({self.short})"


@dataclass(frozen=True, slots=True)
class SavedBaseline:
    """A baseline file, by its path."""

    file: str

    def __str__(self) -> str:
        return self.file

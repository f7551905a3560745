"""Source trees of git revisions: checked out beside the user's own, prepared, and removed."""

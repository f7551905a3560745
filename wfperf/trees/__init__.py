"""Source trees of git revisions, side by side: checked out beside the user's own, prepared, and removed."""

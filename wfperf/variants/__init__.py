"""Where variants differ: revisions, checked out and removed; environments, made and kept."""

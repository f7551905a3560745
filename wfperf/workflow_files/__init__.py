"""Workflows as files that people read, and their way into a database and out of it."""

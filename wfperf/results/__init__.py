"""Frozen result models, their schema version, and how they are written."""

"""Subjects in processes of their own, timed in turn by one coordinator; and their work counted."""

"""The workflow engine. It imports nothing that measures."""

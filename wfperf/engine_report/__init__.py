"""What the engine's own commands show: runs, graphs, what was seeded."""

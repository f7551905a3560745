"""What the engine's own commands show: runs, graphs, checked definitions, what was seeded."""

"""Writes: each command judges, then changes the record in one unit of work, or refuses by name."""

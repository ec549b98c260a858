"""Workflows as data: states, who may do what in which, what must hold, and where it leads."""

"""Writes, one module per noun; `schema.root` puts them together."""

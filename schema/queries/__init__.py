"""Root fields, one module per group of nouns; `schema.root` puts them together."""

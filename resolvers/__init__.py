"""The use cases: plain async functions from a context and arguments to rows."""

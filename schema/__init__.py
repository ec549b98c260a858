"""The contract: GraphQL types and fields; no SQL and no law."""

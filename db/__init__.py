"""The record: tables, queries and the ways data gets in; knows nothing above."""

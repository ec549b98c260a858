"""Measurements that belong to a decision; run by hand, never by the tests."""

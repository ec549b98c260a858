"""Where the demo's own data lie inside the installed package."""

from pathlib import Path

OVERLAY = Path(__file__).parent / "overlay"
"""What the division package lacks: nodes, fund parents, and the changes since 2019."""
PUBLISHED = Path(__file__).parent / "published"
"""A bundle folder of published allocations and targets, each with its source."""

"""Warnings of the search index."""

from __future__ import annotations


def warn(event: str, **values: object) -> None:
    """Log a warning."""
    # Imported for a warning alone: it takes longer than opening the index, which every start of the window waits for.
    import structlog

    structlog.get_logger().warning(event, **values)

"""What the services that write customers answer with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: the change to undo (None when nothing differed), the customers, and their number."""

    change_id: str | None
    ids: tuple[str, ...] = ()
    count: int = 0

"""What is told while data moves, and when it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["reading", "uploading", "first_sync", "verifying"]


@dataclass(frozen=True, slots=True)
class MovingProgress:
    """How far it is: rows while uploading and verifying, bytes of the first sync; `total` 0 while unknown."""

    stage: Stage
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class MovingReport:
    """What has moved."""

    rows: int
    tables: int


@dataclass(frozen=True, slots=True)
class Target:
    """A database at an address: its organisation's name, its customers, and whether there is nothing in it yet.

    `resumable`: an upload of this computer's data was begun and can go on.
    """

    name: str
    customers: int
    empty: bool
    resumable: bool = False


Hear = Callable[[MovingProgress], None]

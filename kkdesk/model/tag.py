"""A tag that customers can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEFAULT_COLOUR: Final = "#3B82F6"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. `count` is the number of customers that have it, where it was asked for."""

    id: str
    name: str
    colour: str = DEFAULT_COLOUR
    description: str = ""
    count: int = 0

"""The web CRM's test vectors (tests/data/vectors, explained in their README)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "data" / "vectors"

Vector = dict[str, Any]


def vectors(family: str, *functions: str) -> list[Vector]:
    """Entries of one file, or those of them whose input names one of `functions`. Never an empty list."""
    entries: list[Vector] = json.loads((_FOLDER / f"{family}.json").read_text("utf-8"))
    chosen = [entry for entry in entries if not functions or entry["input"].get("fn") in functions]
    assert chosen, f"no vectors of {family} {functions}"
    return chosen


def name(vector: Vector) -> str:
    """What pytest shows for one entry."""
    return str(vector["name"])[:60]

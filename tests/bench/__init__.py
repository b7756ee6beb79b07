"""Measures, as ratios taken in one run: `python3 dev.py bench [MEASURE ...] [--customers N] [--json FILE]`.

A measure is a module of this package with `measure(context: Context) -> dict[str, float | int | str]`. It takes its
own figure and the plain one beside it turn about, so that a machine whose speed drifts is unfair to neither, and gives
medians or the best of several rounds (it says which). `Context.profile` is a profile of `context.customers` sample
customers, made once and not to be written to: copy it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Context:
    """What a measure works with."""

    customers: int
    profile: Path
    #: For whatever a measure writes.
    scratch: Path

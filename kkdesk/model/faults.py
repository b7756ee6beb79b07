"""Faults of the program itself, as the log keeps them."""

from __future__ import annotations

import traceback


def fault_place(error: BaseException) -> str:
    """What was raised and where, e.g. `KeyError at merge:12 < render:34`; never its text, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return f"{type(error).__name__} at {' < '.join(f'{frame.name}:{frame.lineno}' for frame in reversed(frames))}"

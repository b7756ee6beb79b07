"""A limit that work cannot outlast: nothing of it goes on once its caller is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

#: Seconds that cancelled work has to tidy up before it is cancelled again: what it waits for then may stand still, too.
TIDYING: Final = 0.5


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which is at its end when this returns or raises.

    Raises `TimeoutError` when it had to be cancelled, and what it raises itself.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        while not task.done():
            # `asyncio.timeout` would cancel it once, and wait for whatever it does then.
            task.cancel()
            await asyncio.wait({task}, timeout=TIDYING)
    if task.cancelled():
        raise TimeoutError
    return task.result()

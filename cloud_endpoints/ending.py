"""Hearing that the server is to end while it still answers.

An ASGI server tells the application only when every request has been answered. A worker that is sending has to hear of
it before, so that its request is answered soon.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def told_to_end(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop`, in the running loop, when the process is told to end; whoever heard that before still does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Signals are the main thread's; whoever serves elsewhere ends it otherwise.
        return
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in _SIGNALS}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        known = before[signal.Signals(number)]
        if callable(known):
            known(number, frame)

    for number in _SIGNALS:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)

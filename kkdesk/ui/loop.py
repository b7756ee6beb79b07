"""The event loop of the window: Qt's own, speaking asyncio."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import qasync
from PySide6.QtWidgets import QApplication

#: Threads for `asyncio.to_thread`; the database brings its own.
_THREADS = 4


def make_loop(app: QApplication) -> asyncio.AbstractEventLoop:
    """A loop for `asyncio.Runner(loop_factory=...)`.

    Its threads are Python's and started one by one when needed: qasync's default starts ten QThreads at once.
    """
    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(app))
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="kkdesk-loop"))
    return loop

"""The process that builds the search index, seen from the one that started it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kkdesk.store.search_log import warn


class BuildProcess:
    """Runs `kkdesk.store.search_build` once."""

    def __init__(self, path: Path, source: Path, org_id: str) -> None:
        """`path` is the index, `source` the CRM's file."""
        self._command = [sys.executable, "-m", "kkdesk.store.search_build", str(path), str(source), org_id]
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._starting = threading.Lock()

    async def run(self, step: Callable[[int, int], None]) -> int:
        """Its exit code. `step` is called on the event loop with the customers done and their total."""
        loop = asyncio.get_running_loop()
        try:
            # A thread reads what it prints, because not every event loop can wait for a process.
            return await asyncio.to_thread(self._follow, lambda *numbers: loop.call_soon_threadsafe(step, *numbers))
        finally:
            self.stop()

    def stop(self) -> None:
        """End it; what it has written stays. May be called at any time."""
        with self._starting:
            self._stopped = True
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()

    def _follow(self, step: Callable[[int, int], object]) -> int:
        with self._starting:
            if self._stopped:  # between the asking for a thread and its coming
                return 0
            self._process = process = subprocess.Popen(  # noqa: S603 - our own module
                self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        with process:
            for line in process.stdout or ():
                done, _, total = line.partition(" ")
                step(int(done), int(total))
            said = process.stderr.read() if process.stderr else ""
        return self._ended(process.returncode, said)

    def _ended(self, code: int, said: str) -> int:
        if self._stopped:
            return 0
        if code:
            warn("search_index_process_failed", code=code, said=said[-500:])
        return code

"""The sync process, seen from the one that started it: asked, watched, and killed when it stands still."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from kkdesk.store.replica_file import size_of

#: Seconds without an answer, and without the file growing, after which the process is killed. That harms nothing.
DEADLINE: Final = 15.0
#: Seconds between two looks at how much has come.
_LOOK_SECONDS: Final = 0.2

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a request: the last frame the replica has (0: unknown), or trouble as the driver told it."""

    frames: int = 0
    trouble: str = ""
    text: str = ""


class SyncProcess:
    """One process that owns the driver. Started at the first request, and anew after it was killed."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        """`deadline` in seconds, see `DEADLINE`."""
        self._deadline = deadline
        self._process: subprocess.Popen[str] | None = None
        self._asking = asyncio.Lock()
        self._checked: Path | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    async def fetch(
        self, path: Path, url: str, token: str, *, progress: Callable[[int], None] | None = None
    ) -> Fetched:
        """Bring the replica at `path` up to date. `progress` hears the bytes that are on the disk.

        A file is looked through before it is continued for the first time.
        """
        async with self._asking:
            request = {"path": str(path), "url": url, "token": token, "check": self._checked != path}
            answer = await self._ask(json.dumps(request), path, progress)
            if answer.trouble == "ended" and not self._stopped:
                # It may have been killed, or have died, between two requests: that is no trouble of this one.
                answer = await self._ask(json.dumps(request), path, progress)
            self._checked = None if answer.trouble else path
            return answer

    def recheck(self) -> None:
        """Look the file through before it is continued: a reader has found it damaged."""
        self._checked = None

    def kill(self) -> None:
        """End the process at once. The next request starts another."""
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()

    async def close(self) -> None:
        """End the process and wait until it has. May be called twice."""
        self._stopped = True
        self.kill()
        if self._process is not None:
            await asyncio.to_thread(_reap, self._process)

    async def _ask(self, line: str, path: Path, progress: Callable[[int], None] | None) -> Fetched:
        answer = asyncio.ensure_future(asyncio.to_thread(self._exchange, line))
        loop = asyncio.get_running_loop()
        size, since = -1, loop.time()
        try:
            while True:
                await asyncio.wait({answer}, timeout=_LOOK_SECONDS)
                if answer.done():
                    return answer.result()
                now = await asyncio.to_thread(size_of, path)
                if now != size:
                    size, since = now, loop.time()
                    if progress is not None:
                        progress(now)
                elif loop.time() - since > self._deadline:
                    _log.warning("sync_killed", seconds=round(loop.time() - since, 1))
                    self.kill()
                    await asyncio.wait({answer})
                    return Fetched(trouble="offline", text="no answer")
        finally:
            if not answer.done():
                # Whoever asked has gone: an answer that comes now must not be taken for that to the next request.
                self.kill()
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.shield(asyncio.wait({answer}))

    def _exchange(self, line: str) -> Fetched:
        """On a thread: one request, one answer."""
        if self._stopped:
            return Fetched(trouble="offline", text="closed")
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the sync process has no pipes")
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            said = process.stdout.readline()
        except (OSError, ValueError):
            said = ""
        if not said:
            code = _reap(process)
            return Fetched(trouble="ended", text=f"the process ended with code {code}")
        answer: dict[str, Any] = json.loads(said)
        return Fetched(answer.get("frames", 0), answer.get("trouble", ""), answer.get("text", ""))

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            if self._process is not None:
                _reap(self._process)
            # Without a console window of its own on Windows.
            flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kkdesk.store.sync_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                creationflags=flags,
            )
        return self._process


def _reap(process: subprocess.Popen[str]) -> int:
    """Make sure that nothing is left of a process; its exit code."""
    if process.poll() is None:
        process.kill()
    code = process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            # What was still to be written to it has nobody to read it.
            with contextlib.suppress(OSError):
                pipe.close()
    return code

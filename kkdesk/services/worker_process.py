"""The worker as a child process of the window: started, watched, ended with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)

#: Seconds that mails in flight get to finish before the process is ended by force; the journal then says which.
GRACE_SECONDS = 20.0
#: Seconds before a worker that ended by itself is started again: longer each time in a row, up to the last.
_RESTART_SECONDS = (1.0, 2.0, 5.0, 15.0, 60.0)
_HEALTHY_SECONDS = 120.0


def worker_command(profile: Path) -> Sequence[str]:
    """How to start a worker of this very program, from source or frozen."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "kkdesk"]
    return [*program, "--data", str(profile), "worker", "--while-stdin-open"]


class WorkerProcess:
    """One worker process. It is started again when it ends by itself, and ends when the window does."""

    def __init__(
        self,
        profile: Path,
        env: Mapping[str, str] = os.environ,
        *,
        secrets: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """`profile` is the folder; starts nothing yet. `secrets` are those that it cannot find in the keyring."""
        self._secrets = secrets
        self._profile = profile
        self._env = env
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the process is there now."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """Its process id, while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    async def start(self) -> None:
        """Start it, if it is not running, and keep it running. Raises `OSError` when it cannot be started."""
        if self._keeper is not None and not self._keeper.done():
            return
        await self._launch()
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """End it: mails in flight are finished if that takes no longer than `grace` seconds."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            # Its signal to end, on every platform.
            process.stdin.close()
        try:
            async with asyncio.timeout(grace):
                await process.wait()
        except TimeoutError:
            _log.warning("worker_killed", pid=process.pid)
            process.kill()
            await process.wait()

    async def restart(self) -> None:
        """End it and start it anew, for instance with changed settings. Raises `OSError`."""
        await self.stop()
        await self.start()

    async def _launch(self) -> None:
        # Without a console window of its own on Windows.
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self._process = await asyncio.create_subprocess_exec(
            *worker_command(self._profile),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=dict(self._env),
            creationflags=flags,
        )
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):  # It has ended already, and is started again.
                self._process.stdin.write(json.dumps(dict(self._secrets())).encode() + b"\n")
                await self._process.stdin.drain()
        _log.info("worker_started", pid=self._process.pid)

    async def _keep(self) -> None:
        """Start the process again whenever it ends by itself."""
        loop = asyncio.get_running_loop()
        failures = 0
        while self._process is not None:
            began = loop.time()
            code = await self._process.wait()
            failures = 0 if loop.time() - began > _HEALTHY_SECONDS else failures + 1
            _log.warning("worker_ended", code=code)
            while True:
                await asyncio.sleep(_RESTART_SECONDS[min(failures, len(_RESTART_SECONDS) - 1)])
                try:
                    await self._launch()
                    break
                except OSError as error:
                    # No memory for it, or the program is being replaced by its next version: that passes.
                    failures += 1
                    _log.warning("worker_not_started", error=type(error).__name__)

"""The send queue as the window sees it: its state in the status bar, and a worker process while there is work."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kkdesk.ui.changes import Kinds

if TYPE_CHECKING:
    from kkdesk.ui.shell import Shell
    from kkdesk.ui.status_bar import StatusBar

#: A worker that has ended although there was work is not started again sooner than this.
_RESTART_SECONDS = 30.0
_CONCERNED: Kinds = frozenset({"mail", "campaigns", "settings"})


class WorkerProcess:
    """`kkdesk worker` as a child of the window. It ends, its mails in flight finished, when the window does."""

    def __init__(self, folder: Path) -> None:
        """Starts nothing yet."""
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._started = float("-inf")

    @property
    def is_running(self) -> bool:
        """Whether our worker lives."""
        return self._process is not None and self._process.poll() is None

    def ensure(self) -> None:
        """Start a worker unless ours lives or has just ended. Blocks for the few milliseconds of a spawn."""
        if self.is_running or time.monotonic() - self._started < _RESTART_SECONDS:
            return
        self._started = time.monotonic()
        command = [sys.executable, "-m", "kkdesk", "worker", "--while-stdin-open", "--data", str(self._folder)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command,
            stdin=subprocess.PIPE,
            stdout=quiet,
            stderr=quiet,
            # Windows would open a console for it.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def let_go(self) -> None:
        """Tell the worker to end once its mails in flight are done; does not wait for that."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


class QueueWatch(QObject):
    """Shows the queue in the status bar after every change, and sees to it that somebody sends."""

    def __init__(self, shell: Shell, status: StatusBar, worker: WorkerProcess) -> None:
        """`look` does the first look."""
        super().__init__(status)
        self._shell = shell
        self._status = status
        self._worker = worker
        self._stale = False
        self._looking: asyncio.Task[None] | None = None
        shell.bus.changed.connect(self._changed)

    def look(self) -> None:
        """Ask the queue now, or once more when the question under way is answered."""
        self._stale = True
        if self._looking is None or self._looking.done():
            self._looking = self._shell.start(self._look())

    def _changed(self, kinds: Kinds) -> None:
        if kinds & _CONCERNED:
            self.look()

    async def _look(self) -> None:
        while self._stale:
            self._stale = False
            overview = await self._shell.workspace.queue_progress.overview()
            self._status.show_queue(overview.pending, overview.unconfirmed)
            if overview.jobs:
                self._worker.ensure()

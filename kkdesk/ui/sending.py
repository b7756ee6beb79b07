"""The send queue as the window sees it: its state in the status bar, and a worker process while there is work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from kkdesk.services.worker_process import WorkerProcess
    from kkdesk.ui.changes import Kinds
    from kkdesk.ui.shell import Shell
    from kkdesk.ui.status_bar import StatusBar

_CONCERNED: Kinds = frozenset({"mail", "campaigns", "settings"})


class Sender:
    """The window's worker, started when there is something to send or a mailbox to read, and not before."""

    def __init__(self, folder: Path, secrets: Callable[[], Mapping[str, str]] = dict) -> None:
        """`folder` is the profile's; `secrets` are those of this session alone."""
        self._folder = folder
        self._secrets = secrets
        self._worker: WorkerProcess | None = None

    async def start(self) -> None:
        """See that the worker runs."""
        if self._worker is None:
            from kkdesk.services.worker_process import WorkerProcess

            self._worker = WorkerProcess(self._folder, secrets=self._secrets)
        await self._worker.start()

    async def renew(self) -> None:
        """Let a running worker begin anew, with other settings."""
        if self._worker is not None and self._worker.running:
            await self._worker.restart()

    async def stop(self) -> None:
        """End the worker; mails in flight are finished first."""
        if self._worker is not None:
            await self._worker.stop()


class QueueWatch(QObject):
    """Shows the queue in the status bar after every change, and sees to it that somebody sends."""

    def __init__(self, shell: Shell, status: StatusBar, sender: Sender) -> None:
        """`look` does the first look."""
        super().__init__(status)
        self._shell = shell
        self._status = status
        self._sender = sender
        self._stale = False
        self._looking: asyncio.Task[None] | None = None
        shell.bus.changed.connect(self._changed)

    def look(self) -> None:
        """Ask the queue now, or once more when the question under way is answered."""
        self._stale = True
        if self._looking is None or self._looking.done():
            self._looking = self._shell.start(self._look())

    def settings_changed(self) -> None:
        """The worker read its settings when it began."""
        self._shell.start(self._sender.renew())

    def _changed(self, kinds: Kinds, initiator: QObject | None) -> None:
        # Another process's writes are told as changes of every kind; what changes the settings is a page of ours.
        if "settings" in kinds and initiator is not None:
            self.settings_changed()
        if kinds & _CONCERNED:
            self.look()

    async def _look(self) -> None:
        while self._stale:
            self._stale = False
            workspace = self._shell.workspace
            overview = await workspace.queue_progress.overview()
            self._status.show_queue(overview.pending, overview.unconfirmed)
            # What came back is read also while nothing is sent.
            if overview.jobs or workspace.settings.text("BOUNCE_IMAP_HOST"):
                await self._sender.start()

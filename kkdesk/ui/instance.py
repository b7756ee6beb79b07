"""One window per profile: a second start brings the first one to the front and ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull, InvalidInput, ProfileInUse
from kkdesk.store.disk_room import is_full

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_RAISE = b"raise\n"
_RAISED = b"raised\n"
_ANSWER_MS = 3_000
_KEPT = Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed.")


class Instance:
    """The right to show a window for one profile. A lock file of a process that was killed is taken over."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the profile's."""
        self._folder = folder
        # Socket names are short and shared by all users of the computer.
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()
        self._name = f"kkdesk-{digest[:24]}"
        self._lock = QLockFile(str(folder / "window.lock"))
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None
        #: Whether `claim` has brought the window to the front that has the profile.
        self.raised_other = False

    def claim(self) -> None:
        """Take the profile, or raise the window that has it.

        Raises `ProfileInUse` when there is one, `InvalidInput` or `DiskFull` when the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_writable(self._folder) from error
        if self._lock.tryLock(0):
            return
        if self._lock.error() != QLockFile.LockError.LockFailedError:
            raise _not_writable(self._folder)
        self.raised_other = self._raise_other()
        raise _in_use(self._folder, raised=self.raised_other)

    def listen(self, raise_window: Callable[[], None]) -> None:
        """From now on a second start calls `raise_window`."""
        from PySide6.QtNetwork import (
            QLocalServer,  # not needed before the window is shown
        )

        if self._server is not None:
            self._server.close()  # else its end would take away the new one's socket
        QLocalServer.removeServer(self._name)  # left behind by a process that was killed
        server = QLocalServer()
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(lambda: self._asked(raise_window))
        server.listen(self._name)
        self._server = server

    @property
    def address(self) -> str:
        """Where a second start is heard; empty while nobody listens."""
        return self._server.fullServerName() if self._server is not None else ""

    def release(self) -> None:
        """Let others have the profile. May be called twice."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _asked(self, raise_window: Callable[[], None]) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            raise_window()
            socket.write(_RAISED)
            socket.flush()
            # Whoever asked hangs up: what is unread at a hang-up of ours would be lost.
            socket.disconnected.connect(socket.deleteLater)

    def _raise_other(self) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_ANSWER_MS):
            return False
        socket.write(_RAISE)
        socket.waitForBytesWritten(_ANSWER_MS)
        # The answer may have come while the question was still being written.
        while socket.bytesAvailable() < len(_RAISED) and socket.waitForReadyRead(_ANSWER_MS):
            pass
        return socket.readAll().data() == _RAISED


def _in_use(folder: Path, *, raised: bool) -> ProfileInUse:
    if raised:
        next_step = Bilingual("Το παράθυρό του ήρθε μπροστά.", "Its window has been brought to the front.")
    else:
        next_step = Bilingual(
            "Το παράθυρό του δεν απαντά: περιμένετε λίγο ή κλείστε το και ξεκινήστε ξανά.",
            "Its window does not answer: wait a little, or close it and start again.",
        )
    return ProfileInUse(
        Bilingual(
            f"Το KK Desk είναι ήδη ανοιχτό με αυτά τα δεδομένα ({folder}).",
            f"KK Desk is already open with this data ({folder}).",
        ),
        kept=_KEPT,
        next_step=next_step,
    )


def _not_writable(folder: Path) -> InvalidInput | DiskFull:
    if is_full(folder):
        return DiskFull(
            Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."),
            kept=_KEPT,
            next_step=Bilingual("Ελευθερώστε χώρο και ξεκινήστε ξανά.", "Free some space and start again."),
        )
    return InvalidInput(
        Bilingual(
            f"Ο φάκελος δεδομένων δεν είναι εγγράψιμος: {folder}",
            f"The data folder cannot be written: {folder}",
        ),
        kept=_KEPT,
        next_step=Bilingual(
            "Δώστε δικαιώματα εγγραφής ή επιλέξτε άλλον φάκελο με --data.",
            "Allow writing to it, or choose another folder with --data.",
        ),
    )

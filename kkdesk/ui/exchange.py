"""The exchange with the company's database as the window follows it: one object per window, a signal per new state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from kkdesk.model.change import Guard
    from kkdesk.model.sync_state import KeptConflict, SentChange, SyncState, WaitingChange
    from kkdesk.services.synchronisation import Decision
    from kkdesk.workspace import Workspace


class Synchroniser(Protocol):
    """What the window needs of `kkdesk.services.synchronisation.Synchronisation`."""

    @property
    def state(self) -> SyncState:
        """The exchange as it is now."""
        ...

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        """Tell `listener` of each new state, on the loop's thread; the answer ends it."""
        ...

    async def sync_now(self) -> None:
        """Deliver what waits and fetch what is new."""
        ...

    async def waiting(self, limit: int = 500) -> list[WaitingChange]:
        """What has not been delivered, the oldest first."""
        ...

    async def conflicts(self, limit: int = 500) -> list[KeptConflict]:
        """What waits for a decision, the oldest first."""
        ...

    async def sent(self, limit: int = 200) -> list[SentChange]:
        """What was delivered or given up, the newest first."""
        ...

    async def settle(self, change_id: str, decisions: Mapping[Guard, Decision]) -> None:
        """Carry out what was decided."""
        ...

    async def retry(self, change_id: str) -> None:
        """Deliver a refused change once more."""
        ...

    async def give_up(self, change_id: str) -> None:
        """Drop a change."""
        ...

    def foreground(self, active: bool) -> None:  # noqa: FBT001 - the service's signature
        """Whether the program has the focus."""
        ...

    async def use_token(self, token: str) -> None:
        """Keep a new token, and go on with it."""
        ...


class Exchange(QObject):
    """Follows a `Synchroniser` and tells it whether somebody looks. Without one the data lies on this computer."""

    #: What is said of the exchange may have changed; ask `state`.
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Follows nothing yet."""
        super().__init__(parent)
        self.service: Synchroniser | None = None
        #: Without a service: the data is this computer's own, and not a replica that another process keeps.
        self.is_local = True
        self._end: Callable[[], None] | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._look)

    @property
    def state(self) -> SyncState | None:
        """The exchange as it is now; None: this process has no part in one."""
        return None if self.service is None else self.service.state

    def follow_workspace(self, workspace: Workspace) -> None:
        """Follow what `workspace` has."""
        from kkdesk.store.local import LocalDatabase

        self.follow(workspace.synchronisation, is_local=isinstance(workspace.db, LocalDatabase))

    def follow(self, service: Synchroniser | None, *, is_local: bool = False) -> None:
        """Follow `service` in place of the one before."""
        self.end()
        self.service = service
        self.is_local = is_local and service is None
        if service is not None:
            self._end = service.subscribe(lambda _state: self.changed.emit())
            service.foreground(QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive)
        self.changed.emit()

    def end(self) -> None:
        """Follow nothing any more. May be called twice."""
        if self._end is not None:
            self._end()
            self._end = None
        self.service = None

    def _look(self, state: Qt.ApplicationState) -> None:
        if self.service is not None:
            self.service.foreground(state == Qt.ApplicationState.ApplicationActive)

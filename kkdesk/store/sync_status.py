"""The state of the exchange with the company's database, and telling whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kkdesk.model.sync_state import SyncState

Listener = Callable[[SyncState], None]


class SyncStatus:
    """One state; listeners hear each new one, on the event loop's thread."""

    def __init__(self) -> None:
        self.state = SyncState()
        self._listeners: list[Listener] = []

    def update(self, **changes: Any) -> None:
        """Change fields of the state. Nobody is told when nothing differs."""
        state = replace(self.state, **changes)
        if state != self.state:
            self.state = state
            for listener in tuple(self._listeners):
                listener(state)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of each new state; the answer ends it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

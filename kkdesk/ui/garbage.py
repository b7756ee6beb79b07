"""Cyclic garbage is collected in the window's thread only.

Python collects cycles in whichever thread happens to allocate. A widget or model that lies in a cycle would then be
destroyed by a database thread, and Qt crashes when an object dies in another thread than its own (tried: a
segmentation fault in most runs of the window's tests).
"""

from __future__ import annotations

import gc
from types import TracebackType

from PySide6.QtCore import QObject, QTimer

_TICK_MS = 1_000


class WindowThreadCollector(QObject):
    """Between `with` and its end, Python collects on a timer of this thread and never by itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def __enter__(self) -> WindowThreadCollector:
        gc.disable()
        # Modules live as long as the program: not to look at them again keeps each collection at a few milliseconds.
        gc.freeze()
        self._timer.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def tick(self) -> None:
        """Collect the oldest generation that is due, as Python would have."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

"""Cyclic garbage is collected by a timer of the window's thread, and never by chance.

Python collects cycles wherever something happens to be allocated. Two things go wrong then, both tried:
- in a database thread, a widget that lies in a cycle dies there, and Qt crashes;
- inside the destructor of a Qt object, which holds a lock of Qt while PySide asks Python for an override, another Qt
  object dies and waits for the same lock: the process stands still for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_TICK_MS = 1_000


class WindowThreadCollector(QObject):
    """Once made, Python collects when this says so, until the process ends."""

    def __init__(self, parent: QObject) -> None:
        """`parent` is the application."""
        super().__init__(parent)
        gc.disable()
        # Modules live as long as the program: not to look at them again keeps each collection at a few milliseconds.
        gc.freeze()
        self._thresholds = gc.get_threshold()
        timer = QTimer(self)
        timer.setInterval(_TICK_MS)
        timer.timeout.connect(self.tick)
        timer.start()

    def tick(self) -> None:
        """Collect the oldest generation that is due, as Python would have."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

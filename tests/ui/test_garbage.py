"""Qt objects die in the window's thread, and only when it is safe."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from kkdesk.ui.garbage import WindowThreadCollector


class _Knot(QObject):
    """Refers to itself, so that only the cyclic collector can free it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_neither_threads_nor_allocations_collect(qapp: QApplication) -> None:
    collector = qapp.findChild(WindowThreadCollector)
    assert isinstance(collector, WindowThreadCollector)
    knot = weakref.ref(_Knot())
    kept: list[list[int]] = []

    def allocate() -> None:
        kept.extend([at] for at in range(100_000))

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    allocate()
    assert not gc.isenabled()
    assert knot() is not None
    collector.tick()
    assert knot() is None


def test_a_tick_with_nothing_due_leaves_things_alone(qapp: QApplication) -> None:
    collector = qapp.findChild(WindowThreadCollector)
    assert isinstance(collector, WindowThreadCollector)
    gc.collect()
    knot = weakref.ref(_Knot())
    collector.tick()
    assert knot() is not None
    gc.collect()
    assert knot() is None

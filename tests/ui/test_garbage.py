"""Qt objects die in the window's thread."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from kkdesk.ui.garbage import WindowThreadCollector


class _Knot(QObject):
    """Refers to itself, so that only the cyclic collector can free it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def _allocate(kept: list[list[int]]) -> None:
    kept.extend([at] for at in range(100_000))


def test_another_thread_never_collects_while_the_window_is_open() -> None:
    with WindowThreadCollector() as collector:
        knot = weakref.ref(_Knot())
        kept: list[list[int]] = []
        thread = threading.Thread(target=_allocate, args=(kept,))
        thread.start()
        thread.join()
        assert knot() is not None
        collector.tick()
        assert knot() is None


def test_python_collects_by_itself_again_afterwards() -> None:
    before = gc.isenabled()
    gc.disable()
    with WindowThreadCollector():
        assert not gc.isenabled()
    assert gc.isenabled()
    if not before:
        gc.disable()

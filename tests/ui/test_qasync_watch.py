"""PySide6 and qasync as a pair: design fact 8, watched.

PySide6 6.12.0 on CPython below 3.12 loses a reference to None at every Qt call that returns nothing; the process
aborts after some 10,000 callbacks of qasync. The pin in pyproject.toml keeps it away, and this keeps the pin honest.
"""

from __future__ import annotations

import asyncio
import sys

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from tests.ui.conftest import Run

_TURNS = 20_000


def test_twenty_thousand_turns_of_the_loop_lose_no_reference_to_none(run: Run) -> None:
    async def go() -> int:
        before = sys.getrefcount(None)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        return before - sys.getrefcount(None)

    # Since 3.12 None is immortal and its count does not move.
    assert abs(run(go())) < _TURNS // 10


def test_qt_calls_that_return_nothing_lose_no_reference_to_none(qapp: object) -> None:
    label, timer = QLabel(), QObject()
    before = sys.getrefcount(None)
    for _ in range(2_000):
        label.setEnabled(True)
        timer.killTimer(timer.startTimer(1_000_000))
    assert abs(before - sys.getrefcount(None)) < 200


def test_an_awaiting_finally_runs_when_the_loop_ends(run: Run) -> None:
    async def go() -> list[str]:
        steps: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                steps.append("put away")

        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait((task,))
        return steps

    assert run(go()) == ["put away"]


def test_a_thread_can_wake_the_loop(run: Run) -> None:
    async def go() -> list[int]:
        return list(await asyncio.gather(*(asyncio.to_thread(pow, n, 2) for n in range(50))))

    assert run(go()) == [n * n for n in range(50)]

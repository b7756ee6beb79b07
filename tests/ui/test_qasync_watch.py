"""PySide6 and qasync as a pair: design fact 8, watched.

PySide6 6.12.0 on CPython below 3.12 loses a reference to None at every Qt call that returns nothing; the process
aborts after some 10,000 callbacks of qasync. The pin in pyproject.toml keeps it away, and this keeps the pin honest.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from tests.ui.conftest import Run

# In a process of its own: the fault aborts the interpreter. Since Python 3.12 None is immortal, its count does not move.
_TURNS = """
import asyncio, sys
import qasync
from PySide6.QtWidgets import QApplication
async def turns():
    before = sys.getrefcount(None)
    for _ in range(20_000):
        await asyncio.sleep(0)
    return before - sys.getrefcount(None)
app = QApplication([])
with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
    print(runner.run(turns()))
"""
_CALLS = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel()
before = sys.getrefcount(None)
for _ in range(2_000):
    label.setEnabled(True)
    label.setText("a")
    label.killTimer(label.startTimer(1_000_000))
print(before - sys.getrefcount(None))
"""


@pytest.mark.parametrize("program", [_TURNS, _CALLS], ids=["20,000 turns of the loop", "calls that return nothing"])
def test_no_reference_to_none_is_lost(program: str) -> None:
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert abs(int(ended.stdout)) < 1_000


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

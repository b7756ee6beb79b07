"""Watch over the pin of PySide6: 6.12.0 loses a reference to None at every Qt call that returns nothing, and qasync
makes such a call at every turn of its loop; after some 10,000 turns the process aborts."""

from __future__ import annotations

import subprocess
import sys

_TURNS = """
import asyncio, sys
from PySide6.QtWidgets import QApplication
from kkdesk.ui.loop import make_loop

async def turn(times):
    for _ in range(times):
        await asyncio.sleep(0)

app = QApplication([])
with asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
    runner.run(turn(200))
    before = sys.getrefcount(None)
    runner.run(turn(20_000))
    print(sys.getrefcount(None) - before)
"""


def test_twenty_thousand_turns_of_the_loop_lose_no_reference() -> None:
    result = subprocess.run([sys.executable, "-c", _TURNS], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert abs(int(result.stdout)) < 500, "PySide6 miscounts None again: see pyproject.toml"

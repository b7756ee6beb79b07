"""From starting the program to a usable window, beside a bare PySide6 window; seconds, medians of whole processes."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from tests.bench import Context

_ROUNDS = 7
_BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.setCentralWidget(QLabel("KK Desk"))
window.resize(1366, 768)
window.show()
QTimer.singleShot(0, app.quit)
sys.exit(app.exec())
"""


def measure(context: Context) -> dict[str, float | int]:
    """The start on the profile of the context; its search index is built before, as on every day but the first."""
    profile = context.scratch / "start"
    shutil.copytree(context.profile, profile)
    program = [sys.executable, "-m", "kkdesk", "--data", str(profile), "--exit-when-ready"]
    bare = [sys.executable, "-c", _BARE]
    for command in (program, bare):
        _seconds(command)
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_seconds(program))
        theirs.append(_seconds(bare))
    start, plain = statistics.median(ours), statistics.median(theirs)
    return {
        "window_seconds": round(start, 3),
        "bare_seconds": round(plain, 3),
        "window_of_bare": round(start / plain, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True)
    return time.perf_counter() - began

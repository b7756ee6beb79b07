"""From starting the program to a usable window, beside a bare PySide6 window; seconds, medians of whole processes.

Usable: the first page shows its customers and is painted. The memory is the highest resident set of each process until
it has ended. Both run from bytecode, as whatever is installed does.
"""

from __future__ import annotations

import compileall
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import kkdesk
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
def ready():
    print("ready", flush=True)
    app.quit()
QTimer.singleShot(0, ready)
sys.exit(app.exec())
"""
# A small process starts what is measured: Linux counts the memory of whoever does in the child's maximum.
_METER = """
import os, sys, time
began = time.perf_counter()
heard, said = os.pipe()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, said, 1)])
os.close(said)
assert os.read(heard, 5) == b"ready"
seconds = time.perf_counter() - began
_, status, usage = os.wait4(child, 0)
print(seconds, os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def measure(context: Context) -> dict[str, float | int]:
    """The start on the profile of the context; its search index is built before, as on every day but the first."""
    profile = context.scratch / "start"
    shutil.copytree(context.profile, profile)
    compileall.compile_dir(Path(kkdesk.__file__).parent, quiet=1)
    program = [sys.executable, "-m", "kkdesk", "--data", str(profile), "--exit-when-ready"]
    bare = [sys.executable, "-c", _BARE]
    for command in (program, bare):
        _run(command)
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_run(program))
        theirs.append(_run(bare))
    start, plain = (statistics.median(seconds for seconds, _ in taken) for taken in (ours, theirs))
    return {
        "window_seconds": round(start, 3),
        "bare_seconds": round(plain, 3),
        "window_of_bare": round(start / plain, 2),
        "window_memory_mb": max(memory for _, memory in ours),
        "bare_memory_mb": max(memory for _, memory in theirs),
    }


def _run(command: Sequence[str]) -> tuple[float, int]:
    """Seconds from the start until it is ready, and the highest resident memory in MB."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    meter = [sys.executable, "-S", "-c", _METER, *command]
    ended = subprocess.run(meter, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seconds, code, kilobytes = ended.stdout.split()
    if int(code):
        raise RuntimeError(f"{command} ended with {int(code)}")
    return float(seconds), int(kilobytes) // 1024

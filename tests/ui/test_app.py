"""The whole program as a process: start, second start, close, and what goes wrong at a start."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.errors import DiskFull
from kkdesk.ui.instance import Instance

_WINDOW = """
import asyncio, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from kkdesk.ui import app
from kkdesk.ui.window import MainWindow

def close_when_complete():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    if windows and windows[0].pages and windows[0].isVisible():
        print("complete", flush=True)
        windows[0].close()
    else:
        QTimer.singleShot(5, close_when_complete)

made = app.make_application([])
QTimer.singleShot(0, close_when_complete)
print("code", app.run_window(Path(sys.argv[1])), flush=True)
"""

_TOLD = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from kkdesk.model.errors import KKDeskError
from kkdesk.ui import app

def read_it():
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    if not dialogs:
        QTimer.singleShot(5, read_it)
        return
    print(" ".join(label.text() for label in dialogs[0].findChildren(QLabel)).replace("\\n", " "), flush=True)
    dialogs[0].accept()

made = app.make_application([])
QTimer.singleShot(0, read_it)
try:
    app.run_window(Path(sys.argv[1]))
except KKDeskError as error:
    print("code", error.code)
"""


def kkdesk(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-m", "kkdesk", "--data", str(folder), *more])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "KKDESK_LANGUAGE": "en", "PYTHONWARNINGS": "error"}
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True, encoding="utf-8", timeout=120)


def with_history_in_front(folder: Path) -> Path:
    folder.mkdir()
    (folder / "window.ini").write_text("[window]\npage=history\n")
    return folder


def test_the_window_opens_and_closes_by_itself_when_asked(tmp_path: Path) -> None:
    ran = kkdesk(with_history_in_front(tmp_path / "profile"), "--exit-when-ready")
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "profile" / "crm.db").exists()


def test_the_window_closes_in_order(tmp_path: Path) -> None:
    folder = with_history_in_front(tmp_path / "profile")
    ran = _run([sys.executable, "-c", _WINDOW, str(folder)])
    assert ran.stdout.splitlines() == ["complete", "code 0"], ran.stderr
    assert "Traceback" not in ran.stderr
    assert "geometry" in (folder / "window.ini").read_text()
    assert not (folder / "window.lock").exists()


def test_a_damaged_database_is_said_and_left_alone(tmp_path: Path) -> None:
    folder = with_history_in_front(tmp_path / "profile")
    (folder / "crm.db").write_bytes(b"this is no database" * 100)
    ran = kkdesk(folder, "--exit-when-ready")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("kkdesk: ")
    assert "Traceback" not in ran.stderr
    assert (folder / "crm.db").read_bytes() == b"this is no database" * 100


def test_a_locked_database_does_not_hang_the_start(tmp_path: Path) -> None:
    folder = with_history_in_front(tmp_path / "profile")
    assert kkdesk(folder, "--exit-when-ready").returncode == 0
    with closing(sqlite3.connect(folder / "crm.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = kkdesk(folder, "--exit-when-ready")
    assert ran.returncode == 0, "reading needs no lock"


def test_a_broken_settings_file_is_said(tmp_path: Path) -> None:
    folder = with_history_in_front(tmp_path / "profile")
    (folder / "settings.json").write_text("{not json")
    ran = kkdesk(folder, "--exit-when-ready")
    assert ran.returncode == 1
    assert "settings file cannot be read" in ran.stderr


def test_a_second_start_whose_window_does_not_answer_is_told_in_a_dialog(qapp: object, tmp_path: Path) -> None:
    folder = with_history_in_front(tmp_path / "profile")
    first = Instance(folder)
    first.claim()
    try:
        ran = _run([sys.executable, "-c", _TOLD, str(folder)])
    finally:
        first.release()
    told, code = ran.stdout.splitlines()
    assert all(words in told for words in ("already open", "Nothing was changed", "does not answer")), ran
    assert code == "code profile_in_use"


def test_a_folder_that_cannot_be_written_is_told_in_a_dialog(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = _run([sys.executable, "-c", _TOLD, str(tmp_path / "file" / "profile")])
    told, code = ran.stdout.splitlines()
    assert "cannot be written" in told, ran
    assert code == "code invalid_input"


def test_a_full_disk_is_told_before_a_profile_is_made_on_it(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("nothing can be made in here, as on a disk without room")
    monkeypatch.setattr("kkdesk.ui.instance.is_full", lambda _folder: True)
    with pytest.raises(DiskFull, match="disk is full"):
        Instance(tmp_path / "file" / "profile").claim()

"""One window per profile."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput, ProfileInUse
from kkdesk.ui.instance import Instance
from tests.ui.conftest import Run

_SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from kkdesk.model.errors import ProfileInUse
from kkdesk.ui.instance import Instance
app = QCoreApplication([])
try:
    instance = Instance(Path(sys.argv[1]))
    instance.claim()
except ProfileInUse as error:
    print(error.message("en"))
else:
    print("claimed")
    if len(sys.argv) > 2:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
"""


def second_start(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SECOND, str(folder), *more], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


async def output(process: subprocess.Popen[str]) -> str:
    return (await asyncio.to_thread(process.communicate, timeout=60))[0].strip()


def test_a_second_start_raises_the_first_window(run: Run, tmp_path: Path) -> None:
    async def go() -> tuple[str, int]:
        raised: list[None] = []
        first = Instance(tmp_path)
        first.claim()
        first.listen(lambda: raised.append(None))
        try:
            said = await output(second_start(tmp_path))
        finally:
            first.release()
        return said, len(raised)

    said, raised = run(go())
    assert said.startswith("KK Desk is already open with this data")
    assert said.endswith("Its window has been brought to the front.")
    assert raised == 1


def test_a_window_that_does_not_answer_is_said(qapp: object, tmp_path: Path) -> None:
    first = Instance(tmp_path)
    first.claim()
    try:
        said = second_start(tmp_path).communicate(timeout=60)[0].strip()
    finally:
        first.release()
    assert said.endswith("Its window does not answer: wait a little, or close it and start again.")


def test_a_profile_is_free_again_afterwards(qapp: object, tmp_path: Path) -> None:
    first = Instance(tmp_path)
    first.claim()
    first.listen(lambda: None)
    first.release()
    first.release()
    second = Instance(tmp_path)
    second.claim()
    second.release()


def test_a_killed_window_leaves_no_lock(qapp: object, tmp_path: Path) -> None:
    killed = second_start(tmp_path, "die")
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    assert (tmp_path / "window.lock").exists()
    instance = Instance(tmp_path)
    instance.claim()
    instance.listen(lambda: None)
    instance.release()


def test_profiles_do_not_disturb_one_another(qapp: object, tmp_path: Path) -> None:
    one, other = Instance(tmp_path / "a"), Instance(tmp_path / "b")
    one.claim()
    other.claim()
    with pytest.raises(ProfileInUse):
        Instance(tmp_path / "a").claim()
    one.release()
    other.release()


def test_a_folder_that_cannot_be_made_is_said(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(InvalidInput, match="cannot be written"):
        Instance(tmp_path / "file" / "profile").claim()


def test_only_the_same_user_can_ask(run: Run, tmp_path: Path) -> None:
    async def go() -> int:
        instance = Instance(tmp_path)
        instance.claim()
        instance.listen(lambda: None)
        assert instance.address
        mode = Path(instance.address).stat().st_mode
        instance.release()
        return stat.S_IMODE(mode)

    assert run(go()) & 0o077 == 0

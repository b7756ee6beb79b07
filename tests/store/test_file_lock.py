"""A lock on a file: one holder at a time, freed when the holder closes it or dies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kkdesk.store.file_lock import try_lock

_HOLDER = """
import os, sys
from kkdesk.store.file_lock import try_lock
print(try_lock(os.open(sys.argv[1], os.O_RDWR)), flush=True)
sys.stdin.read()
"""


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first, second = (os.open(path, os.O_CREAT | os.O_RDWR) for _ in range(2))
    assert try_lock(first)
    assert not try_lock(second)
    os.close(first)
    assert try_lock(second)
    os.close(second)


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    own = os.open(path, os.O_CREAT | os.O_RDWR)
    command = [sys.executable, "-c", _HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        assert not try_lock(own)
        process.kill()
        process.wait()
    assert try_lock(own)
    os.write(own, b"content is not touched by the lock")
    assert path.read_bytes() == b"content is not touched by the lock"
    os.close(own)

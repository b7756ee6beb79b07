"""Work in another process: results, errors, being stopped, being killed."""

from __future__ import annotations

import asyncio
import errno
import inspect
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model import errors
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, Conflict, DiskFull, InvalidInput, KKDeskError
from kkdesk.services.child_process import ChildEnded, ChildFailed, Say, in_child, packed, rebuilt

WHAT = Bilingual("Κάτι", "Something")


def double(say: Say, number: int) -> int:
    for step in range(3):
        say(step)
    return 2 * number


def fail(_say: Say, kind: str) -> None:
    if kind == "ours":
        raise InvalidInput(WHAT, kept=Bilingual("Ό,τι", "All"), next_step=Bilingual("Ξανά", "Again"))
    if kind == "full":
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/α")
    if kind == "file":
        raise PermissionError(errno.EACCES, "Permission denied", "/tmp/α")
    raise ZeroDivisionError(kind)


def wait_for_ever(say: Say) -> None:
    say(os.getpid())
    signal.pause()


def die(_say: Say) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_result_and_what_is_said_on_the_way() -> None:
    said: list[Any] = []
    assert asyncio.run(in_child(double, 21, heard=said.append)) == 42
    assert said == [0, 1, 2]
    assert multiprocessing.active_children() == []


def test_our_errors_come_over_whole() -> None:
    with pytest.raises(InvalidInput) as caught:
        asyncio.run(in_child(fail, "ours"))
    assert caught.value.message("el") == "Κάτι. Ό,τι. Ξανά."


def test_a_full_disk_and_other_trouble_with_files() -> None:
    with pytest.raises(DiskFull):
        asyncio.run(in_child(fail, "full"))
    with pytest.raises(KKDeskError, match="no permission"):
        asyncio.run(in_child(fail, "file"))


def test_a_fault_brings_its_traceback() -> None:
    with pytest.raises(ChildFailed, match="ZeroDivisionError: δοκιμή"):
        asyncio.run(in_child(fail, "δοκιμή"))


def test_a_process_that_dies_says_so() -> None:
    with pytest.raises(ChildEnded, match="-9"):
        asyncio.run(in_child(die))


def test_stopping_kills_it() -> None:
    async def body() -> None:
        stop = asyncio.Event()
        pids: list[int] = []

        def heard(pid: int) -> None:
            pids.append(pid)
            stop.set()

        with pytest.raises(Cancelled):
            await in_child(wait_for_ever, heard=heard, stop=stop)
        with pytest.raises(ProcessLookupError):
            os.kill(pids[0], 0)

    asyncio.run(body())


def test_cancelling_the_caller_kills_it() -> None:
    async def body() -> None:
        started = asyncio.Event()
        task = asyncio.create_task(in_child(wait_for_ever, heard=lambda _pid: started.set()))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert multiprocessing.active_children() == []

    asyncio.run(body())


@pytest.mark.parametrize(
    "kind",
    [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, KKDeskError)],
    ids=lambda kind: kind.__name__,
)
def test_every_error_of_ours_survives_the_journey(kind: type[KKDeskError]) -> None:
    error = rebuilt(packed(kind(WHAT, kept=WHAT, next_step=None)))
    assert type(error) is kind
    assert (error.what, error.kept, error.next_step) == (WHAT, WHAT, None)
    assert isinstance(rebuilt(packed(Conflict(WHAT))), Conflict)


def test_nothing_is_left_of_it(tmp_path: Path) -> None:
    asyncio.run(in_child(double, 1))  # starts the resource tracker of multiprocessing, which stays
    before = open_files()
    for _ in range(3):
        asyncio.run(in_child(double, 1))
    assert open_files() == before


def open_files() -> int:
    """How many file descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))

"""Visits on the disk: kept once it says so, whatever becomes of the process."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import DiskFull, StoreError
from kkdesk.services.tracking import spool as spool_module
from kkdesk.services.tracking.spool import SUFFIX, Spool
from kkdesk.services.tracking.visits import Visit, visit_of
from tests.services.tracking.mails import visit

LINK = "https://kk.example/δείτε?a=1&b=|2"


async def everything(folder: Path) -> list[Visit]:
    """What a new process would find."""
    found: list[Visit] = []
    spool = Spool(folder)
    while (kept := await spool.take()) is not None:
        found += await kept.visits()
        await kept.remove()
    await spool.close()
    return found


def test_what_is_kept_is_found_by_the_next_process(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Spool(tmp_path / "visits")
        visits = [
            visit(),
            visit("click", LINK, head=True, agent=None),
            *(visit("click", f"{LINK}{n}") for n in range(50)),
        ]
        await asyncio.gather(*(spool.keep(one) for one in visits))
        await spool.close()
        assert sorted(await everything(tmp_path / "visits"), key=str) == sorted(visits, key=str)
        assert await everything(tmp_path / "visits") == []

    asyncio.run(run())


def test_a_file_that_is_written_belongs_to_its_process(tmp_path: Path) -> None:
    async def run() -> None:
        mine, other = Spool(tmp_path), Spool(tmp_path)
        await mine.keep(visit())
        assert await other.take() is None
        # The writer itself may: it goes on in another file.
        kept = await mine.take()
        assert kept is not None
        await mine.keep(visit("click", LINK))
        assert await kept.visits() == [visit()]
        assert await other.take() is None
        await kept.remove()
        await mine.close()
        assert await everything(tmp_path) == [visit("click", LINK)]
        await other.close()

    asyncio.run(run())


def test_a_file_that_could_not_be_recorded_is_there_for_another_time(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Spool(tmp_path)
        await spool.keep(visit())
        kept = await spool.take()
        assert kept is not None
        kept.let_go()
        assert await everything(tmp_path) == [visit()]
        await spool.close()

    asyncio.run(run())


def test_a_line_that_a_crash_cut_is_left_out(tmp_path: Path) -> None:
    async def run(end: int) -> list[Visit]:
        folder = tmp_path / str(end)
        spool = Spool(folder)
        for one in (visit(), visit("click", LINK)):
            await spool.keep(one)
        await spool.close()
        file = next(folder.glob(f"*{SUFFIX}"))
        file.write_bytes(file.read_bytes()[:-end])
        return await everything(folder)

    # Without its line break the second line is whole, still.
    assert asyncio.run(run(1)) == [visit(), visit("click", LINK)]


@pytest.mark.logs("spool_damaged")
@pytest.mark.parametrize("end", [2, 30, 150])
def test_the_rest_of_a_cut_file_is_read(tmp_path: Path, end: int) -> None:
    async def run() -> None:
        spool = Spool(tmp_path)
        for one in (visit(), visit("click", LINK)):
            await spool.keep(one)
        await spool.close()
        file = next(tmp_path.glob(f"*{SUFFIX}"))
        file.write_bytes(file.read_bytes()[:-end])
        assert await everything(tmp_path) == [visit()]

    asyncio.run(run())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_is_told_and_nothing_kept_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    async def run() -> None:
        spool = Spool(tmp_path)
        await spool.keep(visit())

        def failing(_descriptor: int) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as broken:
            broken.setattr(spool_module, "_to_disk", failing)
            with pytest.raises(DiskFull if number == errno.ENOSPC else StoreError):
                await spool.keep(visit("click", LINK))
        await spool.keep(visit("click", LINK + "2"))
        await spool.close()
        found = await everything(tmp_path)
        assert visit() in found and visit("click", LINK + "2") in found

    asyncio.run(run())


def test_it_keeps_no_more_than_it_may(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Spool(tmp_path, max_bytes=500)
        await spool.keep(visit())
        with pytest.raises(DiskFull):
            await asyncio.gather(*(spool.keep(visit()) for _ in range(10)))
        await spool.close()
        assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 500

    asyncio.run(run())


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    async def run() -> None:
        spool = Spool(tmp_path / "visits")
        await spool.keep(visit())
        await spool.close()

    asyncio.run(run())
    if os.name != "nt":
        assert (tmp_path / "visits").stat().st_mode & 0o077 == 0
        assert next((tmp_path / "visits").iterdir()).stat().st_mode & 0o077 == 0


_WRITER = """
import asyncio, sys
from pathlib import Path
from kkdesk.services.tracking.spool import Spool
from tests.services.tracking.mails import visit

async def lane(spool, n):
    for k in range(10_000):
        await spool.keep(visit("click", f"https://kk.example/{n}/{k}"))
        sys.stdout.write(f"{n}/{k}\\n")

async def main():
    spool = Spool(Path(sys.argv[1]))
    await asyncio.gather(*(lane(spool, n) for n in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 50, 700])
def test_a_killed_process_loses_nothing_that_it_said_was_kept(tmp_path: Path, lines: int) -> None:
    command = [sys.executable, "-u", "-c", _WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        # What was said between is read, too; a last line may be cut.
        said += process.stdout.read().splitlines(keepends=True)
    found = {one.link.removeprefix("https://kk.example/") for one in asyncio.run(everything(tmp_path))}
    assert {line.strip() for line in said if line.endswith("\n")} <= found


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    )
)
def test_what_is_no_visit_is_known_for_that(plain: object) -> None:
    with pytest.raises(ValueError, match="not a visit"):
        visit_of(plain)


def test_a_visit_comes_back_as_it_was() -> None:
    for one in (visit(), visit("click", LINK, agent=None, head=True)):
        assert visit_of(one.plain()) == one
    for name in ("mail", "kind", "at_ms"):
        with pytest.raises(ValueError, match="not a visit"):
            visit_of({**visit().plain(), name: 3.5})

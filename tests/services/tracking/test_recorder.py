"""The recorder under a database that is away, stalled or slow: readers do not wait, and are told the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import DatabaseBusy
from kkdesk.services.tracking import recorder as recorder_module
from kkdesk.services.tracking.recorder import MOST_WAITING, VisitRecorder
from kkdesk.services.tracking.spool import Spool
from kkdesk.store.local import LocalDatabase
from tests.services.tracking.mails import START, Mails, visit

A = "https://kk.example/a"


class Moody:
    """A database that can be told to stand still or to fail."""

    def __init__(self, db: LocalDatabase) -> None:
        self._db = db
        self.free = asyncio.Event()
        self.free.set()
        self.failing = False
        self.failures = 0

    async def query(self, sql: str, args: Sequence[Any] = ()) -> Any:
        await self._mood()
        return await self._db.query(sql, args)

    async def apply(self, change: Change) -> Applied:
        await self._mood()
        return await self._db.apply(change)

    async def _mood(self) -> None:
        await self.free.wait()
        if self.failing:
            self.failures += 1
            raise DatabaseBusy(Bilingual("απασχολημένη", "busy"))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


Body = Callable[[VisitRecorder, Moody, Mails], Awaitable[None]]


def recording(tmp_path: Path, body: Body, *, spool: bool = True, patience: float = 60.0) -> None:
    """Run `body`; only one that is about a slow database has little patience with it."""

    async def run() -> None:
        db = await LocalDatabase.open(tmp_path / "crm.db")
        mails, moody = Mails(db), Moody(db)
        await mails.write(*START.strip().splitlines())
        recorder = VisitRecorder(
            moody, Spool(tmp_path / "visits") if spool else None, patience=patience, disk_patience=60.0
        )
        recorder.start()
        try:
            await body(recorder, moody, mails)
        finally:
            moody.free.set()
            await recorder.close()
            await db.close()

    asyncio.run(run())


async def until(mails: Mails, sql: str, wanted: object) -> None:
    """Wait until the database has it."""
    async with asyncio.timeout(30):
        while await mails.rows(sql) != [(wanted,)]:
            await asyncio.sleep(0.01)


def test_a_database_that_answers_records(tmp_path: Path) -> None:
    async def body(recorder: VisitRecorder, _moody: Moody, mails: Mails) -> None:
        assert (
            await asyncio.gather(*(recorder.record(visit("click", f"{A}{n}", after=60 + 2 * n)) for n in range(30)))
            == [True] * 30
        )
        assert await mails.counters() == (0, 30)
        assert not (tmp_path / "visits").exists()

    recording(tmp_path, body)


@pytest.mark.logs("database_slow")
def test_a_stalled_database_keeps_nobody_waiting_and_gets_it_later(tmp_path: Path) -> None:
    async def body(recorder: VisitRecorder, moody: Moody, mails: Mails) -> None:
        moody.free.clear()
        assert (
            await asyncio.gather(*(recorder.record(visit("click", f"{A}{n}", after=60 + 2 * n)) for n in range(30)))
            == [True] * 30
        )
        assert await recorder.record(visit())
        moody.free.set()
        await until(mails, "SELECT open_count + click_count FROM email_campaigns WHERE id = 'camp_1'", 31)
        assert {row[3] for row in await mails.visits()} == {"person"}

    recording(tmp_path, body, patience=0.05)


@pytest.mark.logs("database_slow")
def test_without_a_disk_what_the_database_does_not_take_is_refused(tmp_path: Path) -> None:
    async def body(recorder: VisitRecorder, moody: Moody, mails: Mails) -> None:
        moody.free.clear()
        assert not await recorder.record(visit())

    recording(tmp_path, body, spool=False, patience=0.05)


@pytest.mark.logs("visit_not_recorded", "visits_wait")
def test_a_database_that_fails_gets_it_when_it_works_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "_RETRY", (0.01, 0.02))

    async def body(recorder: VisitRecorder, moody: Moody, mails: Mails) -> None:
        moody.failing = True
        assert await recorder.record(visit())
        assert await recorder.record(visit("click", A, after=60))
        # Twice by those who came, the rest by what tries again.
        async with asyncio.timeout(30):
            while moody.failures < 4:
                await asyncio.sleep(0.01)
        moody.failing = False
        await until(mails, "SELECT open_count + click_count FROM email_campaigns WHERE id = 'camp_1'", 2)
        async with asyncio.timeout(30):
            while list((tmp_path / "visits").iterdir()):
                await asyncio.sleep(0.01)

    recording(tmp_path, body)


def test_what_an_earlier_process_kept_is_recorded_at_the_start(tmp_path: Path) -> None:
    async def keep() -> None:
        spool = Spool(tmp_path / "visits")
        for n in range(1200):
            await spool.keep(visit("click", f"{A}{n}", after=100 + 2 * n))
        await spool.close()

    async def body(_recorder: VisitRecorder, _moody: Moody, mails: Mails) -> None:
        await until(mails, "SELECT click_count FROM email_campaigns WHERE id = 'camp_1'", 1200)

    asyncio.run(keep())
    recording(tmp_path, body)


@pytest.mark.logs("database_slow", "visit_not_kept")
def test_a_disk_that_fails_too_is_no_reason_to_lie(tmp_path: Path) -> None:
    async def body(recorder: VisitRecorder, moody: Moody, _mails: Mails) -> None:
        (tmp_path / "visits").write_text("a file where the folder should be")
        moody.free.clear()
        assert not await recorder.record(visit())

    recording(tmp_path, body, patience=0.05)


@pytest.mark.logs("visit_faulty")
def test_a_fault_of_ours_is_no_reason_to_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(recorder: VisitRecorder, moody: Moody, _mails: Mails) -> None:
        async def broken(*_args: object) -> None:
            raise KeyError("data")

        monkeypatch.setattr(moody, "query", broken)
        assert not await recorder.record(visit())

    recording(tmp_path, body, spool=False)


@pytest.mark.logs("database_slow")
def test_a_storm_is_not_queued_without_end(tmp_path: Path) -> None:
    async def body(recorder: VisitRecorder, moody: Moody, _mails: Mails) -> None:
        moody.free.clear()
        storm = [visit("click", f"{A}{n}", after=60 + n) for n in range(MOST_WAITING + 600)]
        tasks = [asyncio.create_task(recorder.record(one)) for one in storm]
        done = await asyncio.gather(*tasks)
        assert not any(done)

    recording(tmp_path, body, spool=False, patience=0.05)

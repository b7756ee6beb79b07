"""A run that ends at any point, runs beside each other, and people who go on working meanwhile."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import DatabaseBusy
from kkdesk.model.row import Row
from kkdesk.services.assets import vercel_blob
from kkdesk.store.database import Database
from kkdesk.store.hrana_client import Timeouts
from kkdesk.store.local import LocalDatabase
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.services.assets.library import (
    HOUR,
    HOURS,
    LABEL,
    SECONDS,
    Asset,
    Library,
    connected,
    in_a_template,
    in_library,
)


class PowerCut(BaseException):
    """The end of the process, as far as it can tell."""


class Steps:
    """Counts what a run does to the world, and does something else before or after one of its steps."""

    def __init__(
        self, at: int = -1, instead: Callable[[], Awaitable[None]] | None = None, *, after: bool = False
    ) -> None:
        self.at = at
        self.after = after
        self.done = 0
        self._instead = instead

    async def step(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """`work`, and before or after it what is to happen at this step."""
        now, self.done = self.done, self.done + 1
        if now == self.at and not self.after:
            await self._happen()
        answer = await work()
        if now == self.at and self.after:
            await self._happen()
        return answer

    async def _happen(self) -> None:
        if self._instead is None:
            raise PowerCut
        await self._instead()


class Stepping:
    """A database whose calls are steps."""

    def __init__(self, db: Database, steps: Steps) -> None:
        self._db = db
        self._steps = steps
        self.clock = db.clock

    async def query(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        return list(await self._steps.step(lambda: self._db.query(sql, args)))

    async def apply(self, change: Change) -> Applied:
        applied = await self._steps.step(lambda: self._db.apply(change))
        assert isinstance(applied, Applied)
        return applied


def stepping_store(monkeypatch: pytest.MonkeyPatch, steps: Steps) -> None:
    """Deletions in the store are steps, too."""
    delete = vercel_blob.VercelBlob.delete

    async def stepped(self: vercel_blob.VercelBlob, urls: Sequence[str]) -> None:
        await steps.step(lambda: delete(self, urls))

    monkeypatch.setattr(vercel_blob.VercelBlob, "delete", stepped)


async def stepped_run(library: Library, steps: Steps, monkeypatch: pytest.MonkeyPatch) -> Any:
    """One run whose steps are counted."""
    with monkeypatch.context() as patch:
        stepping_store(patch, steps)
        return await library.cleaning(Stepping(library.db, steps)).run(SECONDS)  # type: ignore[arg-type]


async def mixed(library: Library) -> tuple[list[Asset], list[Asset]]:
    """Used files and orphans, live, marked and with twins."""
    used = [await library.asset(), await library.asset(marked=50), await library.asset()]
    for asset in used[:2]:
        await in_a_template(library, asset, asset.url)
    await library.link(used[2], await library.campaign())
    orphans = [
        await library.asset(),
        await library.asset(),
        await library.asset(marked=50),
        await library.asset(marked=60),
    ]
    orphans.append(await library.asset(of=orphans[3], marked=70))
    await library.asset(of=used[0], marked=50)
    return used, orphans


async def sound(library: Library, used: list[Asset]) -> None:
    """What is used is whole, and no row says that content is there which is not."""
    assert [await library.state(asset) for asset in used] == ["there", "marked", "there"]
    for row in await library.db.query("SELECT blob_path FROM email_assets WHERE deleted_at IS NULL"):
        assert row["blob_path"] in library.store.blobs


@pytest.mark.parametrize("after", [False, True])
def test_a_power_cut_at_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    async def body(library: Library) -> None:
        at = 0
        while True:
            used, orphans = await mixed(library)
            steps = Steps(at, after=after)
            try:
                await stepped_run(library, steps, monkeypatch)
            except PowerCut:
                await sound(library, used)
            else:
                # All steps have been cut: this run had none left.
                assert steps.done == at
                assert at > 6
                return
            # Each orphan is on its way or gone; the next runs finish what this one began.
            await library.clean_all()
            await sound(library, used)
            assert {await library.state(asset) for asset in orphans} == {"gone"}
            at += 1
            library.now -= 3 * HOURS * HOUR

    in_library(tmp_path, body)


def test_every_step_failing_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> None:
        raise DatabaseBusy(LABEL)

    async def body(library: Library) -> None:
        for at in range(6):
            used, orphans = await mixed(library)
            report = await stepped_run(library, Steps(at, fails), monkeypatch)
            assert isinstance(report.error, DatabaseBusy)
            assert not report.timed_out
            await sound(library, used)
            await library.clean_all()
            assert {await library.state(asset) for asset in orphans} == {"gone"}
            library.now -= 3 * HOURS * HOUR

    in_library(tmp_path, body)


def test_somebody_begins_to_use_a_file_while_it_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(library: Library) -> None:
        asset = await library.asset()
        steps = Steps()
        await stepped_run(library, steps, monkeypatch)
        assert await library.state(asset) == "marked"

        async def used() -> None:
            await in_a_template(library, fresh, fresh.url)

        for at in range(steps.done):
            fresh = await library.asset()
            report = await stepped_run(library, Steps(at, used), monkeypatch)
            assert report.marked == 0
            assert await library.state(fresh) == "there"
        # Nor deleted, up to the last question.
        assert steps.done == 4
        for at in range(steps.done):
            fresh = await library.asset(marked=50)
            await stepped_run(library, Steps(at, used), monkeypatch)
            assert await library.state(fresh) == "marked"

    in_library(tmp_path, body)


def test_no_content_is_deleted_whose_row_says_that_it_is_there(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        def look(name: str) -> None:
            with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
                rows = connection.execute(
                    "SELECT id, deleted_at FROM email_assets WHERE blob_path = ?", (name,)
                ).fetchall()
                assert rows
                assert all(marked is not None for _, marked in rows)
                seen.append(name)

        seen: list[str] = []
        library.store.before_delete = look
        used, orphans = await mixed(library)
        await library.clean_all()
        await sound(library, used)
        assert set(seen) == {asset.path for asset in orphans}
        assert len(seen) == len(set(seen))

    in_library(tmp_path, body)


async def _several(library: Library, others: Sequence[Database]) -> None:
    used, orphans = await mixed(library)
    more = [await library.asset(marked=50) for _ in range(20)]
    runs = [library.cleaning(db) for db in (library.db, *others)]
    reports = await asyncio.gather(*(run.run(SECONDS) for run in runs))
    assert [report.error for report in reports] == [None] * len(runs)
    await sound(library, used)
    # Each row was taken away by one of them.
    assert sum(report.deleted for report in reports) == 23
    assert sum(report.marked for report in reports) == 2
    await library.clean_all()
    assert {await library.state(asset) for asset in (*orphans, *more)} == {"gone"}


def test_three_runs_at_once_on_a_file(tmp_path: Path) -> None:
    async def body(library: Library) -> None:
        others = [await LocalDatabase.open(tmp_path / "crm.db") for _ in range(2)]
        try:
            await _several(library, others)
        finally:
            for db in others:
                await db.close()

    in_library(tmp_path, body)


def test_three_runs_at_once_on_the_companys_server(tmp_path: Path, sqld: Sqld) -> None:
    async def body(library: Library) -> None:
        others = [await connected(sqld) for _ in range(2)]
        try:
            await _several(library, others)
        finally:
            for db in others:
                await db.close()

    in_library(tmp_path, body, sqld)


def test_a_run_within_every_step_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(library: Library) -> None:
        at = 0
        while True:
            used, orphans = await mixed(library)

            async def another() -> None:
                assert (await library.cleaning().run(SECONDS)).error is None

            steps = Steps(at, another)
            report = await stepped_run(library, steps, monkeypatch)
            assert report.error is None
            await sound(library, used)
            await library.clean_all()
            assert {await library.state(asset) for asset in orphans} == {"gone"}
            if steps.done <= at:
                break
            at += 1
            library.now -= 3 * HOURS * HOUR
        assert at > 6

    in_library(tmp_path, body)


def test_a_server_that_goes_away_in_the_middle(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(library: Library) -> None:
        at = 0
        while True:
            used, orphans = await mixed(library)
            far = await connected(sqld, network.url, Timeouts(1.0, 1.0, 1.0))
            steps = Steps(at, _refusing(network))
            with monkeypatch.context() as patch:
                stepping_store(patch, steps)
                report = await library.cleaning(Stepping(far, steps)).run(SECONDS)  # type: ignore[arg-type]
            network.passing()
            await far.close()
            await sound(library, used)
            await library.clean_all()
            assert {await library.state(asset) for asset in orphans} == {"gone"}
            if steps.done <= at:
                assert report.error is None
                return
            assert report.error is not None
            at += 2
            library.now -= 3 * HOURS * HOUR

    in_library(tmp_path, body, sqld)


def _refusing(network: TcpProxy) -> Callable[[], Awaitable[None]]:
    async def refuse() -> None:
        network.refuse()

    return refuse

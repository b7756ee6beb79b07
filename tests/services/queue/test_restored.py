"""A database that has been put back, copied or made anew sends no old mail by itself."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.ids import ulid_time
from kkdesk.services.queue.home import Home
from tests.services.queue.shop import Shop, in_shop


def _backup(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as connection, closing(sqlite3.connect(target)) as copy:
        connection.backup(copy)


@pytest.mark.logs("jobs_held_after_restore")
@pytest.mark.parametrize("taken", ["before it began", "in the middle"])
def test_a_restored_backup_sends_nothing_by_itself(tmp_path: Path, taken: str) -> None:
    backup = tmp_path / "backup.db"

    async def send(shop: Shop) -> None:
        await shop.queued(5)
        await shop.workspace.send_queue.enqueue(await shop.campaign(), shop.now + 3600)
        if taken == "in the middle":
            await shop.worker().drain(max_items=2, max_jobs=1)
        _backup(shop.folder / "crm.db", backup)
        await shop.worker().once()
        assert len(shop.received()) == 5

    async def restored(shop: Shop) -> None:
        # in_shop made a new database; this is the one from the backup.
        report = await shop.worker().once()
        assert (report.sent, report.settled.held) == (0, 2)
        campaigns = [str(row["id"]) for row in await shop.rows("SELECT id FROM email_campaigns ORDER BY created_at")]
        assert {await shop.campaign_status(one) for one in campaigns} == {"paused"}
        error = (await shop.workspace.queue_progress.progress(campaigns[0])).last_error
        assert error is not None
        assert "αντίγραφο" in error.el
        shop.now += 7200
        assert (await shop.worker().once()).sent == 0
        # New work is not held, and a person can let the old go on.
        await shop.workspace.send_queue.enqueue(await shop.campaign())
        assert (await shop.worker().once()).sent == 5
        await shop.workspace.send_queue.resume(campaigns[0])
        assert (await shop.worker().once()).sent > 0

    in_shop(tmp_path / "profile", send)
    before = tmp_path / "profile" / "queue"
    shutil.move(before, tmp_path / "kept")
    shutil.rmtree(tmp_path / "profile")

    async def with_backup(shop: Shop) -> None:
        await shop.workspace.close()
        for file in shop.folder.glob("crm.db*"):
            file.unlink()
        shutil.copy(backup, shop.folder / "crm.db")
        shutil.copytree(tmp_path / "kept", shop.folder / "queue")
        reopened = type(shop.workspace)
        shop.workspace = await reopened.open(shop.folder, shop.workspace.settings._env)
        shop.workspace.clock = shop.clock
        try:
            await restored(shop)
        finally:
            await shop.workspace.close()

    in_shop(tmp_path / "profile", with_backup)


def test_a_clock_that_was_set_back_hides_no_claim_from_the_next_restore(tmp_path: Path) -> None:
    """A backup is told by an older claim: each one has to be later than the one before, whatever the clock says."""

    async def body(shop: Shop) -> None:
        await shop.customers(2)
        seen = []
        for step in (86_400, -86_400, 0):
            shop.now += step
            await shop.workspace.send_queue.enqueue(await shop.campaign())
            assert (await shop.worker().once()).sent == 2
            seen.append(await shop.value("SELECT last_claim FROM kk_send_homes"))
            assert Home(tmp_path / "queue").last_claim == seen[-1]
        assert seen == sorted(set(seen))
        assert ulid_time(seen[0]) >= shop.now + 86_400 - 5

    in_shop(tmp_path, body)


@pytest.mark.logs("jobs_held_after_restore")
def test_a_copy_of_a_database_that_another_profile_is_sending_from_is_held(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        await shop.worker().drain(max_items=2, max_jobs=1)
        shutil.rmtree(tmp_path / "queue")
        report = await shop.worker().once()
        assert (report.sent, report.settled.held) == (0, 1)
        assert await shop.campaign_status(campaign_id) == "paused"
        await shop.workspace.send_queue.resume(campaign_id)
        assert (await shop.worker().once()).sent == 3

    in_shop(tmp_path, body)


def test_a_new_database_in_an_old_profile_is_no_backup(tmp_path: Path) -> None:
    async def first(shop: Shop) -> None:
        await shop.queued(2)
        await shop.worker().once()

    async def second(shop: Shop) -> None:
        shop.now += 60
        await shop.queued(2)
        report = await shop.worker().once()
        assert (report.sent, report.settled.held) == (2, 0)

    in_shop(tmp_path, first)
    for file in tmp_path.glob("crm.db*"):
        file.unlink()
    in_shop(tmp_path, second)

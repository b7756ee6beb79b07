"""A profile's data to the company's database and back: every row, cut at any moment, begun again."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.customer import Customer
from kkdesk.model.errors import Cancelled, NotAllowed, SignInNeeded
from kkdesk.services.moving.progress import MovingProgress
from kkdesk.store.replica import ReplicaDatabase
from kkdesk.workspace import Workspace
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy
from tests.store.desktops import quiet

SAMPLE = Path(__file__).parents[2] / "data" / "webapp-sample.db"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A profile with the web CRM's sample as its own file."""
    folder = tmp_path / "profile"
    folder.mkdir()
    shutil.copy(SAMPLE, folder / "crm.db")
    return folder


async def opened(folder: Path) -> Workspace:
    return await Workspace.open(folder, {})


def rows_of(connection: sqlite3.Connection) -> dict[str, list[str]]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for (name,) in names.fetchall()}


def same_as_on(sqld: Sqld, file: Path) -> None:
    with closing(sqlite3.connect(file)) as ours:
        for table, rows in rows_of(ours).items():
            assert sorted(repr(tuple(row)) for row in sqld.execute(f'SELECT * FROM "{table}"')) == rows, table
        kinds = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        assert [tuple(row) for row in sqld.execute(kinds)] == ours.execute(kinds).fetchall()


def test_a_profile_is_uploaded_row_by_row_and_works_on_there(profile: Path, sqld: Sqld) -> None:
    async def work() -> None:
        workspace = await opened(profile)
        # As an older program, or another, may have left it.
        with closing(sqlite3.connect(profile / "crm.db")) as connection, connection:
            connection.execute(
                "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES ('o', 'nobody', 'none', 1)"
            )
        heard: list[MovingProgress] = []
        report = await workspace.moving.upload(sqld.url, sqld.token(), heard.append)
        assert report.rows > 2150
        assert {progress.stage for progress in heard} >= {"reading", "uploading", "verifying"}
        await workspace.close()
        same_as_on(sqld, profile / "crm.db")
        workspace = await opened(profile)
        assert isinstance(workspace.db, ReplicaDatabase)
        await workspace.customers.create(Customer(company="Νέος στην εταιρεία"))
        await workspace.close()

    asyncio.run(work())
    assert sqld.execute("SELECT count(*) FROM customers WHERE company = 'Νέος στην εταιρεία'") == [[1]]


@pytest.mark.parametrize("seed", range(3))
def test_an_upload_that_is_cut_goes_on_where_it_was(profile: Path, sqld: Sqld, network: TcpProxy, seed: int) -> None:
    chance = random.Random(seed)

    async def work() -> None:
        workspace = await opened(profile)
        cuts = [chance.randrange(200, 6000) for _ in range(3)]
        for cut in cuts:
            stop = asyncio.Event()

            def hear(progress: MovingProgress, cut: int = cut, stop: asyncio.Event = stop) -> None:
                if progress.stage == "uploading" and progress.done >= cut:
                    if cut % 2:
                        network.cut_answers(1)
                    else:
                        stop.set()

            try:
                await workspace.moving.upload(network.url, sqld.token(), hear, stop)
            except Cancelled:
                assert workspace.settings.text("DATABASE_URL") == ""
                target = await workspace.moving.look(sqld.url, sqld.token())
                assert target.resumable
            else:
                break
        else:
            await workspace.moving.upload(network.url, sqld.token())
        await workspace.close()
        same_as_on(sqld, profile / "crm.db")

    asyncio.run(work())


def test_a_database_that_has_data_is_joined_and_not_written_over(tmp_path: Path, profile: Path, sqld: Sqld) -> None:
    async def work() -> None:
        workspace = await opened(profile)
        await workspace.moving.upload(sqld.url, sqld.token())
        await workspace.close()
        other = await opened(tmp_path / "other")
        with pytest.raises(NotAllowed):
            await other.moving.upload(sqld.url, sqld.token())
        with pytest.raises(SignInNeeded):
            await other.moving.look(sqld.url, sqld.token(expires_in=-300))
        target = await other.moving.look(sqld.url, sqld.token())
        assert (target.customers, target.empty) == (2150, False)
        before = (tmp_path / "other" / "crm.db").stat().st_mtime_ns
        await other.moving.join(sqld.url, sqld.token())
        await other.close()
        assert (tmp_path / "other" / "crm.db").stat().st_mtime_ns >= before
        other = await opened(tmp_path / "other")
        assert (await other.db.query("SELECT count(*) FROM customers"))[0][0] == 2150
        await other.close()

    asyncio.run(work())


def test_what_is_written_meanwhile_is_not_left_behind(profile: Path, sqld: Sqld) -> None:
    async def work() -> None:
        workspace = await opened(profile)
        written: list[asyncio.Future[object]] = []

        def hear(progress: MovingProgress) -> None:
            if progress.stage == "verifying" and not written:
                written.append(asyncio.ensure_future(workspace.customers.create(Customer(company="Στο μεταξύ"))))

        with pytest.raises(NotAllowed):
            await workspace.moving.upload(sqld.url, sqld.token(), hear)
        await written[0]
        assert workspace.settings.text("DATABASE_URL") == ""
        assert await workspace.db.query("SELECT 1 FROM customers WHERE company = 'Στο μεταξύ'")
        await workspace.close()

    asyncio.run(work())


def test_working_locally_takes_along_what_waits(profile: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def work() -> None:
        workspace = await opened(profile)
        await workspace.moving.upload(network.url, sqld.token())
        await workspace.close()
        workspace = await opened(profile)
        network.refuse()
        await workspace.customers.create(Customer(company="Περιμένει"))
        report = await workspace.moving.work_locally()
        assert report.rows > 2150
        await workspace.close()
        local = await opened(profile)
        assert not isinstance(local.db, ReplicaDatabase)
        assert await local.db.query("SELECT 1 FROM customers WHERE company = 'Περιμένει'")
        assert (profile / "crm.db.before-local-1").exists()
        # Joining again, it arrives: nothing was lost, and nothing comes twice.
        network.passing()
        await local.moving.join(network.url, sqld.token())
        await local.close()
        again = await opened(profile)
        assert isinstance(again.db, ReplicaDatabase)
        await again.db.sync.fetch()
        await quiet(again.db)
        await again.close()

    asyncio.run(work())
    assert sqld.execute("SELECT count(*) FROM customers WHERE company = 'Περιμένει'") == [[1]]


def test_the_environments_database_is_not_changed_from_here(profile: Path, sqld: Sqld) -> None:
    async def work() -> None:
        workspace = await Workspace.open(profile, {})
        await workspace.moving.upload(sqld.url, sqld.token())
        await workspace.close()
        environment = {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}
        workspace = await Workspace.open(profile, environment)
        with pytest.raises(NotAllowed):
            await workspace.moving.work_locally()
        await workspace.db.apply(Change(Bilingual("α", "a"), (Statement("UPDATE tags SET name = name"),)))
        await workspace.close()

    asyncio.run(work())

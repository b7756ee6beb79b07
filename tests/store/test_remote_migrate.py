"""Migrations of the company's database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import (
    DatabaseNewer,
)
from kkdesk.store.local import LocalDatabase
from kkdesk.store.migrations import LATEST
from kkdesk.store.remote import RemoteDatabase
from tests.servers.sqld import Sqld, sqld_server
from tests.store.notes_server import SAMPLE, with_remote


def schema_of(rows: Sequence[Sequence[Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in rows}


COLUMNS = (
    "SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' "
    "AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT LIKE 'libsql\\_%' ESCAPE '\\'"
)
OTHERS = "SELECT type, name FROM sqlite_master WHERE type <> 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def test_a_new_database_gets_what_a_file_gets(sqld: Sqld, tmp_path: Path) -> None:
    async def body(db: RemoteDatabase) -> None:
        assert len(await db.migrate()) == LATEST
        assert await db.migrate() == []
        file = await LocalDatabase.open(tmp_path / "crm.db")
        for sql in (
            COLUMNS,
            OTHERS,
            "SELECT number, name, sha256 FROM kk_migrations",
            "SELECT id FROM email_retry_config",
        ):
            assert schema_of([list(row) for row in await db.query(sql)]) == schema_of(
                [list(row) for row in await file.query(sql)]
            )
        await file.close()

    with_remote(sqld.url, sqld.token(), body)


def test_the_web_apps_database_is_upgraded_additively_by_several_computers_at_once(tmp_path: Path) -> None:
    old = tmp_path / "web.db"
    with closing(sqlite3.connect(SAMPLE)) as source, closing(sqlite3.connect(old)) as target:
        source.backup(target)
        # The web app's migrations do not always all run.
        target.execute("DROP INDEX IF EXISTS idx_customers_lead_source")
        for view in ("v_customer_engagement", "v_org_health"):
            target.execute(f"DROP VIEW IF EXISTS {view}")
        target.execute("ALTER TABLE customers DROP COLUMN lead_source")
        target.execute("DROP TABLE IF EXISTS geocode_cache")
        before = target.execute("SELECT type, name, sql FROM sqlite_master WHERE name <> 'customers'").fetchall()
        tables = [name for kind, name, _ in before if kind == "table"]
        counts = {name: target.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in tables}

    with sqld_server(start=False) as server:
        server.load(old)

        async def body(first: RemoteDatabase) -> None:
            async def token() -> str:
                return server.token()

            others = [RemoteDatabase(server.url, token) for _ in range(3)]
            ran = await asyncio.gather(*(db.migrate() for db in (first, *others)))
            for db in others:
                await db.close()
            names = [name for part in ran for name in part]
            assert len(names) == len(set(names)) == LATEST, "each ran once, wherever"
            now = {tuple(row) for row in await first.query("SELECT type, name, sql FROM sqlite_master")}
            assert set(before) <= now, "nothing of the web app's is altered or dropped"
            for table, count in counts.items():
                assert (await first.query(f'SELECT count(*) FROM "{table}"'))[0][0] == count[0], table
            await first.query("SELECT lead_source FROM customers")
            await first.query("SELECT address FROM geocode_cache")

        with_remote(server.url, server.token(), body)
        assert server.execute("PRAGMA integrity_check") == [["ok"]]


def test_a_database_of_a_newer_program_is_left_alone(shop: Sqld) -> None:
    shop.execute("CREATE TABLE kk_migrations (number INTEGER PRIMARY KEY, name TEXT, sha256 TEXT, applied_at INTEGER)")
    shop.execute("INSERT INTO kk_migrations VALUES (9999, 'future', '', 0)")

    async def token() -> str:
        return shop.token()

    async def body(db: RemoteDatabase) -> None:
        with pytest.raises(DatabaseNewer):
            await RemoteDatabase.open(shop.url, token)
        with pytest.raises(DatabaseNewer):
            await db.migrate()

    with_remote(shop.url, shop.token(), body)
    assert shop.execute("SELECT count(*) FROM kk_migrations") == [[1]]


def test_a_database_that_may_only_be_read_and_is_up_to_date_opens(sqld: Sqld) -> None:
    async def reading() -> str:
        return sqld.token("ro")

    async def body(db: RemoteDatabase) -> None:
        await db.migrate()
        reader = await RemoteDatabase.open(sqld.url, reading)
        assert await reader.migrate() == []
        assert await reader.size() > 100_000
        assert (await reader.pulse()).index > 0
        await reader.close()

    with_remote(sqld.url, sqld.token(), body)

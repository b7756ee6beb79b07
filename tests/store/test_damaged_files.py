"""Files that were overwritten, cut, emptied or left behind: said at once, never made worse, and healed where they can be."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.customer_query import CustomerQuery
from kkdesk.model.errors import DatabaseDamaged, DiskFull, StoreError
from kkdesk.store import local
from kkdesk.store.local import LocalDatabase, connect, prepare
from kkdesk.store.search_index import SearchIndex
from kkdesk.store.sqlite_errors import as_store_error

ORG = "org_1"
CUSTOMERS = 2000
PAGE = 4096


@lru_cache(maxsize=1)
def _sound() -> Path:
    path = Path(mkdtemp(prefix="kkdesk-damage-")) / "crm.db"
    prepare(path)
    with closing(connect(path)) as crm:
        crm.execute("BEGIN")
        crm.execute(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES (?1, ?1, ?1, 1, 1)", (ORG,)
        )
        crm.executemany(
            "INSERT INTO customers (id, org_id, first_name, company, notes, created_at, updated_at) "
            "VALUES (?, ?, '', ?, ?, 1, 1)",
            [(f"cust_{n:05}", ORG, f"Ελαστικά {n}", "σημείωση " * 10) for n in range(CUSTOMERS)],
        )
        crm.execute("COMMIT")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A profile's database with customers."""
    return Path(shutil.copy(_sound(), tmp_path / "crm.db"))


def overwrite_the_middle(file: Path) -> None:
    """Random bytes over half of the pages; the header and the first ones stay."""
    pages = file.stat().st_size // PAGE
    with file.open("r+b") as content:
        content.seek(pages // 4 * PAGE)
        content.write(os.urandom(pages // 2 * PAGE))


async def names(file: Path) -> int:
    db = await LocalDatabase.open(file)
    try:
        return len(await db.query("SELECT id, company, notes FROM customers"))
    finally:
        await db.close()


async def found(file: Path, text: str) -> int:
    """How many customers the search finds after bringing its index up to date."""
    index = SearchIndex(file.with_name("search.db"), lambda: file, ORG)
    try:
        await index.refresh()
        return await index.count(CustomerQuery(text=text))
    finally:
        await index.close()


def test_pages_overwritten_in_the_middle_are_damage_and_stay_as_they_are(path: Path) -> None:
    overwrite_the_middle(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged) as caught:
        asyncio.run(names(path))
    for language, words in (("el", ("ζημιά", "δεν πειράχτηκε", "αντίγραφο ασφαλείας")), ("en", ("damaged", "backup"))):
        assert all(word in caught.value.message(language) for word in words)
    assert path.read_bytes() == before


@pytest.mark.logs("search_index_unfit")
def test_a_search_in_a_damaged_database_says_that_the_database_is_damaged(path: Path) -> None:
    """Not that its index is, which would be made anew for ever."""
    overwrite_the_middle(path)
    with pytest.raises(DatabaseDamaged) as caught:
        asyncio.run(found(path, "ελαστικα"))
    assert "crm.db" in caught.value.message("el")


@pytest.mark.parametrize("size", [1, 100, 5000, 300_000], ids=str)
def test_a_file_cut_off_is_damage_wherever_the_cut_is(path: Path, size: int) -> None:
    os.truncate(path, size)
    with pytest.raises(DatabaseDamaged):
        asyncio.run(names(path))
    assert path.stat().st_size == size


@pytest.mark.parametrize("beside", ["crm.db-wal", "search.db"])
def test_a_file_that_was_emptied_is_not_begun_anew(path: Path, beside: str) -> None:
    os.truncate(path, 0)
    other = path.with_name(beside)
    other.write_bytes(b"x" * 5000)
    with pytest.raises(DatabaseDamaged):
        asyncio.run(names(path))
    assert (path.stat().st_size, other.stat().st_size) == (0, 5000), "what may still be saved is there"


def test_an_empty_file_alone_is_a_new_profile(tmp_path: Path) -> None:
    # A full disk leaves one where a profile was to be made.
    (tmp_path / "crm.db").touch()
    assert asyncio.run(names(tmp_path / "crm.db")) == 0


@pytest.mark.logs("search_index_unfit")
@pytest.mark.parametrize("how", ["overwritten", "cut", "text"])
def test_a_damaged_search_index_is_made_anew(path: Path, how: str) -> None:
    assert asyncio.run(found(path, "ελαστικα 77")) == 11
    index = path.with_name("search.db")
    if how == "overwritten":
        overwrite_the_middle(index)
    elif how == "cut":
        os.truncate(index, 30_000)
    else:
        index.write_text("κάτι άλλο " * 100, encoding="utf-8")
    assert asyncio.run(found(path, "ελαστικα 77")) == 11
    with closing(sqlite3.connect(index)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_a_killed_process_left_in_the_log_is_there(path: Path, tmp_path: Path) -> None:
    crash = tmp_path / "after-the-crash"
    crash.mkdir()
    with closing(connect(path)) as crm:
        crm.execute("PRAGMA journal_mode = WAL")
        crm.execute("UPDATE customers SET company = 'Νέα' WHERE id = 'cust_00007'")
        for name in ("crm.db", "crm.db-wal"):
            shutil.copy(path.with_name(name), crash / name)
    assert (crash / "crm.db-wal").stat().st_size > 0
    with closing(connect(crash / "crm.db")) as crm:
        assert crm.execute("SELECT company FROM customers WHERE id = 'cust_00007'").fetchone()[0] == "Νέα"
    assert asyncio.run(names(crash / "crm.db")) == CUSTOMERS


def test_rubbish_in_the_log_beside_the_file_changes_nothing(path: Path) -> None:
    path.with_name("crm.db-wal").write_bytes(os.urandom(50_000))
    assert asyncio.run(names(path)) == CUSTOMERS


def test_half_a_copy_before_an_upgrade_is_no_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up while the copy is made: the upgrade does not go on, and the next one copies anew."""
    with closing(connect(path)) as crm:
        crm.execute("DELETE FROM kk_migrations WHERE number = (SELECT max(number) FROM kk_migrations)")
        number = crm.execute("SELECT max(number) FROM kk_migrations").fetchone()[0] + 1
    real = sqlite3.connect

    class Full(sqlite3.Connection):
        def backup(self, target: sqlite3.Connection, **_: object) -> None:  # type: ignore[override]
            target.execute("CREATE TABLE half (a)")
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(local.sqlite3, "connect", lambda *args, **kwargs: real(*args, **{**kwargs, "factory": Full}))
        with pytest.raises(DiskFull):
            prepare(path)
    copy = path.with_name(f"crm.db.before-{number:04}")
    assert sorted(file.name for file in path.parent.iterdir()) == ["crm.db"]
    assert prepare(path)
    with closing(real(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM customers").fetchone()[0] == CUSTOMERS


def broken(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE])
@pytest.mark.parametrize(("free", "kind"), [(4096, DiskFull), (10**9, StoreError)])
def test_a_disk_without_room_for_the_file_beside_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, free: int, kind: type[StoreError]
) -> None:
    """With not a page left SQLite cannot even make its shared memory, and says that it cannot open the file."""
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)
    error = as_store_error(broken(code), str(tmp_path / "crm.db"))
    assert type(error) is kind
    assert error.kept is not None
    assert error.next_step is not None
    assert ("γεμάτος" in error.message("el")) == (kind is DiskFull)


def test_a_disk_that_went_away_is_no_fault_of_permissions(tmp_path: Path) -> None:
    gone = as_store_error(broken(sqlite3.SQLITE_IOERR_READ), str(tmp_path / "away" / "crm.db"))
    assert "συνδεδεμένος" in gone.message("el")
    assert "connected" in gone.message("en")
    locked = as_store_error(broken(sqlite3.SQLITE_READONLY), str(tmp_path / "crm.db"))
    assert "δικαίωμα εγγραφής" in locked.message("el")


def test_a_write_into_damage_leaves_nothing_half_done(path: Path) -> None:
    async def body() -> None:
        db = await LocalDatabase.open(path)
        try:
            overwrite_the_middle(path)
            before = path.read_bytes()
            label = Bilingual("Δοκιμή", "Test")
            everybody = Statement("UPDATE customers SET notes = '', updated_at = 2")
            with pytest.raises(DatabaseDamaged):
                await db.apply(Change(label, (everybody,)))
        finally:
            await db.close()
        assert path.read_bytes() == before

    asyncio.run(body())

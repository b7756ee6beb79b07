"""Taking the company's data off a computer: all of it, also when it is cut, and nothing that is one's own."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.errors import ProfileInUse
from kkdesk.services import wiping
from kkdesk.services.company_database import _HostLock, require_nobody
from kkdesk.services.entry import Entry
from kkdesk.services.leaving import sign_out
from kkdesk.services.sign_in.account_file import write_account
from kkdesk.services.wiping import wipe
from tests.conftest import MemoryKeyring
from tests.servers.signing_stand_in import MARIA

KEPT = {"settings.json", "window.ini", "logs/kkdesk.log"}


def database(path: Path, identity: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE kk_identity (id TEXT)")
        connection.execute("INSERT INTO kk_identity VALUES (?)", (identity,))
        connection.commit()


def profile(folder: Path, *, own: str = "mine") -> Entry:
    """A profile that works with a company's database, and had one of its own before."""
    database(folder / "replica" / "replica-1.db", "the-company")
    database(folder / "crm.db", own)
    for name in ("outbox.db", "search.db", "queue/org/journal", "imports/refused.csv", "mail/1.eml", *KEPT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}" if name == "settings.json" else "x")
    write_account(folder / "sign-in.json", MARIA)
    return Entry.at(folder, {"AUTH_BROKER_URL": "https://crm.example.gr"})


def left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_of_the_companys_goes_and_ones_own_stays(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    entry = profile(tmp_path)

    async def go() -> None:
        await entry.secrets.put("SMTP_PASS", "x" * 5000)
        assert (await wipe(entry.profile, entry.secrets)).is_complete

    asyncio.run(go())
    assert left(tmp_path) == {*KEPT, "crm.db"} and memory_keyring.kept == {}


def test_what_was_ones_own_and_was_uploaded_goes_too(tmp_path: Path) -> None:
    entry = profile(tmp_path, own="the-company")
    asyncio.run(wipe(entry.profile, entry.secrets))
    assert left(tmp_path) == KEPT


@pytest.mark.parametrize("cut_at", range(6))
def test_what_is_cut_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: int
) -> None:
    """Killed in between: the mark is there, and says whose data it is of."""
    entry = profile(tmp_path, own="the-company")
    calls = 0
    real_tree, real_unlink = shutil.rmtree, Path.unlink

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls > cut_at:
            raise KeyboardInterrupt

    def tree(path: Path, **more: object) -> None:
        count()
        real_tree(path, ignore_errors=True)

    def unlink(path: Path, **more: bool) -> None:
        count()
        real_unlink(path, missing_ok=True)

    monkeypatch.setattr(wiping.shutil, "rmtree", tree)
    monkeypatch.setattr(Path, "unlink", unlink)
    wiping._mark(entry.profile)
    with pytest.raises(KeyboardInterrupt):
        wiping._delete(entry.profile)
    monkeypatch.undo()
    assert entry.profile.wiping_mark.exists()
    assert asyncio.run(wipe(entry.profile, entry.secrets)).is_complete
    assert left(tmp_path) == KEPT


@pytest.mark.logs("wipe_incomplete")
def test_a_file_that_resists_is_named_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = profile(tmp_path)
    real = Path.unlink

    def stubborn(path: Path, missing_ok: bool = False) -> None:
        if path.name == "outbox.db":
            raise PermissionError
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stubborn)
    report = asyncio.run(wipe(entry.profile, entry.secrets))
    assert [Path(name).name for name in report.files] == ["outbox.db"] and entry.profile.wiping_mark.exists()
    monkeypatch.undo()
    assert asyncio.run(wipe(entry.profile, entry.secrets)).is_complete
    assert not entry.profile.wiping_mark.exists()


@pytest.mark.parametrize("with_data", [True, False])
def test_signing_out(tmp_path: Path, memory_keyring: MemoryKeyring, *, with_data: bool) -> None:
    entry = profile(tmp_path)

    async def go() -> None:
        await entry.secrets.put("SMTP_PASS", "secret")
        report = await sign_out(entry, with_data=with_data)
        assert report.left.is_complete and not report.ended_there
        await entry.close()

    asyncio.run(go())
    assert memory_keyring.kept == {} and not (tmp_path / "sign-in.json").exists()
    assert (tmp_path / "replica" / "replica-1.db").exists() != with_data


def test_a_copy_that_is_in_use_is_not_taken_away(tmp_path: Path) -> None:
    entry = profile(tmp_path)
    lock = _HostLock(entry.profile.replica)
    with pytest.raises(ProfileInUse):
        require_nobody(entry.profile)
    lock.release()
    require_nobody(entry.profile)

"""Moving, as the window and the command see it.

    upload          this profile's file goes to an empty database; from then on the profile works with a replica of it
    join            the profile works with a replica of a database that is there; its own file is kept aside
    work_locally    a copy of what is read now becomes the profile's own file

The profile changes over at the very end, in one step: whatever is cut before leaves it as it was. The program is to be
opened anew afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Cancelled, NotAllowed
from kkdesk.model.rights import Action
from kkdesk.model.row import as_int, as_text
from kkdesk.services.child_process import in_child
from kkdesk.services.moving.progress import Hear, MovingProgress, MovingReport, Target
from kkdesk.services.moving.upload import UPLOAD_TABLE, fingerprint, open_file, tables_of, upload
from kkdesk.services.moving.verify import verify
from kkdesk.services.rights import require
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.remote import RemoteDatabase

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.sync_state import SyncState
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings
    from kkdesk.store.profile import Profile


class Moving:
    """Moves one profile. `file` is what is read now: the profile's own file, the replica or its fork."""

    def __init__(
        self, profile: Profile, settings: Settings, secrets: Secrets, actor: Actor, file: Callable[[], Path]
    ) -> None:
        """Nothing is asked or opened yet."""
        self._actor = actor
        self._profile = profile
        self._settings = settings
        self._secrets = secrets
        self._file = file

    async def look(self, url: str, token: str) -> Target:
        """What is at an address. Raises `InvalidInput`, `Offline`, `SignInNeeded`, `StoreError`."""
        async with _remote(url, token) as remote:
            names = {as_text(row["name"]) for row in await remote.query("SELECT name FROM sqlite_master")}
            if UPLOAD_TABLE in names:
                begun = await remote.query(f"SELECT DISTINCT id FROM {UPLOAD_TABLE}")
                ours = await asyncio.to_thread(self._upload_id)
                return Target("", 0, empty=not begun, resumable=any(row["id"] == ours for row in begun))
            if "organizations" not in names:
                return Target("", 0, empty=not names)
            rows = await remote.query(
                "SELECT (SELECT name FROM organizations ORDER BY created_at LIMIT 1) AS name, "
                "(SELECT count(*) FROM customers) AS customers"
            )
            return Target(as_text(rows[0]["name"]), as_int(rows[0]["customers"]), empty=False)

    async def upload(
        self, url: str, token: str, heard: Hear = lambda _: None, stop: asyncio.Event | None = None
    ) -> MovingReport:
        """Take this profile's data to the empty database at `url`, compare it row by row, and work with it there.

        May be called again after it was cut. Raises `NotAllowed` when the database is not empty, `Cancelled`,
        `Offline`, `SignInNeeded`, the `StoreError` family; the profile then works with its own file as before.
        """
        require(self._actor, Action.MOVE_DATABASE)
        self._may_change()
        target = await self.look(url, token)
        if not (target.empty or target.resumable):
            raise _not_empty()
        heard(MovingProgress("reading"))
        snapshot = await asyncio.to_thread(self._snapshot)
        upload_id = await asyncio.to_thread(_upload_id_of, snapshot)
        async with _remote(url, token) as remote:
            address = remote.url
        await in_child(upload, snapshot, upload_id, address, token, heard=heard, stop=stop)
        replica = await self._first_sync(url, token, heard, stop)
        rows, tables = await in_child(verify, snapshot, replica, heard=heard, stop=stop)
        if await asyncio.to_thread(self._upload_id) != upload_id:
            raise _changed_meanwhile()
        await self._change_over(url, token)
        with contextlib.suppress(OSError):
            snapshot.unlink()
        return MovingReport(rows, tables)

    async def join(
        self, url: str, token: str, heard: Hear = lambda _: None, stop: asyncio.Event | None = None
    ) -> MovingReport:
        """Work with the database at `url` from now on; this profile's own file is kept aside, unchanged.

        Raises as `upload` does.
        """
        self._may_change()
        replica = await self._first_sync(url, token, heard, stop)
        rows, tables = await asyncio.to_thread(_size, replica)
        await self._change_over(url, token)
        return MovingReport(rows, tables)

    async def work_locally(self, heard: Hear = lambda _: None) -> MovingReport:
        """Make a copy of what is read now the profile's own file, and work with that. A file that was there is kept.

        Changes that wait stay in the outbox too: they leave when the profile joins the database again.
        """
        require(self._actor, Action.MOVE_DATABASE)
        self._may_change()
        heard(MovingProgress("reading"))
        await asyncio.to_thread(self._copy_here)
        await asyncio.to_thread(self._settings.store, {"DATABASE_URL": "", "AUTH_BROKER_URL": ""})
        rows, tables = await asyncio.to_thread(_size, self._profile.database)
        return MovingReport(rows, tables)

    async def _first_sync(self, url: str, token: str, heard: Hear, stop: asyncio.Event | None) -> Path:
        """The replica, filled; where it is."""
        from kkdesk.services.company_database import open_replica

        def follow(state: SyncState) -> None:
            heard(MovingProgress("first_sync", state.done, state.total))

        async def give() -> str:
            return token

        opening = asyncio.ensure_future(open_replica(self._profile, url, give, PrimaryClock(), heard=follow))
        await until(opening, stop)
        db = opening.result()
        try:
            await db.sync.fetch()
            return db.view.replica
        finally:
            await db.close()

    async def _change_over(self, url: str, token: str) -> None:
        if self._settings.from_environment("DATABASE_AUTH_TOKEN") != token:
            await self._secrets.put("DATABASE_AUTH_TOKEN", token)
        await asyncio.to_thread(self._settings.store, {"DATABASE_URL": url})

    def _may_change(self) -> None:
        if self._settings.from_environment("DATABASE_URL") is not None:
            raise NotAllowed(
                Bilingual(
                    "Η βάση ορίζεται από το περιβάλλον (DATABASE_URL) και δεν αλλάζει από εδώ.",
                    "The database is set by the environment (DATABASE_URL), and cannot be changed here.",
                ),
                kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
            )

    def _snapshot(self) -> Path:
        """The file as it is now, so that work may go on, and an upload that was cut goes on with the same rows."""
        folder = self._profile.folder / "moving"
        folder.mkdir(parents=True, exist_ok=True)
        snapshot = folder / "upload.db"
        if snapshot.exists() and _upload_id_of(snapshot) == self._upload_id():
            return snapshot
        _copy(self._file(), snapshot)
        return snapshot

    def _upload_id(self) -> str:
        return _upload_id_of(self._file())

    def _copy_here(self) -> None:
        own = self._profile.database
        new = own.with_name(f"{own.name}.new")
        _copy(self._file(), new)
        if own.exists():
            number = 1
            while (aside := own.with_name(f"{own.name}.before-local-{number}")).exists():
                number += 1
            # What its log still has belongs to it.
            with closing(sqlite3.connect(own)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            own.replace(aside)
            for ending in ("-wal", "-shm"):
                own.with_name(own.name + ending).unlink(missing_ok=True)
        new.replace(own)


async def until(work: asyncio.Future[Any], stop: asyncio.Event | None) -> None:
    """Wait for `work`, or end it when `stop` is set. Raises `Cancelled` then."""
    stopped = asyncio.ensure_future((stop or asyncio.Event()).wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return
    finally:
        stopped.cancel()
        if not work.done():
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work
    raise Cancelled(Bilingual("Διακόπηκε.", "Stopped."), kept=Bilingual("Όλα είναι όπως πριν.", "All is as it was."))


@contextlib.asynccontextmanager
async def _remote(url: str, token: str) -> Any:
    async def give() -> str:
        return token

    remote = RemoteDatabase(url, give)
    try:
        yield remote
    finally:
        await remote.close()


def _upload_id_of(path: Path) -> str:
    with closing(open_file(path)) as connection:
        return sha256(fingerprint(connection).encode()).hexdigest()[:32]


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with closing(open_file(source)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
        new.execute("PRAGMA user_version = 0")
    part.replace(target)


def _size(path: Path) -> tuple[int, int]:
    with closing(open_file(path)) as connection:
        tables = tables_of(connection)
        rows = sum(connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0] for table in tables)
    return rows, len(tables)


def _changed_meanwhile() -> NotAllowed:
    return NotAllowed(
        Bilingual(
            "Στο μεταξύ γράφτηκαν αλλαγές στον υπολογιστή αυτόν, που δεν ανέβηκαν.",
            "Changes were written on this computer meanwhile, and have not been uploaded.",
        ),
        kept=Bilingual(
            "Το πρόγραμμα δουλεύει ακόμη με τα δεδομένα αυτού του υπολογιστή· τίποτα δεν χάθηκε.",
            "The program still works with this computer's data; nothing is lost.",
        ),
        next_step=Bilingual(
            "Κλείστε τα άλλα παράθυρα και ξεκινήστε ξανά με κενή βάση.",
            "Close the other windows, and begin again with an empty database.",
        ),
    )


def _not_empty() -> NotAllowed:
    return NotAllowed(
        Bilingual("Η βάση αυτή έχει ήδη δεδομένα.", "This database has data already."),
        kept=Bilingual("Τίποτα δεν γράφτηκε σε αυτήν.", "Nothing was written to it."),
        next_step=Bilingual(
            "Συνδεθείτε σε αυτήν όπως είναι, ή φτιάξτε μια νέα, κενή βάση.",
            "Join it as it is, or make a new, empty one.",
        ),
    )

"""Which database a profile works with: its own file, the company's over the network, or a replica of that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, ProfileInUse
from kkdesk.services.database_tokens import is_brokered
from kkdesk.store.local import CACHE_KIB, SMALL_CACHE_KIB, LocalDatabase
from kkdesk.store.primary_clock import PrimaryClock

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.model.sync_state import SyncState
    from kkdesk.services.child_process import Say
    from kkdesk.services.database_tokens import DatabaseTokens
    from kkdesk.services.settings import Settings
    from kkdesk.store.profile import Profile
    from kkdesk.store.remote import RemoteDatabase
    from kkdesk.store.remote_change import Outcome
    from kkdesk.store.replica import ReplicaDatabase
    from kkdesk.store.replica_guest import ReplicaGuest

AnyDatabase: TypeAlias = "LocalDatabase | RemoteDatabase | ReplicaDatabase | ReplicaGuest"

_SCHEMES = ("libsql://", "https://", "http://")


def company_url(settings: Settings) -> str:
    """The address of the company's database, empty when the profile works with its own file.

    Raises `InvalidInput` for an address that is none.
    """
    url = settings.text("DATABASE_URL")
    if not url or url.startswith("file:"):
        return ""
    if not url.startswith(_SCHEMES):
        raise InvalidInput(
            Bilingual(
                "Η ρύθμιση DATABASE_URL δεν είναι διεύθυνση βάσης.", "Setting DATABASE_URL is no database address."
            ),
            next_step=Bilingual(
                "Γράψτε την ως libsql://…, https://… ή http://….", "Write libsql://…, https://… or http://…."
            ),
        )
    return url


async def open_database(
    profile: Profile,
    settings: Settings,
    tokens: DatabaseTokens,
    clock: Clock,
    *,
    at_server: bool = False,
    heard: Callable[[SyncState], None] | None = None,
) -> AnyDatabase:
    """The database of a profile. `at_server`: for a worker or the endpoints, which need the server's word.

    `heard` is told of the progress of a first sync. Raises `InvalidInput`, `Offline` and `SignInNeeded` when there is
    nothing to read without the server, and the `StoreError` family.
    """
    url = await _url(settings, tokens)
    if not url:
        return await LocalDatabase.open(profile.database, clock, cache_kib=SMALL_CACHE_KIB if at_server else CACHE_KIB)
    if at_server:
        return await _at_server(url, tokens, PrimaryClock(clock))
    try:
        return await open_replica(profile, url, tokens.token, PrimaryClock(clock), heard=heard, refused=tokens.refused)
    except ProfileInUse:
        return await _guest(profile, clock)


async def _url(settings: Settings, tokens: DatabaseTokens) -> str:
    """The company's database; the endpoints that give its tokens say where it is, the first time at least."""
    url = company_url(settings)
    if not url and is_brokered(settings):
        url = await tokens.url()
        await asyncio.to_thread(settings.store, {"DATABASE_URL": url})
    return url


async def _at_server(url: str, tokens: DatabaseTokens, clock: PrimaryClock) -> RemoteDatabase:
    from kkdesk.store.remote import RemoteDatabase

    remote = RemoteDatabase(url, tokens.token, clock=clock, refused=tokens.refused)
    try:
        await remote.migrate()
        # Leases, limits and due times are shared with workers whose clocks may go otherwise.
        await remote.pulse()
    except BaseException:
        await remote.close()
        raise
    return remote


async def open_replica(
    profile: Profile,
    url: str,
    token: Callable[[], Awaitable[str]],
    clock: PrimaryClock,
    *,
    heard: Callable[[SyncState], None] | None = None,
    refused: Callable[[str], None] | None = None,
) -> ReplicaDatabase:
    """The replica of the database at `url`, filled if it was not; this process is its host until it is closed.

    `refused` hears of a token that the server does not take.
    Raises `ProfileInUse` when another process is, and what `ReplicaDatabase.start` does.
    """
    from kkdesk.store.remote import RemoteDatabase
    from kkdesk.store.replica import ReplicaDatabase
    from kkdesk.store.replica_view import ReplicaHome

    lock = _HostLock(profile.replica)
    if not lock.taken:
        raise _in_use()
    remote = RemoteDatabase(url, token, clock=clock, refused=refused)

    async def send_long(change_id: str) -> Outcome:
        from kkdesk.services.child_process import in_child

        return await in_child(_deliver_long, profile.outbox, change_id, remote.url, await token())

    home = ReplicaHome(profile.replica, profile.outbox)
    db = ReplicaDatabase(home, remote, token, send_long, on_close=lock.release)
    if heard is not None:
        db.status.subscribe(heard)
    try:
        await db.start()
    except BaseException:
        await db.close()
        raise
    return db


async def _guest(profile: Profile, clock: Clock) -> ReplicaGuest:
    from kkdesk.store.outbox_thread import OutboxThread
    from kkdesk.store.replica_guest import GuestPlace, ReplicaGuest
    from kkdesk.store.replica_view import FORK_NUMBER, REPLICA_NUMBER, ReplicaHome

    home = ReplicaHome(profile.replica, profile.outbox)
    box = OutboxThread(profile.outbox)
    try:
        replica, fork = await box.do(lambda box: (int(box.fact(REPLICA_NUMBER) or 0), int(box.fact(FORK_NUMBER) or 0)))
    finally:
        await box.close()
    view = home.fork(fork) if fork else home.replica(replica)
    return ReplicaGuest(GuestPlace(view, profile.outbox, is_fork=bool(fork)), clock)


def _deliver_long(_say: Say, outbox: Path, change_id: str, url: str, token: str) -> Outcome:
    """In a process of its own: a change of many megabytes would hold up the window."""
    from kkdesk.store.long_change import deliver_long

    return asyncio.run(deliver_long(outbox, change_id, url, token))


def _in_use() -> ProfileInUse:
    return ProfileInUse(
        Bilingual("Το προφίλ είναι ανοιχτό σε άλλο παράθυρο.", "The profile is open in another window."),
        next_step=Bilingual("Κλείστε το και δοκιμάστε ξανά.", "Close it and try again."),
    )


def require_nobody(profile: Profile) -> None:
    """Raises `ProfileInUse` while another process works with the profile's copy of the company's data."""
    lock = _HostLock(profile.replica)
    lock.release()
    if not lock.taken:
        raise _in_use()


class _HostLock:
    """One process of a profile syncs and delivers; the others are its guests."""

    def __init__(self, folder: Path) -> None:
        from kkdesk.store.file_lock import try_lock

        folder.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(folder / "host.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self.taken = try_lock(self._descriptor)
        if not self.taken:
            self.release()

    def release(self) -> None:
        """Let another process be the host. May be called twice."""
        with suppress(OSError):
            os.close(self._descriptor)

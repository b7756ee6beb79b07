"""The bounce mailbox as the worker has it: looked through once, or watched while there is a worker."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Final

import structlog

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.clock import Clock
from kkdesk.model.errors import KKDeskError
from kkdesk.model.faults import fault_place
from kkdesk.model.row import as_int, as_text
from kkdesk.services.bounces.account import MailboxAccount
from kkdesk.services.bounces.mailbox import CONNECT_SECONDS, IDLE_SECONDS, MailboxSession
from kkdesk.services.bounces.pass_through import MailboxPass
from kkdesk.services.bounces.report import BounceReport, MailboxState
from kkdesk.services.queue.leases import read_error, write_error
from kkdesk.store.database import Database

_log = structlog.get_logger(__name__)

#: Seconds between looks where the server cannot say by itself that something came.
POLL_SECONDS: Final = 60.0
#: The same while a message waits for a mail of ours to be on record as sent.
_EARLY_SECONDS: Final = 5.0
#: Seconds before the next try after the first, second, ... failure in a row.
_BACK_OFF: Final = (5.0, 15.0, 60.0, 300.0)

_LABEL: Final = Bilingual("Γραμματοκιβώτιο επιστροφών", "Bounce mailbox")
_STATE = "SELECT checked_at, last_error FROM kk_mailboxes WHERE id = ?"
_ERROR = "SELECT last_error FROM kk_mailboxes WHERE id = ?"
_NOTE_ERROR = """
INSERT INTO kk_mailboxes (id, org_id, uid_validity, last_uid, checked_at, last_error) VALUES (?1, ?2, 0, 0, 0, ?3)
ON CONFLICT (id) DO UPDATE SET last_error = excluded.last_error
"""


class BounceMailbox:
    """What came back. Its troubles are in its reports and in `kk_mailboxes.last_error`; nobody else is stopped by them.

    Several workers may read one mailbox: whatever is read twice is written once.
    """

    def __init__(
        self,
        db: Database,
        actor: Actor,
        clock: Clock,
        account: Callable[[], MailboxAccount],
        password: Callable[[], Awaitable[str]],
        bounce_address: str,
    ) -> None:
        """Touches nothing yet. `account` and `password` may raise; `bounce_address` is BOUNCE_ADDRESS or empty."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._account = account
        self._password = password
        self._bounce_address = bounce_address

    async def check(self, budget: float | None = None) -> BounceReport:
        """Read what is new, for `budget` seconds at most. Raises nothing but cancellation."""
        report = BounceReport()
        try:
            async with asyncio.timeout(budget), self._opened(budget) as (session, mailbox):
                await self._pass(session, mailbox).run(report)
        except KKDeskError as error:
            await self._failed(report, error)
        except TimeoutError:
            report.unfinished = True
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, mails go on leaving
            await self._failed(report, _fault(error))
        return report

    async def trial(self) -> int:
        """Sign in, look into the folder and leave: how many messages lie in it. Reads none of them, writes nothing.

        Raises `NotConfigured`, `Offline` or `MailServerRefused`.
        """
        async with self._opened() as (session, _mailbox):
            return session.found

    async def state(self) -> MailboxState:
        """How reading the mailbox goes, as whichever worker read it last has noted."""
        rows = await self._db.query(_STATE, (self._account().identity(self._actor.org_id),))
        if not rows:
            return MailboxState(0, None)
        return MailboxState(as_int(rows[0]["checked_at"]), read_error(as_text(rows[0]["last_error"])))

    async def watch(self, stopping: asyncio.Event) -> None:
        """Read what comes, when it comes, until `stopping`. Raises nothing but cancellation."""
        failures = 0
        while not stopping.is_set():
            report = BounceReport()
            try:
                async with self._opened() as (session, mailbox):
                    reading = self._pass(session, mailbox)
                    while not stopping.is_set():
                        report = BounceReport()
                        await reading.run(report)
                        failures = 0
                        if report.ours:
                            _log.info("bounces_read", ours=report.ours, bounces=report.bounces)
                        await self._wait(session, stopping, early=bool(report.early))
            except KKDeskError as error:
                await self._failed(report, error)
            except Exception as error:  # noqa: BLE001 - as above
                await self._failed(report, _fault(error))
            if not stopping.is_set():
                await _pause(stopping, _BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
            failures += 1

    @contextlib.asynccontextmanager
    async def _opened(self, budget: float | None = None) -> AsyncIterator[tuple[MailboxSession, str]]:
        """A session with the mailbox and the mailbox's id. Cancelling cuts the connection."""
        account = replace(self._account(), password=await self._password())
        # In time to say that nobody answers, and not only that there was no time.
        patience = CONNECT_SECONDS if budget is None else min(budget / 2, CONNECT_SECONDS)
        session = MailboxSession(account, patience)
        politely = False
        try:
            await asyncio.to_thread(session.open)
            yield session, account.identity(self._actor.org_id)
            politely = True
        except asyncio.CancelledError:
            session.abort()
            raise
        finally:
            await asyncio.to_thread(session.close, politely=politely)

    def _pass(self, session: MailboxSession, mailbox: str) -> MailboxPass:
        return MailboxPass(self._db, self._actor, self._clock, mailbox, session, self._bounce_address)

    async def _wait(self, session: MailboxSession, stopping: asyncio.Event, *, early: bool) -> None:
        """Return when there may be something new, or when `stopping` is set."""
        if early or not session.idles:
            await _pause(stopping, _EARLY_SECONDS if early else POLL_SECONDS)
            return
        idle = asyncio.ensure_future(asyncio.to_thread(session.wait, IDLE_SECONDS))
        stop = asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait({idle, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not idle.done():
                session.wake()
                await asyncio.wait({idle})
        except asyncio.CancelledError:
            session.abort()
            await asyncio.wait({idle})
            idle.exception()
            raise
        finally:
            stop.cancel()
        idle.result()

    async def _failed(self, report: BounceReport, error: KKDeskError) -> None:
        """Say what is wrong where people look for it; once, not at each try."""
        report.error = error
        _log.warning("bounce_mailbox_waits", error=error.code)
        try:
            mailbox = self._account().identity(self._actor.org_id)
            said = write_error(error.what)
            rows = await self._db.query(_ERROR, (mailbox,))
            if not rows or rows[0]["last_error"] != said:
                note = Statement(_NOTE_ERROR, (mailbox, self._actor.org_id, said))
                await self._db.apply(Change(_LABEL, (note,), at_primary=True))
        except KKDeskError as unwritten:
            _log.info("bounce_mailbox_error_unwritten", error=unwritten.code)


def _fault(error: Exception) -> KKDeskError:
    _log.error("bounce_mailbox_faulty", fault=fault_place(error))
    return KKDeskError(
        Bilingual(
            f"Οι επιστροφές δεν διαβάστηκαν από απρόσμενο σφάλμα του προγράμματος ({type(error).__name__}).",
            f"Bounces were not read, for an unexpected fault of the program ({type(error).__name__}).",
        ),
        kept=Bilingual("Η αποστολή δεν επηρεάζεται.", "Sending is not affected."),
        next_step=Bilingual(
            "Θα δοκιμαστεί ξανά αυτόματα. Αν επαναληφθεί, στείλτε μας το αρχείο logs/kkdesk.log.",
            "It will be tried again by itself. If it happens again, send us the file logs/kkdesk.log.",
        ),
    )


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stopping.wait()

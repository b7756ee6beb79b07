"""One pass through what is new in the mailbox: fetched, understood, recorded, marked, batch by batch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.clock import Clock
from kkdesk.model.row import as_int
from kkdesk.services.bounces.letters import Letter
from kkdesk.services.bounces.mailbox import MailboxSession
from kkdesk.services.bounces.matching import match
from kkdesk.services.bounces.reading import read_letter, worth_fetching
from kkdesk.services.bounces.recording import Cursor, Recorded, change_of, only_new
from kkdesk.services.bounces.report import BounceReport
from kkdesk.services.bounces.verdicts import weigh
from kkdesk.store.database import Database

#: Messages that are fetched, and recorded, at a time.
BATCH: Final = 50
#: Seconds after which a mailbox with nothing new is noted as checked again: each note wakes whoever watches the data.
_NOTE_SECONDS: Final = 3600
_STATE = "SELECT uid_validity, last_uid, checked_at, last_error FROM kk_mailboxes WHERE id = ?"


@dataclass(frozen=True, slots=True)
class _Found:
    uid: int
    received_at: int
    letter: Letter


class MailboxPass:
    """Reads on from where the last pass, of whatever worker, has ended."""

    def __init__(
        self, db: Database, actor: Actor, clock: Clock, mailbox: str, session: MailboxSession, bounce_address: str
    ) -> None:
        """`mailbox` is its id in `kk_mailboxes`; `session` is open."""
        self._db = db
        self._org_id = actor.org_id
        self._clock = clock
        self._mailbox = mailbox
        self._session = session
        self._bounce_address = bounce_address
        #: The cursor as it is on record.
        self._written = -1

    async def run(self, report: BounceReport) -> None:
        """Read all that is new, adding to `report`. What was recorded stays, wherever it ends.

        Raises what `MailboxSession` and the database raise.
        """
        rows = await self._db.query(_STATE, (self._mailbox,))
        row = rows[0] if rows else None
        same = row is not None and as_int(row["uid_validity"]) == self._session.uid_validity
        # After another UIDVALIDITY the numbers mean other messages: all are read again, and known again.
        after = self._written = as_int(row["last_uid"]) if row is not None and same else 0
        early_from: int | None = None
        read = False
        while uids := await asyncio.to_thread(self._session.news, after):
            read = True
            for start in range(0, len(uids), BATCH):
                early_from = await self._batch(uids[start : start + BATCH], early_from, report)
            after = uids[-1]
        if read:
            return
        now = self._clock()
        if row is None or not same or row["last_error"] is not None or as_int(row["checked_at"]) + _NOTE_SECONDS <= now:
            await self._write([], after, now)

    async def _batch(self, uids: Sequence[int], early_from: int | None, report: BounceReport) -> int | None:
        """Deal with some messages. Gives the first one, of these or before, that comes too early, if any."""
        found = await asyncio.to_thread(self._fetch, uids)
        mails = await match(self._db, self._org_id, [one.letter for one in found])
        now = self._clock()
        recorded: list[Recorded] = []
        ours: list[int] = []
        for one, mail in zip(found, mails, strict=True):
            if mail is None or one.letter.kind == "other":
                continue
            if mail.current and mail.state == "claimed":
                # Faster than the worker that sent it, which has not written that it did.
                early_from = one.uid if early_from is None else min(early_from, one.uid)
                report.early += 1
                continue
            finding = weigh(one.letter, mail.email, min(one.received_at or now, now))
            if finding is not None:
                recorded.append(Recorded(one.letter.fingerprint, mail, finding))
            # What a program answers to a person's address, a person may want to read.
            if finding is not None or one.letter.kind != "notice" or one.letter.marks.to_return_path:
                ours.append(one.uid)
        new = await only_new(self._db, recorded)
        last = uids[-1] if early_from is None else early_from - 1
        if new or last > self._written:
            await self._write(new, last, now)
        await asyncio.to_thread(self._session.mark, ours)
        report.read += len(uids)
        report.ours += len(ours)
        for entry in new:
            report.count(entry.finding.event)
        return early_from

    async def _write(self, new: Sequence[Recorded], last_uid: int, now: int) -> None:
        self._written = max(last_uid, self._written, 0)
        cursor = Cursor(self._mailbox, self._session.uid_validity, self._written)
        await self._db.apply(change_of(new, cursor, self._org_id, now))

    def _fetch(self, uids: Sequence[int]) -> list[_Found]:
        """Read what may be about mails of ours: by their headers first, most of a person's mail stays unread."""
        headers = self._session.headers(uids)
        wanted = [uid for uid in uids if worth_fetching(headers.get(uid, b""), self._bounce_address)]
        return [
            _Found(uid, one.received_at, read_letter(one.content, self._bounce_address))
            for uid, one in self._session.messages(wanted)
        ]

"""`FolderTransport`: without a mail server, mails become `.eml` files that any mail program opens."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
from pathlib import Path

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock, athens_time
from kkdesk.model.errors import DiskFull, StoreError
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail

_UNSAFE = re.compile(r"[^\w@.+-]")
_NAME_LENGTH = 80
_to_disk = os.fsync


class FolderTransport:
    """Writes each mail as one file. Implements `kkdesk.services.mail.transport.Transport`."""

    lanes = 4
    per_minute: int | None = None

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Makes the folder when the first mail comes."""
        self._folder = folder
        self._clock = clock

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        """See `Transport.send`. A file appears whole, under its name, or not at all."""
        await before_content()
        now = self._clock()
        target = self._folder / file_name(mail, now)
        try:
            await asyncio.to_thread(_write, target, mail.content)
        except OSError as error:
            raise _unwritable(error, self._folder) from error
        return Outcome("sent", now, "folder", text=target.name)

    async def close(self) -> None:
        """See `Transport.close`."""


def file_name(mail: OutgoingMail, now: int) -> str:
    """Sorted by time, readable, and different for each mail: `2026-11-23 09.15.02 maria@example.gr 1f3a9c2e.eml`."""
    # A space and no colon: such names are good on Windows too.
    time = f"{athens_time(now):%Y-%m-%d %H.%M.%S}"
    address = _UNSAFE.sub("_", mail.recipient)[:_NAME_LENGTH]
    token = hashlib.sha256(mail.message_id.encode()).hexdigest()[:8]
    return f"{time} {address} {token}.eml"


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            _to_disk(file.fileno())
        draft.replace(target)
        _sync_folder(target.parent)
    except OSError:
        # The mail goes back into the queue: a file that stayed would be its second copy.
        for left in (draft, target):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Bring the new name itself to the disk; Windows neither needs nor allows it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(error: OSError, folder: Path) -> StoreError:
    kept = Bilingual("Όσα μηνύματα δεν γράφτηκαν μένουν στην ουρά.", "Mails that were not written stay in the queue.")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(
            Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."),
            kept=kept,
            next_step=Bilingual("Ελευθερώστε χώρο· η αποστολή θα συνεχιστεί.", "Free some space; sending will go on."),
        )
    return StoreError(
        Bilingual(f"Ο φάκελος μηνυμάτων δεν γράφεται: {folder}", f"The mail folder cannot be written: {folder}"),
        kept=kept,
        next_step=Bilingual("Ελέγξτε τα δικαιώματα του φακέλου.", "Check the folder's permissions."),
    )

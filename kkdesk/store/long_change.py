"""Delivering one change of the outbox that is too long for the process that shows the window."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotFound
from kkdesk.store.outbox import Outbox
from kkdesk.store.remote import RemoteDatabase
from kkdesk.store.remote_change import Delivered

if TYPE_CHECKING:
    from kkdesk.store.remote_change import Outcome


async def deliver_long(outbox: Path, change_id: str, url: str, token: str) -> Outcome:
    """Deliver the change `change_id`; the answer without its rows, which nobody waits for.

    Raises `NotFound` when the outbox has it no more, and what the server could not be asked for.
    """

    async def give() -> str:
        return token

    box = await asyncio.to_thread(Outbox, outbox)
    remote = RemoteDatabase(url, give)
    try:
        change = box.get(change_id)
        if change is None:
            raise NotFound(Bilingual("Η αλλαγή δεν περιμένει πια.", "The change is no longer waiting."))
        outcome = (await remote.deliver([change]))[0]
    finally:
        await remote.close()
        box.close()
    if isinstance(outcome, Delivered):
        return replace(outcome, applied=replace(outcome.applied, rows=()))
    return outcome

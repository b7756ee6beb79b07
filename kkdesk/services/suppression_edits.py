"""Putting addresses on the list of those that are never mailed, and taking them off; each leaves a note."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement, Touched
from kkdesk.model.email_address import MALFORMED, address_key, is_mailable
from kkdesk.model.errors import InvalidInput, NotAllowed, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import as_text
from kkdesk.model.suppression import SuppressionQuery
from kkdesk.services.rights import require
from kkdesk.services.suppression_list import SuppressionList
from kkdesk.services.suppression_release import OnRecord, records_of, release_statements, touched_records

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

#: Addresses of one change of an import: what is written so far stays when it is stopped.
CHUNK: Final = 2_000
#: Addresses that are looked up one by one; for more the list is read.
_FEW: Final = 500

# Whoever had been listed until a certain day stays listed for good.
_ADD: Final = """
INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppression_reason, suppressed_at)
SELECT value ->> 0, ?2, value ->> 1, 'manual', ?3, ?4 FROM json_each(?1) WHERE true
ON CONFLICT (org_id, email) DO UPDATE SET suppression_type = 'manual', suppression_reason = excluded.suppression_reason,
  suppressed_at = excluded.suppressed_at, expires_at = NULL
WHERE email_suppressions.expires_at IS NOT NULL
"""
_NOTE: Final = """
INSERT INTO kk_suppression_notes (id, org_id, address, action, note, user_id, created_at)
SELECT value ->> 0, ?2, value ->> 1, ?3, ?4, ?5, ?6 FROM json_each(?1)
"""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of addresses that were to be listed. Without a `change_id` they all had been before."""

    change_id: str | None
    added: tuple[str, ...]
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """Addresses that may be mailed again, and the change to undo."""

    change_id: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many addresses of a file were listed, and how many had been; `stopped` when the rest was not looked at."""

    added: int
    listed: int
    stopped: bool = False


class SuppressionEdits:
    """Changes the list of the actor's organisation, in the actor's name."""

    def __init__(self, db: Database, actor: Actor, clock: Clock, listing: SuppressionList) -> None:
        """`listing` says who is listed already."""
        self._db = db
        self._actor = actor
        self._clock = clock
        self._listing = listing

    async def add(self, addresses: Sequence[str], note: str = "") -> Added:
        """Never mail these again, however they are spelled. Undoable.

        Who is listed for good stays as he is and is told in `listed`. Raises `InvalidInput` for what is no address.
        """
        require(self._actor, Action.EDIT_SUPPRESSIONS)
        keys = tuple(dict.fromkeys(map(address_key, addresses)))
        for key in keys:
            if not is_mailable(key):
                raise InvalidInput(Bilingual(f"«{key}»: {MALFORMED.el}", f"“{key}”: {MALFORMED.en}"))
        lasting = await self._lasting(keys)
        new = tuple(key for key in keys if key not in lasting)
        label = Bilingual(f"Αποκλεισμός: {_count_el(new)}", f"Never mail: {_count_en(new)}")
        change_id = await self._write(new, label, "add", note.strip(), note.strip()) if new else None
        return Added(change_id, new, tuple(key for key in keys if key in lasting))

    async def import_addresses(
        self,
        addresses: Sequence[str],
        name: str,
        note: str = "",
        *,
        heard: Callable[[int, int], None] | None = None,
        stop: asyncio.Event | None = None,
    ) -> Imported:
        """List the folded addresses of the file `name`, some thousand at a time; each part can be undone.

        `heard(done, total)` follows. When `stop` is set, or an error is raised, what has been written stays listed:
        the same file goes on from there.
        """
        require(self._actor, Action.EDIT_SUPPRESSIONS)
        lasting = await self._lasting(addresses)
        new = [key for key in dict.fromkeys(addresses) if key not in lasting]
        told = "\n".join(filter(None, (name, note.strip())))
        for done in range(0, len(new), CHUNK):
            if stop is not None and stop.is_set():
                return Imported(done, len(addresses) - len(new), stopped=True)
            part = new[done : done + CHUNK]
            label = Bilingual(
                f"Αποκλεισμός από το αρχείο {name}: {_count_el(part)}", f"Never mail, from {name}: {_count_en(part)}"
            )
            await self._write(part, label, "import", note.strip(), told)
            if heard is not None:
                heard(done + len(part), len(new))
        return Imported(len(new), len(addresses) - len(new))

    async def remove(self, addresses: Sequence[str], note: str, *, asked_again: bool = False) -> Removed:
        """Let these be mailed again. Undoable.

        Those who unsubscribed or complained only with `asked_again`: they asked for mail themselves. Their opt-outs go
        everywhere, at the company's server: raises `Offline` without it, since who opts out once more while the
        change waited would be mailed. Raises `InvalidInput` without a note, `NotAllowed` without `asked_again` where
        it is due, and `NotFound` when none is listed any more.
        """
        require(self._actor, Action.EDIT_SUPPRESSIONS)
        if not note.strip():
            raise InvalidInput(Bilingual("Γράψτε τον λόγο.", "Write down why."))
        found = await records_of(self._db, self._actor.org_id, tuple(map(address_key, addresses)))
        if not found.addresses:
            raise NotFound(Bilingual("Η διεύθυνση δεν είναι πια στη λίστα.", "The address is no longer on the list."))
        if found.has_wishes and not asked_again:
            raise _must_have_asked()
        now = self._clock()
        notes, ids = self._notes(found.addresses, "remove", note.strip(), now)
        change = Change(
            Bilingual(f"Άρση αποκλεισμού: {_count_el(found.addresses)}", f"Mail again: {_count_en(found.addresses)}"),
            (*release_statements(found, self._actor, now), notes),
            undo=(*touched_records(found), Touched("kk_suppression_notes", ids)),
            actor=self._actor.user_id,
            at_primary=found.has_wishes,
        )
        await self._db.apply(change)
        return Removed(change.id, found.addresses)

    async def records(self, addresses: Sequence[str]) -> OnRecord:
        """What is on record about the addresses, to be asked about before `remove`."""
        return await records_of(self._db, self._actor.org_id, tuple(map(address_key, addresses)))

    async def unlisted(self, addresses: Sequence[str]) -> int:
        """How many of the folded addresses are not listed for good yet."""
        lasting = await self._lasting(addresses)
        return len([key for key in dict.fromkeys(addresses) if key not in lasting])

    async def _lasting(self, keys: Sequence[str]) -> Collection[str]:
        """Who is listed for good already, among `keys` at least."""
        if len(keys) <= _FEW:
            entries = await self._listing.entries_of(keys)
            return {entry.address for entry in entries if entry is not None and entry.until is None}
        found = await self._listing.find(SuppressionQuery(sort="address", descending=False, lasting=True))
        return frozenset(found.addresses)

    async def _write(self, keys: Sequence[str], label: Bilingual, action: str, reason: str, note: str) -> str:
        now, org_id = self._clock(), self._actor.org_id
        rows = await self._db.query(
            "SELECT id FROM email_suppressions WHERE org_id = ?1 AND email IN (SELECT value FROM json_each(?2))",
            (org_id, json.dumps(keys)),
        )
        pairs = [(new_id("supp"), key) for key in keys]
        notes, ids = self._notes(keys, action, note, now)
        touched = (*(key for key, _ in pairs), *(as_text(row["id"]) for row in rows))
        change = Change(
            label,
            (Statement(_ADD, (json.dumps(pairs), org_id, reason or None, now)), notes),
            undo=(Touched("email_suppressions", touched), Touched("kk_suppression_notes", ids)),
            actor=self._actor.user_id,
        )
        await self._db.apply(change)
        return change.id

    def _notes(self, keys: Sequence[str], action: str, note: str, now: int) -> tuple[Statement, tuple[str, ...]]:
        pairs = [(new_id("snote"), key) for key in keys]
        args = (json.dumps(pairs), self._actor.org_id, action, note, self._actor.user_id, now)
        return Statement(_NOTE, args), tuple(key for key, _ in pairs)


def _must_have_asked() -> NotAllowed:
    return NotAllowed(
        Bilingual(
            "Ο παραλήπτης έχει ζητήσει να μη λαμβάνει μηνύματα.", "The recipient has asked not to receive messages."
        ),
        kept=Bilingual("Παραμένει αποκλεισμένος.", "The address is still not mailed."),
        next_step=Bilingual(
            "Συνεχίστε μόνο αν ζήτησε ο ίδιος να λαμβάνει πάλι μηνύματα, και επιβεβαιώστε το.",
            "Go on only if they asked to be mailed again themselves, and confirm it.",
        ),
    )


def _count_el(addresses: Sequence[str]) -> str:
    return addresses[0] if len(addresses) == 1 else f"{len(addresses)} διευθύνσεις"


def _count_en(addresses: Sequence[str]) -> str:
    return addresses[0] if len(addresses) == 1 else f"{len(addresses)} addresses"

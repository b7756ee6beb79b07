"""The history of changes, and taking them back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Statement
from kkdesk.model.errors import NotFound
from kkdesk.model.ids import ulid
from kkdesk.model.rights import OF_THE_COMPANY, Action, may_write
from kkdesk.model.row import as_int, as_text
from kkdesk.services.rights import require
from kkdesk.store.undo import Imaged, Schema, undo_change

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

_LIST = """
SELECT c.id, c.label, c.applied_at, c.undone_by, c.undo_of, u.name AS who,
  (SELECT count(*) FROM kk_undo k WHERE k.change_id = c.id AND k.seq = 0) AS rows
FROM kk_changes c LEFT JOIN users u ON u.id = c.actor
WHERE c.undo_until > ?
ORDER BY c.applied_at DESC, c.rowid DESC LIMIT ?
"""

#: Seconds that the ledger remembers a change: for so long another computer's outbox may deliver it once more.
LEDGER_SECONDS: Final = 90 * 24 * 3600
#: Images that one transaction forgets: others write meanwhile.
_FORGOTTEN_AT_ONCE: Final = 20_000

# The clean-up has a row of its own in the ledger: its time is that of the company's database, whatever clock we have.
_NOW: Final = "(SELECT applied_at FROM kk_changes WHERE id = ?1)"
_FORGET_IMAGES: Final = f"""
DELETE FROM kk_undo WHERE (change_id, tbl, row_id) IN (
  SELECT u.change_id, u.tbl, u.row_id FROM kk_changes c JOIN kk_undo u ON u.change_id = c.id
  WHERE c.undo_until < {_NOW} LIMIT ?2)"""
_FORGET_CHANGES: Final = f"""
DELETE FROM kk_changes WHERE applied_at < {_NOW} - ?2 AND coalesce(undo_until, 0) < {_NOW}
  AND NOT EXISTS (SELECT 1 FROM kk_undo u WHERE u.change_id = kk_changes.id)"""
_ANY_OLD: Final = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM kk_changes WHERE applied_at < ?1 - ?2)
  OR EXISTS (SELECT 1 FROM kk_changes c JOIN kk_undo u ON u.change_id = c.id WHERE c.undo_until < ?1)"""


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change that can be, or was, taken back. `rows` counts the records of its main table."""

    id: str
    label: Bilingual
    applied_at: int
    who: str
    rows: int
    undone: bool
    is_undo: bool


class History:
    """Undoable changes of the last 30 days."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """`actor` is named as the one who undoes."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def recent(self, limit: int = 200) -> list[PastChange]:
        """The newest first, as the company's database wrote them."""
        return [
            PastChange(
                id=as_text(row["id"]),
                label=read_label(as_text(row["label"])),
                applied_at=as_int(row["applied_at"]),
                who=as_text(row["who"]),
                rows=as_int(row["rows"]),
                undone=row["undone_by"] is not None,
                is_undo=row["undo_of"] is not None,
            )
            for row in await self._db.query(_LIST, (self._clock(), limit))
        ]

    async def undo(self, change_id: str) -> Applied:
        """Take the change back, except where somebody has worked on since; the undo is itself undoable.

        Raises `NotFound` for an unknown change and `Conflict` for one already undone or older than 30 days.
        """
        require(self._actor, Action.UNDO)
        rows = await self._db.query("SELECT label FROM kk_changes WHERE id = ?", (change_id,))
        if not rows:
            raise NotFound(Bilingual("Η αλλαγή δεν βρέθηκε.", "The change was not found."))
        label = read_label(as_text(rows[0]["label"]))
        imaged = await self._imaged(change_id)
        if any(item.table in OF_THE_COMPANY for item in imaged):
            require(self._actor, Action.CHANGE_COMPANY)
        schema = await self._schema([item.table for item in imaged])
        undone = Bilingual(f"Αναίρεση: {label.el}", f"Undo: {label.en}")
        return await self._db.apply(undo_change(change_id, undone, imaged, schema, self._actor.user_id))

    async def prune(self) -> None:
        """Forget the images of changes that are too old to be undone, and ledger rows nobody will deliver again.

        Writes nothing where there is nothing old, or for who may only read. Raises `Offline` without the company's
        server.
        """
        if not may_write(self._actor.role):
            return
        if not await self._db.query(_ANY_OLD, (self._clock(), LEDGER_SECONDS)):
            return
        forgotten = _FORGOTTEN_AT_ONCE
        while forgotten >= _FORGOTTEN_AT_ONCE:
            change_id = ulid()
            statements = (
                Statement(_FORGET_IMAGES, (change_id, _FORGOTTEN_AT_ONCE)),
                Statement(_FORGET_CHANGES, (change_id, LEDGER_SECONDS)),
            )
            label = Bilingual("Καθαρισμός ιστορικού", "Clean-up of the history")
            applied = await self._db.apply(Change(label, statements, at_primary=True, id=change_id))
            forgotten = applied.counts[0] if applied.counts else 0

    async def _imaged(self, change_id: str) -> list[Imaged]:
        rows = await self._db.query(
            "SELECT tbl, row_id, seq FROM kk_undo WHERE change_id = ? ORDER BY seq, row_id", (change_id,)
        )
        ids: dict[str, list[str]] = {}
        for row in rows:
            ids.setdefault(as_text(row["tbl"]), []).append(as_text(row["row_id"]))
        return [Imaged(table, tuple(found), await self._columns(change_id, table)) for table, found in ids.items()]

    async def _columns(self, change_id: str, table: str) -> tuple[str, ...]:
        rows = await self._db.query(
            "SELECT coalesce(after, before) AS image FROM kk_undo WHERE change_id = ? AND tbl = ? LIMIT 1",
            (change_id, table),
        )
        return tuple(json.loads(as_text(rows[0]["image"])))

    async def _schema(self, tables: list[str]) -> Schema:
        columns = {
            table: [as_text(r["name"]) for r in await self._db.query("SELECT name FROM pragma_table_info(?)", (table,))]
            for table in tables
        }
        references: dict[str, list[tuple[str, str]]] = {table: [] for table in tables}
        pairs = await self._db.query(
            'SELECT m.name AS child, f."from" AS column, f."table" AS parent '
            "FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        )
        for row in pairs:
            parent = as_text(row["parent"])
            if parent in references:
                references[parent].append((as_text(row["child"]), as_text(row["column"])))
        return Schema(columns, references)


def read_label(text: str) -> Bilingual:
    """A change's label as the ledger keeps it."""
    stored = json.loads(text)
    return Bilingual(stored["el"], stored["en"])

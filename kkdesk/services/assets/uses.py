"""Whether anything uses a file: what is asked of the database, where the texts lie, and not here.

Every place that can hold a mail's content, or part of one, is in `_PLACES`; a new table with such a text belongs there.
Other organisations' texts count as well, and so does what undo would bring back.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kkdesk.model.row import as_int, as_text
from kkdesk.services.assets.names import Named, as_patterns, named_in

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.model.row import Row
    from kkdesk.store.database import Database


@dataclass(frozen=True, slots=True)
class _Place:
    """Texts: columns of a table, the key of its rows, and which of them count; `?2` is the time."""

    table: str
    columns: tuple[str, ...]
    key: str = "d.rowid"
    where: str = "1"


#: Small tables first: what is found there spares the look into all campaigns.
_CONTENTS: Final = (
    _Place("organizations", ("logo", "settings")),
    _Place("kk_settings", ("value",)),
    _Place("email_signatures", ("content",)),
    _Place("automation_steps", ("config",)),
    _Place("email_templates", ("content", "thumbnail")),
    _Place("email_campaigns", ("content",)),
    _Place("kk_campaign_files", ("files",)),
    _Place("kk_campaign_content", ("content", "signature")),
)
_IMAGES: Final = ", ".join(f"'{table}'" for table in ("campaign_assets", *(place.table for place in _CONTENTS)))
_UNDOABLE: Final = "EXISTS (SELECT 1 FROM kk_changes h WHERE h.id = {row}.change_id AND h.undo_until > ?2)"
_UNDO: Final = _Place(
    "kk_undo",
    ("before",),
    "json_array(d.change_id, d.tbl, d.row_id)",
    f"d.tbl IN ({_IMAGES}) AND {_UNDOABLE.format(row='d')}",
)
_PLACES: Final = (*_CONTENTS, _UNDO)

#: A campaign that is there has the file `{id}` among its pictures and attachments.
LINKED: Final = (
    "EXISTS (SELECT 1 FROM campaign_assets k JOIN email_campaigns e ON e.id = k.campaign_id WHERE k.asset_id = {id})"
)
#: Undo would put the file's own row back as it was.
_RESTORABLE: Final = (
    "EXISTS (SELECT 1 FROM kk_undo u WHERE u.tbl = 'email_assets' AND u.row_id = c.id AND u.before IS NOT NULL "
    f"AND {_UNDOABLE.format(row='u')})"
)


def _names(place: _Place) -> str:
    either = " OR ".join(f"(d.{column} GLOB c.a AND d.{column} GLOB c.b)" for column in place.columns)
    return f"EXISTS (SELECT 1 FROM {place.table} d WHERE {place.where} AND ({either}))"


#: Files by `?1` (`listed`); `used` are those of them that something uses at the time `?2`.
WITH_USED: Final = f"""
WITH c (id, a, b) AS MATERIALIZED (
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?1)),
used (id) AS MATERIALIZED (
  SELECT DISTINCT c.id FROM c WHERE {" OR ".join([LINKED.format(id="c.id"), _RESTORABLE, *map(_names, _PLACES)])})
"""

# Letters and digits spelt as %61, &#97; or &#x61;, also within another layer (%2561); and texts with a NUL in them,
# where GLOB ends. Few texts have any of it, as encoders leave letters and digits alone.
_ODD: Final = (
    *(f"*%{digits}*" for digits in ("3[0-9]", "4[1-9A-Fa-f]", "5[0-9Aa]", "6[1-9A-Fa-f]", "7[0-9Aa]", "25[2-7]")),
    *(f"*&#{digits}*" for digits in ("0", "4[89]", "5[0-7]", "6[5-9]", "[78][0-9][^0-9]", "9[07-9]")),
    *(f"*&#{digits}*" for digits in ("1[01][0-9][^0-9]", "12[0-2][^0-9]")),
    *(f"*&#[xX]{digits}*" for digits in ("0", "3[0-9]", "4[1-9A-Fa-f]", "5[0-9Aa]", "6[1-9A-Fa-f]", "7[0-9Aa]")),
    "*&amp;#*",
)


def _odd_texts(number: int, place: _Place, column: str) -> str:
    text = f"d.{column}"
    odd = " OR ".join([*(f"{text} GLOB '{pattern}'" for pattern in _ODD), f"instr({text}, char(0))"])
    return (
        f"SELECT {number} AS place, '{column}' AS col, {place.key} AS key, length(CAST({text} AS BLOB)) AS size "
        f"FROM {place.table} d WHERE {place.where} AND ({odd})"
    )


_ODD_TEXTS: Final = " UNION ALL ".join(
    _odd_texts(number, place, column) for number, place in enumerate(_PLACES) for column in place.columns
)
#: Bytes that are read at a time of a text, and those that two pieces have in common: no spelt name is longer.
_PIECE: Final = 500_000
_COMMON: Final = 10_000


def listed(files: Sequence[Named]) -> str:
    """`files` as the statements here take them."""
    return json.dumps(as_patterns(files))


class AssetUses:
    """Asks what is used. Every method raises the `StoreError` family, `Offline` and `SignInNeeded`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Only reads."""
        self._db = db
        self._clock = clock

    async def used(self, files: Sequence[Named]) -> set[str]:
        """Ids of those of `files` that something uses, as far as the database can tell."""
        rows = await self._db.query(f"{WITH_USED} SELECT id FROM used", (listed(files), self._clock()))
        return {as_text(row["id"]) for row in rows} | {file.id for file in files if not file.ways}

    async def oddly_spelt(self, files: Sequence[Named]) -> set[str]:
        """Ids of those of `files` that texts name which spell their letters and digits in odd ways."""
        found: set[str] = set()
        # `?1` is of no use to it, and there all the same: the time is `?2` in all statements.
        for row in await self._db.query(f"SELECT * FROM ({_ODD_TEXTS}) WHERE ?1 = ''", ("", self._clock())):
            size = as_int(row["size"])
            for begin in range(0, max(size, 1), _PIECE - _COMMON):
                piece = await self._piece(row, begin)
                # On a thread: decoding a large text takes a while.
                found |= await asyncio.to_thread(named_in, piece, files)
        return found

    async def _piece(self, row: Row, begin: int) -> str:
        place, column = _PLACES[as_int(row["place"])], as_text(row["col"])
        rows = await self._db.query(
            f"SELECT substr(CAST(d.{column} AS BLOB), ?1, {_PIECE}) AS piece FROM {place.table} d "
            f"WHERE {place.key} = ?2",
            (begin + 1, row["key"]),
        )
        content = rows[0]["piece"] if rows else b""
        return content.decode("utf-8", errors="replace") if isinstance(content, bytes) else as_text(content)

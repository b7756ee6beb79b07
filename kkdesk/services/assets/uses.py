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
from kkdesk.services.assets.names import Named, named_in

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


def _texts(row: str) -> str:
    """`row` for each text of all places: `{number}`, `{column}` and `{key}` say which one it is."""
    return " UNION ALL ".join(
        f"SELECT {row.format(number=number, column=column, key=place.key)} FROM {place.table} d WHERE {place.where}"
        for number, place in enumerate(_PLACES)
        for column in place.columns
    )


#: A campaign that is there has the file `{id}` among its pictures and attachments.
LINKED: Final = (
    "EXISTS (SELECT 1 FROM campaign_assets k JOIN email_campaigns e ON e.id = k.campaign_id WHERE k.asset_id = {id})"
)
#: Undo would put the file's own row back as it was.
_RESTORABLE: Final = (
    "EXISTS (SELECT 1 FROM kk_undo u WHERE u.tbl = 'email_assets' AND u.row_id = c.id AND u.before IS NOT NULL "
    f"AND {_UNDOABLE.format(row='u')})"
)
# All texts are gone through once, whatever the number of files: from mark to mark, and behind each mark, in a few
# bytes, all files are looked for. `LIMIT -1` keeps SQLite from putting the subqueries together, and then reading a
# text from the disk anew for every mark and file. As BLOBs, positions are bytes, which need no counting.
_NAMED: Final = f"""
SELECT value FROM (
  SELECT (
    WITH RECURSIVE behind (mark, bytes, rest) AS (
      SELECT mark, bytes, substr(d.x, instr(d.x, bytes) + length(bytes)) FROM marks WHERE instr(d.x, bytes)
      UNION ALL
      SELECT mark, bytes, substr(rest, instr(rest, bytes) + length(bytes)) FROM behind WHERE instr(rest, bytes))
    SELECT json_group_array(DISTINCT c.id)
    FROM (SELECT mark, CAST(substr(rest, 1, ?3) AS TEXT) AS near FROM behind LIMIT -1) n
    CROSS JOIN c ON c.mark = n.mark WHERE n.near GLOB c.first AND n.near GLOB c.second
  ) AS ids FROM (SELECT * FROM ({_texts("CAST(d.{column} AS BLOB) AS x")}) LIMIT -1) d LIMIT -1
) f, json_each(f.ids)"""
#: Files by `?1` and `?3` (`listed`); `used` are those of them that something uses at the time `?2`.
WITH_USED: Final = f"""
WITH c (id, mark, first, second) AS MATERIALIZED (
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
    json_extract(value, '$[3]') FROM json_each(?1)),
marks (mark, bytes) AS MATERIALIZED (SELECT DISTINCT mark, CAST(mark AS BLOB) FROM c),
used (id) AS MATERIALIZED (
  SELECT c.id FROM c WHERE {LINKED.format(id="c.id")} OR {_RESTORABLE}
  UNION {_NAMED})
"""

# Letters and digits spelt as %61, &#97; or &#x61;, also within another layer (%2561, &amp;#97;). Few texts have any,
# as encoders leave letters and digits alone. The first of each tells most texts apart.
_ODD_PERCENT: Final = ("[3-7]", "3[0-9]", "4[1-9A-Fa-f]", "5[0-9Aa]", "6[1-9A-Fa-f]", "7[0-9Aa]")
_ODD_REFERENCE: Final = (
    *("", "0", "4[89]", "5[0-7]", "6[5-9]", "[78][0-9][^0-9]", "9[07-9]", "1[01][0-9][^0-9]", "12[0-2][^0-9]"),
    *(f"[xX]{digits}" for digits in ("0", *_ODD_PERCENT[1:])),
)


def _odd(text: str, before: str, digits: Sequence[str]) -> str:
    first, *rest = (f"{text} GLOB '*{before}{some}*'" for some in digits)
    return f"{first} AND ({' OR '.join(rest)})"


_ODD_TEXTS: Final = f"""
SELECT place, col, key, length(x) AS size FROM (
  SELECT * FROM ({_texts("{number} AS place, '{column}' AS col, {key} AS key, d.{column} AS x")}) LIMIT -1)
WHERE ?1 = '' AND ({_odd("x", "%", _ODD_PERCENT)} OR {_odd("x", "&#", _ODD_REFERENCE)}
  OR x GLOB '*%25[2-7]*' OR x GLOB '*&amp;#*')"""
#: Characters that are read at a time of a text, and those that two pieces have in common: no spelt name is longer.
_PIECE: Final = 500_000
_COMMON: Final = 10_000


def listed(files: Sequence[Named]) -> tuple[str, int]:
    """`files` as the statements here take them: `?1` and `?3`."""
    ways = [(file.id, way) for file in files for way in file.ways]
    rows = [(asset_id, way.mark, f"*{way.first}*", f"*{way.second}*") for asset_id, way in ways]
    return json.dumps(rows), max((way.width for _, way in ways), default=0)


class AssetUses:
    """Asks what is used. Every method raises the `StoreError` family, `Offline` and `SignInNeeded`."""

    def __init__(self, db: Database, clock: Clock) -> None:
        """Only reads."""
        self._db = db
        self._clock = clock

    async def used(self, files: Sequence[Named]) -> set[str]:
        """Ids of those of `files` that something uses, as far as SQL can tell."""
        names, width = listed(files)
        rows = await self._db.query(f"{WITH_USED} SELECT id FROM used", (names, self._clock(), width))
        return {as_text(row["id"]) for row in rows} | {file.id for file in files if not file.ways}

    async def oddly_spelt(self, files: Sequence[Named]) -> set[str]:
        """Ids of those of `files` that texts name which spell even letters and digits in odd ways."""
        found: set[str] = set()
        # `?1` is there because `?2`, in all statements the time, would want it.
        for row in await self._db.query(_ODD_TEXTS, ("", self._clock())):
            # Characters, of which a byte is one at most.
            for begin in range(0, as_int(row["size"]), _PIECE - _COMMON):
                piece = await self._piece(row, begin)
                # On a thread: decoding a large text takes a while.
                found |= await asyncio.to_thread(named_in, piece, files)
        return found

    async def _piece(self, row: Row, begin: int) -> str:
        place, column = _PLACES[as_int(row["place"])], as_text(row["col"])
        rows = await self._db.query(
            f"SELECT substr(d.{column}, ?1, {_PIECE}) AS piece FROM {place.table} d WHERE {place.key} = ?2",
            (begin + 1, row["key"]),
        )
        return as_text(rows[0]["piece"]) if rows else ""

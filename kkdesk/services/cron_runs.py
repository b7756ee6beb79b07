"""When the scheduler called last, and how that went: one row for each of its endpoints (`kk_cron_runs`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Statement
from kkdesk.model.row import Row, as_int
from kkdesk.store.database import Database

_LABEL: Final = Bilingual("Κλήση του προγραμματιστή", "A call of the scheduler")
#: Milliseconds after which a call that did nothing is noted again: each note is a write to the company's database.
QUIET_MS: Final = 240_000

_LAST: Final = "SELECT endpoint, began_ms, ended_ms, succeeded_ms FROM kk_cron_runs ORDER BY endpoint"
_RECENT: Final = "SELECT 1 FROM kk_cron_runs WHERE endpoint = ?1 AND succeeded_ms = ended_ms AND ended_ms > ?2"
# Of two calls at once the one that ended last is the last.
_NOTE: Final = """
INSERT INTO kk_cron_runs (endpoint, began_ms, ended_ms, succeeded_ms, report) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (endpoint) DO UPDATE SET began_ms = excluded.began_ms, ended_ms = excluded.ended_ms,
  succeeded_ms = coalesce(excluded.succeeded_ms, succeeded_ms), report = excluded.report
WHERE excluded.ended_ms >= coalesce(ended_ms, 0)
"""


@dataclass(frozen=True, slots=True)
class CronRun:
    """The last call of one endpoint. Unix milliseconds."""

    endpoint: str
    began_ms: int
    ended_ms: int | None
    #: When one went well last.
    succeeded_ms: int | None

    @property
    def succeeded(self) -> bool:
        """Whether the last one went well."""
        return self.succeeded_ms is not None and self.succeeded_ms == self.ended_ms


class CronRuns:
    """Notes calls, and tells of them."""

    def __init__(self, db: Database, now_ms: Callable[[], int]) -> None:
        """`now_ms` gives Unix milliseconds."""
        self._db = db
        self._now_ms = now_ms

    async def note(
        self, endpoint: str, began_ms: int, report: Mapping[str, object], *, succeeded: bool, busy: bool
    ) -> None:
        """A call of `endpoint` has ended now and answers `report`.

        One that went well and was not `busy` (did nothing) is noted every few minutes only. Raises the `StoreError`
        family.
        """
        now = self._now_ms()
        if succeeded and not busy and await self._db.query(_RECENT, (endpoint, now - QUIET_MS)):
            return
        text = json.dumps(report, ensure_ascii=False)
        args = (endpoint, began_ms, now, now if succeeded else None, text)
        await self._db.apply(Change(_LABEL, (Statement(_NOTE, args),), at_primary=True))

    async def last(self) -> list[CronRun]:
        """The last call of each endpoint. Raises the `StoreError` family."""
        return [_run(row) for row in await self._db.query(_LAST)]


def _run(row: Row) -> CronRun:
    def moment(name: str) -> int | None:
        return None if row[name] is None else as_int(row[name])

    return CronRun(str(row["endpoint"]), as_int(row["began_ms"]), moment("ended_ms"), moment("succeeded_ms"))

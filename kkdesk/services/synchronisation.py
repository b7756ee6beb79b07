"""The exchange with the company's database, as the window and the command see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import LAST_EDIT, WHOLE_ROW, Change, FailedGuard, Guard, Statement
from kkdesk.model.errors import NotFound
from kkdesk.model.row import SqlValue, as_int, as_text
from kkdesk.model.sync_state import KeptConflict, SentChange, SyncState, TheirChange, WaitingChange
from kkdesk.services.history import read_label
from kkdesk.store.outbox import KEPT_HISTORY
from kkdesk.store.replica_sync import BACKGROUND, FOREGROUND

if TYPE_CHECKING:
    from kkdesk.model.row import Row
    from kkdesk.services.database_tokens import DatabaseTokens
    from kkdesk.services.secrets import Secrets
    from kkdesk.store.outbox import Stuck
    from kkdesk.store.replica import ReplicaDatabase

_MOST: Final = 500
#: How people call a row of a table, as SQL over its columns.
_NAMES: Final = {
    "customers": "coalesce(nullif(company, ''), trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')))",
    "tags": "name",
    "segments": "name",
    "email_campaigns": "name",
    "email_templates": "name",
    "email_signatures": "name",
    "organizations": "name",
    "customer_notes": "substr(content, 1, 60)",
}
_LAST_CHANGE: Final = """
SELECT c.label, c.applied_at, u.name AS who FROM kk_undo k
JOIN kk_changes c ON c.id = k.change_id LEFT JOIN users u ON u.id = c.actor
WHERE k.tbl = ? AND k.row_id = ? AND c.id NOT IN (SELECT value FROM json_each(?))
ORDER BY c.applied_at DESC, c.rowid DESC LIMIT 1"""


class Keep(Enum):
    """A decision about one value of a conflict."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Edited:
    """A decision for a third value."""

    value: SqlValue


Decision = Keep | Edited


class Synchronisation:
    """What waits, what is in conflict, and how the exchange goes."""

    def __init__(self, db: ReplicaDatabase, secrets: Secrets, tokens: DatabaseTokens) -> None:
        """Works for the one process that syncs and delivers."""
        self._db = db
        self._secrets = secrets
        self._tokens = tokens

    @property
    def state(self) -> SyncState:
        """The exchange as it is now."""
        return self._db.status.state

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        """Tell `listener` of each new state, on the event loop's thread; the answer ends it."""
        return self._db.status.subscribe(listener)

    def foreground(self, active: bool) -> None:  # noqa: FBT001 - the window's state, as Qt tells it
        """Whether the window has the focus: others' changes are then looked for more often."""
        self._db.sync.interval = FOREGROUND if active else BACKGROUND
        if active:
            self._db.sync.hurry()

    async def sync_now(self) -> None:
        """Deliver what waits and fetch what is new. Raises `Offline`, `SignInNeeded`, `DiskFull`, `StoreError`."""
        await self._db.sync.fetch()
        await self._db.delivery.drain()
        await self._db.sync.fetch()

    async def waiting(self, limit: int = _MOST) -> list[WaitingChange]:
        """What the company's database has not got yet, the oldest first."""
        return await self._db.box.do(lambda box: box.waiting(limit))

    async def sent(self, limit: int = 200) -> list[SentChange]:
        """What it got lately, and what was given up, the newest first."""
        return await self._db.box.do(lambda box: box.sent(limit))

    async def conflicts(self, limit: int = _MOST) -> list[KeptConflict]:
        """What a person must decide, the oldest first."""
        stuck = await self._db.box.do(lambda box: box.stuck(limit))
        return [await self._conflict(item) for item in stuck]

    async def settle(self, change_id: str, decisions: Mapping[Guard, Decision]) -> None:
        """Carry out what was decided about a conflict, value by value; theirs where nothing is said.

        The change goes on its way again, over the values that are there now: what is not in conflict is done as it was
        meant. When nothing of it is left, it is given up. Raises `NotFound` when it waits no more.
        """
        stuck, change = await self._stuck(change_id)
        theirs = [f for f in stuck.failed if decisions.get(f.guard, Keep.THEIRS) is Keep.THEIRS]
        decided = {f.guard for f in stuck.failed}
        others = [guard for guard in change.guards if guard not in decided]
        gone = {(f.guard.table, f.guard.row_id) for f in stuck.failed if f.missing}
        left = any((guard.table, guard.row_id) not in gone for guard in change.guards)
        whole = any(f.guard.column == WHOLE_ROW and not f.missing for f in theirs) or (bool(theirs) and not left)
        if whole or (len(theirs) == len(stuck.failed) and not others):
            await self.give_up(change_id)
            return
        await self._again(settled(change, stuck.failed, decisions, await self._as_they_are(theirs)))
        await self._retry_after(change_id, decided)

    async def retry(self, change_id: str) -> None:
        """Deliver a refused change once more."""
        now = self._db.clock()
        await self._db.box.do(lambda box: box.retry([change_id], now))
        await self._go_on()

    async def give_up(self, change_id: str) -> None:
        """Drop a change that waits for a decision. Its label stays in the history."""
        now = self._db.clock()
        await self._db.box.do(lambda box: box.give_up(change_id, now))
        await self._db.delivery.recount()

    async def use_token(self, token: str) -> None:
        """Keep a new token in the keyring and go on with it. Raises `SecretsUnavailable`, `Offline`, `SignInNeeded`."""
        await self._secrets.put("DATABASE_AUTH_TOKEN", token.strip())
        await self.sync_now()

    async def sign_in_again(self) -> None:
        """Go on after the person has signed in anew. Raises what `sync_now` does."""
        self._tokens.signed_in()
        await self.sync_now()

    async def _stuck(self, change_id: str) -> tuple[Stuck, Change]:
        stuck = await self._db.box.do(lambda box: box.stuck(_MOST))
        change = await self._db.box.do(lambda box: box.get(change_id))
        found = next((item for item in stuck if item.id == change_id), None)
        if found is None or change is None:
            raise NotFound(
                Bilingual("Η αλλαγή δεν περιμένει πια απόφαση.", "The change no longer waits for a decision.")
            )
        return found, change

    async def _as_they_are(self, failed: Sequence[FailedGuard]) -> dict[Guard, Row]:
        """The rows of which only the last edit was guarded, as the server had them when it was last asked."""
        found: dict[Guard, Row] = {}
        guards = sorted((item.guard for item in failed if item.guard.column == LAST_EDIT), key=attrgetter("table"))
        for table, group in groupby(guards, key=attrgetter("table")):
            by_id = {guard.row_id: guard for guard in group}
            # Not from what the window shows: there the person's own change may be done.
            rows = await self._db.view.replica_readers.query(
                f"SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(by_id)),),
            )
            found |= {by_id[as_text(row["id"])]: row for row in rows}
        return found

    async def _again(self, change: Change) -> None:
        await self._db.box.do(lambda box: box.replace(change))
        await self._go_on()

    async def _retry_after(self, change_id: str, decided: set[Guard]) -> None:
        """Later changes of one's own that rested on this one may hold now."""
        places = {(guard.table, guard.row_id, guard.column) for guard in decided}
        stuck = await self._db.box.do(lambda box: box.stuck(_MOST))
        later = [
            item.id
            for item in stuck
            if item.id > change_id
            and any((f.guard.table, f.guard.row_id, f.guard.column) in places for f in item.failed)
        ]
        now = self._db.clock()
        await self._db.box.do(lambda box: box.retry(later, now))

    async def _go_on(self) -> None:
        await self._db.show_waiting()

    async def _conflict(self, item: Stuck) -> KeptConflict:
        names: dict[str, str] = {}
        for failed in item.failed[:_MOST]:
            if failed.guard.row_id not in names:
                names[failed.guard.row_id] = await self._name(failed.guard)
        first = item.failed[0].guard if item.failed else None
        return KeptConflict(
            id=item.id,
            label=item.label,
            made_at=item.made_at,
            kind="changed" if item.failed else "refused",
            failed=item.failed,
            reason=item.reason,
            names=tuple(names.items()),
            their_change=None if first is None else await self._their_change(first),
        )

    async def _name(self, guard: Guard) -> str:
        expression = _NAMES.get(guard.table)
        if expression is None:
            return ""
        rows = await self._db.query(f"SELECT {expression} AS name FROM {guard.table} WHERE id = ?", (guard.row_id,))
        if rows:
            return as_text(rows[0]["name"])
        return _name_in_image(guard)

    async def _their_change(self, guard: Guard) -> TheirChange | None:
        mine = json.dumps([change.id for change in await self.sent(KEPT_HISTORY)])
        rows = await self._db.query(_LAST_CHANGE, (guard.table, guard.row_id, mine))
        if rows:
            row = rows[0]
            return TheirChange(as_text(row["who"]), read_label(as_text(row["label"])), as_int(row["applied_at"]))
        columns = await self._db.query("SELECT name FROM pragma_table_info(?)", (guard.table,))
        if "updated_at" not in {row["name"] for row in columns}:
            return None
        rows = await self._db.query(f"SELECT updated_at FROM {guard.table} WHERE id = ?", (guard.row_id,))
        return TheirChange("", None, as_int(rows[0]["updated_at"])) if rows else None


def settled(
    change: Change, failed: Sequence[FailedGuard], decisions: Mapping[Guard, Decision], rows: Mapping[Guard, Row]
) -> Change:
    """`change` over the values that are there now, with what was decided; see `Synchronisation.settle`.

    `rows` are put back whole: of them the change does not say which values were in the way.
    """
    now = {item.guard: item.current for item in failed if not item.missing}
    now |= {guard: row[LAST_EDIT] for guard, row in rows.items()}
    gone = {(item.guard.table, item.guard.row_id) for item in failed if item.missing}
    kept = [guard for guard in change.guards if (guard.table, guard.row_id) not in gone]
    # Rows that are gone are left out of a change of many; a change of nothing else meets them again.
    guards = tuple(replace(guard, old=now[guard]) if guard in now else guard for guard in kept or change.guards)
    after: list[Statement] = []
    for item in failed:
        decision = decisions.get(item.guard, Keep.THEIRS)
        if decision is Keep.MINE or item.missing or item.guard.column == WHOLE_ROW:
            continue
        if item.guard in rows:
            after.append(_put_back(item.guard, rows[item.guard]))
            continue
        value = decision.value if isinstance(decision, Edited) else item.current
        guard = item.guard
        after.append(Statement(f'UPDATE {guard.table} SET "{guard.column}" = ? WHERE id = ?', (value, guard.row_id)))
    statements: Sequence[Statement] = (*change.statements, *after) if after else change.statements
    return replace(change, statements=statements, guards=guards)


def _put_back(guard: Guard, row: Row) -> Statement:
    columns = [name for name in row.keys() if name != "id"]  # noqa: SIM118 - a row gives its values when iterated
    assignments = ", ".join(f'"{name}" = ?' for name in columns)
    return Statement(
        f"UPDATE {guard.table} SET {assignments} WHERE id = ?", (*(row[name] for name in columns), guard.row_id)
    )


def _name_in_image(guard: Guard) -> str:
    """The name of a row that is gone, from what the person saw of it."""
    if guard.column != WHOLE_ROW or not isinstance(guard.old, str):
        return ""
    image = json.loads(guard.old)
    parts = (image.get("company"), image.get("name"), image.get("last_name"))
    return next((str(part) for part in parts if part), "")

"""Whether opens and clicks are recorded: a switch for each campaign and each customer, on until somebody turns it off.

Off means that the mail has no open pixel and its links as they were written, and that the endpoints record nothing,
of mails that have left before, too. The ways to unsubscribe stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change, Guard, Statement, Touched
from kkdesk.model.errors import Conflict, NotFound
from kkdesk.model.rights import Action
from kkdesk.model.row import as_text
from kkdesk.services.activities import activities_of
from kkdesk.services.rights import require
from kkdesk.services.written import Written
from kkdesk.store.row_image import guards_on_rows

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

#: A row in one of these: switched off. Their ids are those of the campaigns and customers.
UNTRACKED_CAMPAIGNS: Final = "kk_untracked_campaigns"
UNTRACKED_CUSTOMERS: Final = "kk_untracked_customers"
#: What the switch is called.
TRACKING: Final = Bilingual("Καταγραφή ανοιγμάτων και κλικ", "Tracking of opens and clicks")

_ON: Final = Bilingual("Καταγραφή ανοιγμάτων και κλικ", "Track opens and clicks")
_OFF: Final = Bilingual("Χωρίς καταγραφή ανοιγμάτων και κλικ", "Do not track opens and clicks")
_OF: Final = {UNTRACKED_CAMPAIGNS: "email_campaigns", UNTRACKED_CUSTOMERS: "customers"}
_IS_THERE: Final = "SELECT 1 FROM {table} WHERE id = ?"
_OFF_NOW: Final = f"SELECT id FROM {UNTRACKED_CUSTOMERS} WHERE id IN (SELECT value FROM json_each(?))"
# Somebody else may have deleted one by the time that the change arrives.
_SWITCH_OFF: Final = """
INSERT INTO {table} (id, since) SELECT id, ?3 FROM {of} WHERE id IN (SELECT value FROM json_each(?1)) AND org_id = ?2
ON CONFLICT (id) DO NOTHING"""
_SWITCH_ON: Final = """
DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?1))
  AND EXISTS (SELECT 1 FROM {of} p WHERE p.id = {table}.id AND p.org_id = ?2)"""
_CAMPAIGN: Final = "SELECT name FROM email_campaigns WHERE id = ? AND org_id = ?"
_CUSTOMER: Final = (
    "SELECT coalesce(nullif(trim(company), ''), "
    "nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''), email, '—') AS name "
    "FROM customers WHERE id = ? AND org_id = ?"
)


class TrackingSwitches:
    """The switches of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def tracks_campaign(self, campaign_id: str) -> bool:
        """Whether opens and clicks of the campaign are recorded, where the customer's switch does not forbid it."""
        return not await self._db.query(_IS_THERE.format(table=UNTRACKED_CAMPAIGNS), (campaign_id,))

    async def untracked_campaigns(self) -> frozenset[str]:
        """Ids of the campaigns that are switched off."""
        sql = f"SELECT u.id FROM {UNTRACKED_CAMPAIGNS} u JOIN email_campaigns k ON k.id = u.id WHERE k.org_id = ?"
        return frozenset(as_text(row["id"]) for row in await self._db.query(sql, (self._actor.org_id,)))

    async def tracks_customer(self, customer_id: str) -> bool:
        """Whether the customer's opens and clicks are recorded, where the campaign's switch does not forbid it."""
        return not await self._db.query(_IS_THERE.format(table=UNTRACKED_CUSTOMERS), (customer_id,))

    async def switch_campaign(self, campaign_id: str, *, tracked: bool) -> Written:
        """Switch a campaign on or off, in whatever status it is. Undoable.

        Mails that no worker has claimed yet are made accordingly. Raises `NotFound`, and `Conflict` when it is to be
        switched on and somebody has switched it off anew in the meantime.
        """
        require(self._actor, Action.EDIT_CAMPAIGNS)
        rows = await self._db.query(_CAMPAIGN, (campaign_id, self._actor.org_id))
        if not rows:
            raise NotFound(Bilingual("Η καμπάνια δεν υπάρχει πια.", "The campaign is no longer there."))
        if await self.tracks_campaign(campaign_id) == tracked:
            return Written(None)
        name = as_text(rows[0]["name"])
        what = _ON if tracked else _OFF
        label = Bilingual(f"{what.el}: «{name}»", f"{what.en}: “{name}”")
        return await self._switch(UNTRACKED_CAMPAIGNS, (campaign_id,), label, tracked=tracked)

    async def switch_customers(self, ids: Sequence[str], *, tracked: bool) -> Written:
        """Switch customers on or off; who is already is left alone. Undoable. Gives how many were switched.

        Nothing guards switching off: it holds whatever others did. Switching on is for those who are off now; raises
        `Conflict` when somebody has switched one of them off anew in the meantime.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        rows = await self._db.query(_OFF_NOW, (json.dumps(list(ids)),))
        off = {as_text(row["id"]) for row in rows}
        keys = tuple(key for key in dict.fromkeys(ids) if (key in off) == tracked)
        what = _ON if tracked else _OFF
        name = await self._called(keys)
        label = Bilingual(f"{what.el}: {name.el}", f"{what.en}: {name.en}")
        history = (activities_of(self._actor, keys, "customer_updated", what, self._clock()),)
        return await self._switch(UNTRACKED_CUSTOMERS, keys, label, history, tracked=tracked)

    async def _switch(
        self, table: str, keys: tuple[str, ...], label: Bilingual, more: tuple[Statement, ...] = (), *, tracked: bool
    ) -> Written:
        if not keys:
            return Written(None)
        guards: tuple[Guard, ...] = ()
        if tracked:
            guards = tuple(await guards_on_rows(self._db, table, keys, ("since",)))
        statement = switch_statement(table, keys, self._actor.org_id, self._clock(), tracked=tracked)
        undo = (Touched(table, keys),)
        change = Change(label, (statement, *more), guards, undo, self._actor.user_id)
        try:
            applied = await self._db.apply(change)
        except Conflict as conflict:
            raise _switched_off_anew(conflict) from conflict
        # An answer that was lost on the way, and a change that waits elsewhere, come back without counts.
        return Written(change.id, keys, applied.counts[0] if applied.counts else len(keys))

    async def _called(self, keys: Sequence[str]) -> Bilingual:
        """One customer by name, several by their number."""
        if len(keys) == 1:
            rows = await self._db.query(_CUSTOMER, (keys[0], self._actor.org_id))
            name = as_text(rows[0]["name"]) if rows else "—"
            return Bilingual(name, name)
        return Bilingual(f"{len(keys)} πελάτες", f"{len(keys)} customers")


def switch_statement(table: str, ids: Sequence[str], org_id: str, now: int, *, tracked: bool) -> Statement:
    """Switch campaigns or customers on or off as part of another change, which also keeps images of `table`'s rows.

    `table` is one of the two above; `now` is Unix seconds.
    """
    keys = json.dumps(list(ids))
    if tracked:
        return Statement(_SWITCH_ON.format(table=table, of=_OF[table]), (keys, org_id))
    return Statement(_SWITCH_OFF.format(table=table, of=_OF[table]), (keys, org_id, now))


async def untracked_customers(db: Database, org_id: str) -> frozenset[str]:
    """Ids of the organisation's customers who are switched off: few, as a rule."""
    sql = f"SELECT u.id FROM {UNTRACKED_CUSTOMERS} u JOIN customers c ON c.id = u.id WHERE c.org_id = ?"
    return frozenset(as_text(row["id"]) for row in await db.query(sql, (org_id,)))


def _switched_off_anew(conflict: Conflict) -> Conflict:
    return Conflict(
        Bilingual(
            "Κάποιος άλλος έκλεισε εκ νέου την καταγραφή στο μεταξύ.",
            "Somebody else has switched the tracking off anew in the meantime.",
        ),
        conflict.failed,
        kept=Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed."),
        next_step=Bilingual(
            "Δείτε αν ο λόγος ισχύει ακόμη και ανοίξτε την ξανά, αν το θέλετε.",
            "See whether the reason still holds, and switch it on again if you still want to.",
        ),
    )

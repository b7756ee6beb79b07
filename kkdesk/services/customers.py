"""Customers: create, edit, delete; one or many; each a change that can be undone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import LAST_EDIT, Change, Guard, Statement, Touched
from kkdesk.model.customer import COLUMNS, Customer, changed_fields, column_value
from kkdesk.model.customer_check import errors, problems, tidied
from kkdesk.model.customer_fields import FIELD
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.ids import new_id
from kkdesk.model.rights import Action
from kkdesk.model.row import Row, SqlValue, as_text
from kkdesk.services.activities import activities_of, activity
from kkdesk.services.rights import require
from kkdesk.services.tracking_switches import TRACKING, UNTRACKED_CUSTOMERS, switch_statement
from kkdesk.services.written import Written
from kkdesk.store.row_image import guards_on_columns, guards_on_rows

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

#: Asked before somebody who opted out is mailed again.
RESUBSCRIBE_WARNING: Final = Bilingual(
    "Ο πελάτης έχει ζητήσει να μη λαμβάνει μηνύματα. Επαναφέρετέ τον μόνο αν το ζήτησε ο ίδιος.",
    "The customer asked not to be mailed. Bring them back only if they asked for it themselves.",
)
_IN_KEYS: Final = "IN (SELECT value FROM json_each(?1))"
#: Everything that goes with a customer, parents first.
_CHILDREN: Final = (
    "customer_tags",
    "customer_notes",
    "customer_activities",
    "customer_custom_values",
    "customer_images",
    "campaign_recipients",
)
#: Of more customers than these a deletion is guarded by the time of the last edit alone: images are a kilobyte each.
_IMAGED: Final = 1_000
_TAG: Final = """
INSERT INTO customer_tags (id, customer_id, tag_id, created_at) SELECT ?1, ?2, ?3, ?4
WHERE EXISTS (SELECT 1 FROM customers WHERE id = ?2)
  AND NOT EXISTS (SELECT 1 FROM customer_tags WHERE customer_id = ?2 AND tag_id = ?3)"""
_BELOW_RECIPIENTS: Final = ("email_tracking", "kk_visits", "email_delivery_events", "email_job_items")


class Customers:
    """The customers of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def get(self, customer_id: str) -> Customer:
        """One customer, with the stored values that guard an edit. Raises `NotFound`."""
        rows = await self._db.query(
            "SELECT * FROM customers WHERE id = ? AND org_id = ?", (customer_id, self._actor.org_id)
        )
        if not rows:
            raise _gone()
        return Customer.from_row(rows[0])

    async def create(self, draft: Customer, tag_ids: Sequence[str] = (), *, tracked: bool = True) -> Written:
        """Add a customer, with tags. Undoable. Raises `InvalidInput` naming the first thing to mend.

        `tracked` is whether their opens and clicks are recorded.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        now = self._clock()
        customer = replace(
            _checked(draft, None),
            id=new_id("cust"),
            org_id=self._actor.org_id,
            created_at=now,
            updated_at=now,
            created_by=self._actor.user_id,
        )
        values = {name: column_value(customer, name) for name in COLUMNS}
        tags = [(new_id("ct"), customer.id, tag_id, now) for tag_id in tag_ids]
        name = customer.display_name
        label = Bilingual(f"Νέος πελάτης {name}", f"New customer {name}")
        statements = [
            Statement(
                f"INSERT INTO customers ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                tuple(values.values()),
            ),
            activity(self._actor, customer.id, "customer_created", Bilingual("Καταχωρίστηκε", "Created"), now),
        ]
        if tags:
            insert = "INSERT INTO customer_tags (id, customer_id, tag_id, created_at) VALUES (?, ?, ?, ?)"
            statements.append(Statement(insert, many=tags))
        if not tracked:
            statements.append(self._switch(customer.id, now, tracked=False))
        undo = (
            Touched("customers", (customer.id,)),
            Touched(UNTRACKED_CUSTOMERS, (customer.id,)),
            Touched("customer_activities", (customer.id,), "customer_id"),
            Touched("customer_tags", (customer.id,), "customer_id"),
        )
        change = Change(label, tuple(statements), undo=undo, actor=self._actor.user_id)
        await self._db.apply(change)
        return Written(change.id, (customer.id,), 1)

    async def update(
        self, seen: Customer, edited: Customer, *, overwrite: Collection[str] = (), tracked: bool | None = None
    ) -> Written:
        """Save what differs between the customer as it was `seen` and as it was `edited`. Undoable.

        Each changed column is guarded by what was seen, except those in `overwrite`, about which the person has
        decided. `tracked` switches the recording of opens and clicks, None leaves it as it is. Raises `Conflict` with
        the columns that somebody else changed, `NotFound`, `InvalidInput`.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        customer = _checked(edited, seen)
        changed = [name for name in changed_fields(seen, customer) if name in FIELD and FIELD[name].editable]
        if not changed and tracked is None:
            return Written(None, (seen.id,))
        await self.get(seen.id)
        now = self._clock()
        name = customer.display_name
        labels = [FIELD[column].label for column in changed] + ([] if tracked is None else [TRACKING])
        fields_el = ", ".join(label.el for label in labels)
        fields_en = ", ".join(label.en for label in labels)
        assignments = "".join(f"{column} = ?, " for column in changed)
        values = {column: column_value(customer, column) for column in changed}
        change = Change(
            Bilingual(f"Επεξεργασία {name}: {fields_el}", f"Edit {name}: {fields_en}"),
            (
                Statement(
                    f"UPDATE customers SET {assignments}updated_at = ? WHERE id = ? AND org_id = ?",
                    (*values.values(), now, seen.id, self._actor.org_id),
                ),
                activity(self._actor, seen.id, "customer_updated", Bilingual(fields_el, fields_en), now),
                *(() if tracked is None else (self._switch(seen.id, now, tracked=tracked),)),
            ),
            guards=tuple(
                Guard("customers", seen.id, column, seen.stored.get(column, column_value(seen, column)), new)
                for column, new in values.items()
                if column not in overwrite
            ),
            undo=(
                Touched("customers", (seen.id,), columns=(*changed, "updated_at")),
                *(() if tracked is None else (Touched(UNTRACKED_CUSTOMERS, (seen.id,)),)),
            ),
            actor=self._actor.user_id,
        )
        await self._db.apply(change)
        return Written(change.id, (seen.id,), 1)

    async def delete(self, ids: Sequence[str]) -> Written:
        """Delete customers with all that hangs on them. Undoable: everything comes back.

        Whoever had opted out stays opted out, also when somebody enters the same address again. Raises `Conflict` with
        the customers whom somebody else has edited in the meantime.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        keys = tuple(ids)
        columns = COLUMNS if len(keys) <= _IMAGED else (LAST_EDIT,)
        guards = tuple(await guards_on_rows(self._db, "customers", keys, columns))
        now = self._clock()
        undo = (
            Touched("customers", keys),
            # Goes by itself, by a trigger.
            Touched("kk_customer_places", keys),
            Touched(UNTRACKED_CUSTOMERS, keys),
            *(Touched(table, keys, "customer_id") for table in _CHILDREN),
            *(Touched(table, (), "recipient_id", below="campaign_recipients") for table in _BELOW_RECIPIENTS),
            Touched("tasks", keys, "customer_id", ("customer_id",)),
            Touched("leads", keys, "converted_to_customer_id", ("converted_to_customer_id", "updated_at")),
        )
        args = (json.dumps(keys), self._actor.org_id, now)
        statements = (
            Statement(
                "INSERT INTO unsubscribes (id, org_id, email, reason, created_at) "
                "SELECT 'unsub_' || substr(hex(randomblob(11)), 1, 21), org_id, email, NULL, ?3 FROM customers c "
                f"WHERE c.id {_IN_KEYS} AND c.org_id = ?2 AND c.unsubscribed = 1 AND c.email <> '' AND NOT EXISTS "
                "(SELECT 1 FROM unsubscribes u WHERE u.org_id = c.org_id AND u.email = c.email)",
                args,
            ),
            Statement(
                f"UPDATE leads SET converted_to_customer_id = NULL, updated_at = ?3 "
                f"WHERE converted_to_customer_id {_IN_KEYS} AND org_id = ?2",
                args,
            ),
            # The database would take the children along by itself, row by row: three times as slow.
            *(
                Statement(
                    f"DELETE FROM {table} WHERE customer_id IN "
                    f"(SELECT id FROM customers WHERE id {_IN_KEYS} AND +org_id = ?2)",
                    args[:2],
                )
                for table in _CHILDREN
            ),
            Statement(f"DELETE FROM customers WHERE id {_IN_KEYS} AND +org_id = ?2", args[:2]),
        )
        count = Bilingual(f"Διαγραφή {_count_of_el(len(keys))}", f"Delete {_count_en(len(keys))}")
        return await self._many(count, statements, undo, keys, counted=len(statements) - 1, guards=guards)

    async def tag(self, ids: Sequence[str], tag_ids: Sequence[str]) -> Written:
        """Put tags on customers; who has one already is left alone. Undoable.

        Raises `NotFound` for a tag that is gone, and `Conflict` for one that goes in the meantime.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        names = await self._tag_names(tag_ids)
        now = self._clock()
        # On a thread: for 100,000 customers each of these lists is a while's work.
        pairs = await asyncio.to_thread(_pairs, ids, tag_ids)
        rows = await self._db.query(
            "SELECT json_extract(p.value, '$[0]') AS customer, json_extract(p.value, '$[1]') AS tag "
            "FROM json_each(?1) p WHERE NOT EXISTS (SELECT 1 FROM customer_tags t "
            "WHERE t.customer_id = json_extract(p.value, '$[0]') AND t.tag_id = json_extract(p.value, '$[1]')) "
            "AND EXISTS (SELECT 1 FROM customers c WHERE c.id = json_extract(p.value, '$[0]') AND c.org_id = ?2)",
            (pairs, self._actor.org_id),
        )
        new = await asyncio.to_thread(_links, rows, now)
        if not new:
            return Written(None)
        touched = tuple(dict.fromkeys(row[1] for row in new))
        label = Bilingual(f"Ετικέτα {names} σε {_count_el(len(touched))}", f"Tag {names} on {_count_en(len(touched))}")
        undo = (Touched("customer_tags", tuple(row[0] for row in new)),)
        text = Bilingual(f"Ετικέτα {names}", f"Tag {names}")
        statements = (
            # Somebody else may have tagged or deleted the same customer by the time that the change arrives.
            Statement(_TAG, many=new),
            self._renew(touched, now),
            activities_of(self._actor, touched, "tag_added", text, now),
        )
        guards = tuple(Guard("tags", tag_id, "id", tag_id, tag_id) for tag_id in dict.fromkeys(tag_ids))
        return await self._many(label, statements, undo, touched, counted=1, guards=guards)

    async def untag(self, ids: Sequence[str], tag_ids: Sequence[str]) -> Written:
        """Take tags off customers. Undoable."""
        require(self._actor, Action.EDIT_CUSTOMERS)
        names = await self._tag_names(tag_ids)
        now = self._clock()
        rows = await self._db.query(
            "SELECT t.id, t.customer_id FROM customer_tags t JOIN customers c ON c.id = t.customer_id "
            f"WHERE t.customer_id {_IN_KEYS} AND t.tag_id IN (SELECT value FROM json_each(?2)) AND c.org_id = ?3",
            (json.dumps(list(ids)), json.dumps(list(tag_ids)), self._actor.org_id),
        )
        if not rows:
            return Written(None)
        links = tuple(str(row["id"]) for row in rows)
        touched = tuple(dict.fromkeys(str(row["customer_id"]) for row in rows))
        label = Bilingual(
            f"Αφαίρεση ετικέτας {names} από {_count_el(len(touched))}",
            f"Remove tag {names} from {_count_en(len(touched))}",
        )
        text = Bilingual(f"Αφαιρέθηκε η ετικέτα {names}", f"Tag {names} removed")
        statements = (
            Statement(f"DELETE FROM customer_tags WHERE id {_IN_KEYS}", (json.dumps(links),)),
            self._renew(touched, now),
            activities_of(self._actor, touched, "tag_removed", text, now),
        )
        return await self._many(label, statements, (Touched("customer_tags", links),), touched, counted=1)

    async def edit(self, ids: Sequence[str], values: Mapping[str, Any]) -> Written:
        """Set the same values in many customers. Undoable.

        Raises `InvalidInput` for a field that is not for many, and `Conflict` with the values that somebody else has
        changed in the meantime.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        columns = _bulk_values(values)
        now = self._clock()
        fields_el = ", ".join(FIELD[column].label.el for column in columns)
        fields_en = ", ".join(FIELD[column].label.en for column in columns)
        keys = tuple(ids)
        guards = await guards_on_columns(self._db, "customers", keys, columns)
        assignments = "".join(f"{column} = ?, " for column in columns)
        update = Statement(
            f"UPDATE customers SET {assignments}updated_at = ? WHERE org_id = ? "
            "AND id IN (SELECT value FROM json_each(?))",
            (*columns.values(), now, self._actor.org_id, json.dumps(keys)),
        )
        label = Bilingual(f"{fields_el} σε {_count_el(len(keys))}", f"{fields_en} of {_count_en(len(keys))}")
        text = Bilingual(fields_el, fields_en)
        statements = (update, activities_of(self._actor, keys, "customer_updated", text, now))
        undo = (Touched("customers", keys, columns=(*columns, "updated_at")),)
        return await self._many(label, statements, undo, keys, counted=0, guards=guards)

    async def unsubscribe(self, ids: Sequence[str]) -> Written:
        """Mail these customers no more. Undoable. Nothing guards it: an opting out holds whatever others did."""
        return await self._subscribe(ids, unsubscribed=1)

    async def resubscribe(self, ids: Sequence[str]) -> Written:
        """Mail these customers again; the one way back, to be asked about first (`RESUBSCRIBE_WARNING`). Undoable.

        Their addresses leave the lists of those who opted out; bounces and complaints stay. Raises `Offline` without
        the company's server: who opts out once more while it waited would be mailed all the same.
        """
        return await self._subscribe(ids, unsubscribed=0)

    async def _subscribe(self, ids: Sequence[str], *, unsubscribed: int) -> Written:
        require(self._actor, Action.EDIT_CUSTOMERS)
        keys, now = tuple(ids), self._clock()
        args = (json.dumps(keys), self._actor.org_id)
        statements = [
            Statement(
                f"UPDATE customers SET unsubscribed = ?3, updated_at = ?4 WHERE id {_IN_KEYS} AND org_id = ?2",
                (*args, unsubscribed, now),
            )
        ]
        undo = [Touched("customers", keys, columns=("unsubscribed", "updated_at"))]
        if not unsubscribed:
            released, gone = await self._release(keys)
            statements += released
            undo += gone
        el, en = ("Διαγραφή από τα μηνύματα", "Unsubscribe") if unsubscribed else ("Επανεγγραφή", "Resubscribe")
        label = Bilingual(f"{el}: {_count_el(len(keys))}", f"{en}: {_count_en(len(keys))}")
        statements.append(activities_of(self._actor, keys, "status_change", Bilingual(el, en), now))
        at_primary = not unsubscribed
        return await self._many(label, tuple(statements), tuple(undo), keys, counted=0, at_primary=at_primary)

    async def _release(self, keys: Sequence[str]) -> tuple[list[Statement], list[Touched]]:
        from kkdesk.model.email_address import address_key

        rows = await self._db.query(f"SELECT email FROM customers WHERE id {_IN_KEYS}", (json.dumps(keys),))
        wanted = {address_key(str(row["email"])) for row in rows if row["email"]}
        statements, touched = [], []
        for table, more in (("unsubscribes", ""), ("email_suppressions", " AND suppression_type = 'unsubscribe'")):
            found = await self._db.query(f"SELECT id, email FROM {table} WHERE org_id = ?{more}", (self._actor.org_id,))
            ids = tuple(str(row["id"]) for row in found if address_key(str(row["email"])) in wanted)
            statements.append(Statement(f"DELETE FROM {table} WHERE id {_IN_KEYS}", (json.dumps(ids),)))
            touched.append(Touched(table, ids))
        return statements, touched

    async def _many(
        self,
        label: Bilingual,
        statements: tuple[Statement, ...],
        undo: tuple[Touched, ...],
        ids: tuple[str, ...],
        *,
        counted: int,
        guards: tuple[Guard, ...] = (),
        at_primary: bool = False,
    ) -> Written:
        if not ids:
            return Written(None)
        change = Change(label, statements, guards, undo, self._actor.user_id, at_primary=at_primary)
        applied = await self._db.apply(change)
        # An answer that was lost on the way, and a change that waits elsewhere, come back without counts.
        return Written(change.id, ids, applied.counts[counted] if applied.counts else len(ids))

    def _switch(self, customer_id: str, now: int, *, tracked: bool) -> Statement:
        return switch_statement(UNTRACKED_CUSTOMERS, (customer_id,), self._actor.org_id, now, tracked=tracked)

    def _renew(self, ids: Iterable[str], now: int) -> Statement:
        return Statement(f"UPDATE customers SET updated_at = ?2 WHERE id {_IN_KEYS}", (json.dumps(list(ids)), now))

    async def _tag_names(self, tag_ids: Sequence[str]) -> str:
        rows = await self._db.query(
            f"SELECT name FROM tags WHERE id {_IN_KEYS} AND org_id = ?2 ORDER BY name",
            (json.dumps(list(tag_ids)), self._actor.org_id),
        )
        if len(rows) != len(set(tag_ids)):
            raise NotFound(Bilingual("Η ετικέτα δεν υπάρχει πια.", "The tag is no longer there."))
        return ", ".join(f"«{as_text(row['name'])}»" for row in rows)


def _pairs(ids: Sequence[str], tag_ids: Sequence[str]) -> str:
    return json.dumps([[customer, tag] for customer in ids for tag in tag_ids])


def _links(rows: Sequence[Row], now: int) -> list[tuple[str, str, str, int]]:
    return [(new_id("ct"), str(row["customer"]), str(row["tag"]), now) for row in rows]


def _checked(customer: Customer, seen: Customer | None) -> Customer:
    tidy = tidied(customer)
    wrong = errors(problems(customer, seen))
    if wrong:
        first = wrong[0]
        name = FIELD[first.field].label
        raise InvalidInput(
            Bilingual(f"{name.el}: {first.message.el}", f"{name.en}: {first.message.en}"),
            kept=Bilingual("Τίποτα δεν αποθηκεύτηκε ακόμη.", "Nothing has been saved yet."),
        )
    return tidy


def _bulk_values(values: Mapping[str, Any]) -> dict[str, SqlValue]:
    for name in values:
        if name not in FIELD or not FIELD[name].bulk:
            raise InvalidInput(Bilingual(f"Το πεδίο {name} δεν αλλάζει μαζικά.", f"{name} cannot be set for many."))
    probe = _checked(replace(Customer(company="x"), **values), None)
    return {name: column_value(probe, name) for name in values}


def _count_of_el(count: int) -> str:
    # The genitive: «διαγραφή τριών πελατών».
    return "1 πελάτη" if count == 1 else f"{count} πελατών"


def _count_el(count: int) -> str:
    return "1 πελάτη" if count == 1 else f"{count} πελάτες"


def _count_en(count: int) -> str:
    return "1 customer" if count == 1 else f"{count} customers"


def _gone() -> NotFound:
    return NotFound(Bilingual("Ο πελάτης δεν υπάρχει πια.", "The customer is no longer there."))

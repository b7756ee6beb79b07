"""Segments: saved rules over customers, their counts and their members."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Statement, Touched
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.model.ids import nanoid
from kkdesk.model.rights import Action
from kkdesk.model.row import Row, SqlValue, as_int, as_text
from kkdesk.model.segment import Rule, dump_rule, parse_rule
from kkdesk.services.rights import require
from kkdesk.services.seen_values import guards_on_seen
from kkdesk.store.row_image import guards_on_rows
from kkdesk.store.segment_sql import rule_condition

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.model.clock import Clock
    from kkdesk.store.database import Database

MAX_NAME = 200
#: Segments counted in one pass over the customers.
_COUNTED_AT_ONCE = 25

_NAME = "coalesce(nullif(trim(coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '')), ''), c.company, '')"


@dataclass(frozen=True, slots=True)
class Segment:
    """A row of `segments`. Where the stored rule cannot be understood, `rule` is None and `problem` says why."""

    id: str
    name: str
    description: str
    rule: Rule | None
    problem: InvalidInput | None
    #: The text of `filters` as it is stored, against which an edit is checked.
    stored: str | None
    updated_at: int


@dataclass(frozen=True, slots=True)
class SegmentMember:
    """A customer whom a rule selects."""

    customer_id: str
    name: str
    city: str
    email: str


async def segment_rules(db: Database, org_id: str, segment_ids: Sequence[str]) -> Mapping[str, Rule]:
    """The organisation's rules by id; ids that it does not have are left out.

    Raises `InvalidInput`, naming the segment and the condition, when one cannot be understood.
    """
    if not segment_ids:
        return {}
    rows = await db.query(
        "SELECT id, name, filters FROM segments WHERE org_id = ? AND id IN (SELECT value FROM json_each(?))",
        (org_id, json.dumps(list(segment_ids))),
    )
    return {as_text(row["id"]): _understood(row) for row in rows}


class Segments:
    """The segments of the actor's organisation."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Changes are made in the actor's name."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def all(self) -> list[Segment]:
        """Every segment by name, also those that cannot be understood."""
        rows = await self._db.query(
            "SELECT id, name, description, filters, updated_at FROM segments WHERE org_id = ? ORDER BY name, id",
            (self._actor.org_id,),
        )
        return [_segment(row) for row in rows]

    async def get(self, segment_id: str) -> Segment:
        """One segment. Raises `NotFound`."""
        rows = await self._db.query(
            "SELECT id, name, description, filters, updated_at FROM segments WHERE org_id = ? AND id = ?",
            (self._actor.org_id, segment_id),
        )
        if not rows:
            raise _not_found()
        return _segment(rows[0])

    async def count(self, rule: Rule) -> int:
        """How many customers the rule selects, mailable or not. Nobody when it has no conditions."""
        condition = rule_condition(rule)
        rows = await self._db.query(
            f"SELECT count(*) AS n FROM customers c WHERE c.org_id = ? AND {condition.sql}",
            (self._actor.org_id, *condition.args),
        )
        return as_int(rows[0]["n"])

    async def counts(self) -> dict[str, int]:
        """`count` of every segment by id; those that cannot be understood are left out."""
        rules = {segment.id: segment.rule for segment in await self.all() if segment.rule is not None}
        ids = sorted(rules)
        found: dict[str, int] = {}
        for start in range(0, len(ids), _COUNTED_AT_ONCE):
            part = ids[start : start + _COUNTED_AT_ONCE]
            conditions = [rule_condition(rules[segment_id]) for segment_id in part]
            sums = ", ".join(f"count(CASE WHEN {condition.sql} THEN 1 END)" for condition in conditions)
            args = [value for condition in conditions for value in condition.args]
            sql = f"SELECT {sums} FROM customers c WHERE c.org_id = ?"
            [row] = await self._db.query(sql, (*args, self._actor.org_id))
            found.update((segment_id, as_int(row[place])) for place, segment_id in enumerate(part))
        return found

    async def members(self, rule: Rule, offset: int, limit: int) -> list[SegmentMember]:
        """Some of the customers whom the rule selects, by name."""
        condition = rule_condition(rule)
        rows = await self._db.query(
            f"SELECT c.id, {_NAME} AS name, c.city, c.email FROM customers c "
            f"WHERE c.org_id = ? AND {condition.sql} ORDER BY name, c.id LIMIT ? OFFSET ?",
            (self._actor.org_id, *condition.args, limit, offset),
        )
        return [
            SegmentMember(as_text(row["id"]), as_text(row["name"]), as_text(row["city"]), as_text(row["email"]))
            for row in rows
        ]

    async def create(self, name: str, rule: Rule, description: str = "") -> str:
        """Save a new segment; its id. Undoable. Raises `InvalidInput` without a name or without conditions."""
        require(self._actor, Action.EDIT_CUSTOMERS)
        name = _checked(name, rule)
        segment_id, now = nanoid(), self._clock()
        values = (segment_id, self._actor.org_id, name, description or None, dump_rule(rule), await self.count(rule))
        await self._db.apply(
            Change(
                Bilingual(f"Νέο τμήμα πελατών «{name}»", f"New segment “{name}”"),
                (
                    Statement(
                        "INSERT INTO segments (id, org_id, name, description, filters, customer_count, created_by, "
                        "created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
                        (*values, self._actor.user_id, now),
                    ),
                ),
                undo=(Touched("segments", (segment_id,), columns=("updated_at",)),),
                actor=self._actor.user_id,
            )
        )
        return segment_id

    async def update(self, seen: Segment, name: str, rule: Rule, description: str = "") -> Applied:
        """Save an edit of the segment as it was `seen`. Undoable.

        Raises `InvalidInput` without a name or conditions, `Conflict` when somebody changed the same part since.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        name = _checked(name, rule)
        filters = seen.stored if rule == seen.rule else dump_rule(rule)
        guards = await guards_on_seen(
            self._db,
            "segments",
            seen.id,
            {"name": seen.name, "description": seen.description, "filters": seen.stored},
            {"name": name, "description": description or None, "filters": filters},
        )
        values: dict[str, SqlValue] = {guard.column: guard.new for guard in guards}
        values |= {"customer_count": await self.count(rule), "updated_at": self._clock()}
        assignments = ", ".join(f"{column} = ?" for column in values)
        return await self._db.apply(
            Change(
                Bilingual(f"Επεξεργασία τμήματος «{name}»", f"Edit segment “{name}”"),
                (
                    Statement(
                        f"UPDATE segments SET {assignments} WHERE id = ? AND org_id = ?",
                        (*values.values(), seen.id, self._actor.org_id),
                    ),
                ),
                guards=guards,
                undo=(Touched("segments", (seen.id,), columns=tuple(values)),),
                actor=self._actor.user_id,
            )
        )

    async def delete(self, segment_id: str) -> Applied:
        """Delete a segment. Undoable. Raises `NotFound`, and `Conflict` when somebody has edited it in the meantime.

        Campaigns keep its id, which then selects nobody: see `used_by` before asking.
        """
        require(self._actor, Action.EDIT_CUSTOMERS)
        segment = await self.get(segment_id)
        guards = await guards_on_rows(self._db, "segments", (segment_id,), ("name", "description", "filters"))
        return await self._db.apply(
            Change(
                Bilingual(f"Διαγραφή τμήματος «{segment.name}»", f"Delete segment “{segment.name}”"),
                (Statement("DELETE FROM segments WHERE id = ? AND org_id = ?", (segment_id, self._actor.org_id)),),
                guards=tuple(guards),
                undo=(Touched("segments", (segment_id,)),),
                actor=self._actor.user_id,
            )
        )

    async def used_by(self, segment_id: str) -> list[str]:
        """Names of campaigns not yet sent whose audience names the segment."""
        rows = await self._db.query(
            "SELECT name FROM email_campaigns WHERE org_id = ? AND status IN ('draft', 'scheduled', 'paused') "
            "AND json_valid(recipient_filters) "
            "AND EXISTS (SELECT 1 FROM json_each(recipient_filters, '$.segments') WHERE value = ?) ORDER BY name",
            (self._actor.org_id, segment_id),
        )
        return [as_text(row["name"]) for row in rows]


def _segment(row: Row) -> Segment:
    rule: Rule | None = None
    problem: InvalidInput | None = None
    try:
        rule = parse_rule(row["filters"])
    except InvalidInput as error:
        problem = error
    stored = row["filters"]
    return Segment(
        id=as_text(row["id"]),
        name=as_text(row["name"]),
        description=as_text(row["description"]),
        rule=rule,
        problem=problem,
        stored=None if stored is None else as_text(stored),
        updated_at=as_int(row["updated_at"]),
    )


def _understood(row: Row) -> Rule:
    try:
        return parse_rule(row["filters"])
    except InvalidInput as error:
        name = as_text(row["name"])
        raise InvalidInput(
            Bilingual(f"Τμήμα «{name}»: {error.what.el}", f"Segment “{name}”: {error.what.en}"),
            kept=error.kept,
            next_step=error.next_step,
        ) from error


def _checked(name: str, rule: Rule) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise InvalidInput(Bilingual("Δώστε ένα όνομα στο τμήμα πελατών.", "Give the segment a name."))
    if rule.is_empty:
        raise InvalidInput(
            Bilingual("Το τμήμα πελατών χρειάζεται τουλάχιστον μία συνθήκη.", "A segment needs at least one condition.")
        )
    return name


def _not_found() -> NotFound:
    return NotFound(Bilingual("Το τμήμα πελατών δεν υπάρχει πια.", "The segment is no longer there."))

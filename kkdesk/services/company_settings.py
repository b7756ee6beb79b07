"""Settings that hold for the whole company: they live in its database, and every computer and the cloud obey them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Guard, Statement, Touched
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput
from kkdesk.model.rights import Action
from kkdesk.model.row import as_text
from kkdesk.services.rights import require
from kkdesk.store.database import Database


@dataclass(frozen=True, slots=True)
class CompanySetting:
    """One setting of the company. `choices`: its words; without any it is a whole number from 0 to `most`."""

    name: str
    default: str
    meaning: Bilingual
    choices: tuple[str, ...] = ()
    most: int = 0


COMPANY_SETTINGS: Final = (
    CompanySetting(
        "send.by",
        "auto",
        Bilingual("Ποιος στέλνει τις καμπάνιες", "Who sends campaigns"),
        choices=("auto", "cloud", "desktop"),
    ),
    # Zero: no limit.
    CompanySetting("send.per_second", "0", Bilingual("Μηνύματα ανά δευτερόλεπτο", "Mails per second"), most=1_000),
    CompanySetting("send.per_minute", "0", Bilingual("Μηνύματα ανά λεπτό", "Mails per minute"), most=60_000),
    CompanySetting("send.per_hour", "0", Bilingual("Μηνύματα ανά ώρα", "Mails per hour"), most=3_600_000),
    CompanySetting("send.per_day", "0", Bilingual("Μηνύματα ανά ημέρα", "Mails per day"), most=10_000_000),
    CompanySetting(
        "send.per_domain",
        "0",
        Bilingual("Ταυτόχρονα μηνύματα ανά τομέα παραλήπτη", "Mails at once to one recipient domain"),
        most=100,
    ),
)
_PUT: Final = (
    "INSERT INTO kk_settings (id, org_id, name, value, updated_at) VALUES (?1, ?2, ?3, ?4, ?5) "
    "ON CONFLICT (id) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
)
_BY_NAME: Final = {setting.name: setting for setting in COMPANY_SETTINGS}


class CompanySettings:
    """Reads and changes them. A change is one entry of the history and can be undone."""

    def __init__(self, db: Database, actor: Actor, clock: Clock) -> None:
        """Those of the actor's organisation."""
        self._db = db
        self._actor = actor
        self._clock = clock

    async def all(self) -> Mapping[str, str]:
        """The value of each, by name: the company's, else the default."""
        rows = await self._db.query("SELECT name, value FROM kk_settings WHERE org_id = ?", (self._actor.org_id,))
        stored = {as_text(row["name"]): as_text(row["value"]) for row in rows}
        return {setting.name: stored.get(setting.name, setting.default) for setting in COMPANY_SETTINGS}

    async def text(self, name: str) -> str:
        """The value of one."""
        return (await self.all())[_BY_NAME[name].name]

    async def number(self, name: str) -> int:
        """The value of one that is a number; 0 where the stored value is none."""
        value = await self.text(name)
        return int(value) if value.isascii() and value.isdigit() else 0

    async def put(self, name: str, old: str, new: str) -> Applied:
        """Change one; `old` is the value that the person saw.

        Raises `InvalidInput` for a value that it cannot have, and `Conflict` when somebody changed it meanwhile.
        """
        return await self.put_all({name: (old, new)})

    async def put_all(self, edits: Mapping[str, tuple[str, str]]) -> Applied:
        """Change several in one: all or none, and undone together. By name the old and the new value, as for `put`."""
        require(self._actor, Action.CHANGE_COMPANY)
        org_id, now = self._actor.org_id, self._clock()
        values = {name: _checked(_BY_NAME[name], new) for name, (_, new) in edits.items()}
        ids = {name: f"{org_id}:{name}" for name in edits}
        sql = "SELECT id FROM kk_settings WHERE id IN (SELECT value FROM json_each(?))"
        there = {as_text(row["id"]) for row in await self._db.query(sql, (json.dumps([*ids.values()]),))}
        change = Change(
            _label(values),
            tuple(Statement(_PUT, (ids[name], org_id, name, value, now)) for name, value in values.items()),
            guards=tuple(
                Guard("kk_settings", ids[name], "value", old, values[name])
                for name, (old, _) in edits.items()
                if ids[name] in there
            ),
            undo=(Touched("kk_settings", tuple(ids.values())),),
            actor=self._actor.user_id,
        )
        return await self._db.apply(change)


def _label(values: Mapping[str, str]) -> Bilingual:
    meanings = [(_BY_NAME[name].meaning, value) for name, value in values.items()]
    return Bilingual(
        ", ".join(f"{meaning.el}: {value}" for meaning, value in meanings),
        ", ".join(f"{meaning.en}: {value}" for meaning, value in meanings),
    )


def _checked(setting: CompanySetting, value: str) -> str:
    value = value.strip()
    if setting.choices:
        if value in setting.choices:
            return value
        raise InvalidInput(Bilingual(f"Άγνωστη τιμή: {value}", f"Unknown value: {value}"), kept=_KEPT)
    if value.isascii() and value.isdigit() and int(value) <= setting.most:
        return str(int(value))
    raise InvalidInput(
        Bilingual(
            f"«{setting.meaning.el}»: δώστε αριθμό από 0 (χωρίς όριο) έως {setting.most}.",
            f"“{setting.meaning.en}”: give a number from 0 (no limit) to {setting.most}.",
        ),
        kept=_KEPT,
    )


_KEPT: Final = Bilingual("Η προηγούμενη τιμή έμεινε.", "The former value was kept.")

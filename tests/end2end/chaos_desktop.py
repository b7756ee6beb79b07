"""A desktop of the chaos test: a replica and a person who edits at random. Told what to do in lines of JSON.

    in   {"work": n, "seed": s}    make n random changes      out  {"made": n, "conflicts": n}
    in   {"settle": true}          wait until nothing waits   out  {"waiting": 0, ...}
    in   {"end": true}             close in order             out  {"ended": true}

What was made is noted in `made.jsonl` before it is tried and again when `apply` has answered: a change that was only
tried, as its process was killed, may have been made or not.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import WHOLE_ROW, Change, Guard, Statement, Touched
from kkdesk.model.errors import Conflict, KKDeskError, Offline
from kkdesk.model.ids import ulid
from kkdesk.services.company_database import open_replica
from kkdesk.store.primary_clock import PrimaryClock
from kkdesk.store.profile import Profile
from kkdesk.store.replica import ReplicaDatabase
from kkdesk.store.row_image import guards_on_rows

FIELDS = ("phone", "city", "street", "company")
_PICK = "SELECT id, phone, city, street, company FROM customers ORDER BY id LIMIT 1 OFFSET ?"
_OUT = os.fdopen(os.dup(1), "w", encoding="utf-8")
# What is logged is for whoever reads the test's output.
os.dup2(2, 1)


async def main(folder: Path, url: str, token: str) -> None:
    """Serve until told to end."""

    async def give() -> str:
        return token

    db: ReplicaDatabase | None = None
    while db is None:
        try:
            db = await open_replica(Profile(folder), url, give, PrimaryClock())
        except Offline:
            # The network is out, and there is no replica yet: a person would try again.
            say({"offline": True})
    db.sync.interval = 0.5
    say({"ready": True})
    desktop = Desktop(db, folder / "made.jsonl")
    async for order in orders():
        if "work" in order:
            say(await desktop.work(int(order["work"]), random.Random(order["seed"])))
        elif "settle" in order:
            say(await desktop.settle())
        else:
            break
    await db.close()
    say({"ended": True})


class Desktop:
    """Edits at random."""

    def __init__(self, db: ReplicaDatabase, notes: Path) -> None:
        self._db = db
        self._notes = notes.open("a", encoding="utf-8")

    async def work(self, count: int, chance: random.Random) -> dict[str, Any]:
        """Make `count` changes; those that meet somebody else's at once are given up, as a person would."""
        made = conflicts = 0
        for _ in range(count):
            change, facts = await self._change(chance)
            self._note({"tried": change.id, **facts})
            try:
                await self._db.apply(change)
            except Conflict:
                self._note({"refused": change.id})
                conflicts += 1
                continue
            except Offline:
                continue  # Kept, and to be delivered: whether it was is found in the outbox or the ledger.
            self._note({"made": change.id})
            made += 1
        return {"made": made, "conflicts": conflicts}

    async def settle(self) -> dict[str, Any]:
        """Deliver and fetch until nothing waits."""
        while True:
            try:
                await self._db.sync.fetch()
                await self._db.delivery.drain()
                await self._db.sync.fetch()
            except KKDeskError as error:
                return {"waiting": -1, "error": error.what.en}
            counts = await self._db.box.do(lambda box: box.counts())
            if not counts.waiting and not counts.delivered:
                return {"waiting": 0, "conflicts": counts.conflicts, "reads": self._db.file.name}

    async def _change(self, chance: random.Random) -> tuple[Change, dict[str, Any]]:
        rows = await self._db.query("SELECT count(*) AS n FROM customers")
        row = (await self._db.query(_PICK, (chance.randrange(int(rows[0]["n"])),)))[0]  # type: ignore[arg-type]
        if (dice := chance.random()) < 0.05:
            return self._creation()
        if dice < 0.1:
            return await self._deletion(str(row["id"]))
        field = chance.choice(FIELDS)
        new = f"{field} {ulid()}"
        # Two columns in one change: one guarded, one that adds up whoever else adds.
        change = Change(
            Bilingual("Επεξεργασία", "Edit"),
            (
                Statement(
                    f"UPDATE customers SET {field} = ?, lead_score = coalesce(lead_score, 0) + 1 WHERE id = ?",
                    (new, row["id"]),
                ),
            ),
            guards=(Guard("customers", str(row["id"]), field, row[field], new),),
            undo=(Touched("customers", (str(row["id"]),), columns=(field,)),),
        )
        return change, {"row": row["id"], "field": field, "old": row[field], "new": new}

    def _creation(self) -> tuple[Change, dict[str, Any]]:
        new = f"cust_{ulid()}"
        insert = "INSERT INTO customers (id, org_id, first_name, created_at, updated_at) VALUES (?, 'org_chaos', 'Νέα', 1, 1)"
        return Change(Bilingual("Νέος", "New"), (Statement(insert, (new,)),)), {"created": new}

    async def _deletion(self, row: str) -> tuple[Change, dict[str, Any]]:
        guards = await guards_on_rows(self._db, "customers", [row], FIELDS)
        change = Change(
            Bilingual("Διαγραφή", "Delete"),
            (Statement("DELETE FROM customers WHERE id = ?", (row,)),),
            guards=tuple(guards),
            undo=(Touched("customers", (row,)),),
        )
        assert all(guard.column == WHOLE_ROW for guard in guards)
        return change, {"deleted": row}

    def _note(self, fact: dict[str, Any]) -> None:
        self._notes.write(json.dumps(fact, ensure_ascii=False) + "\n")
        self._notes.flush()


async def orders() -> AsyncIterator[dict[str, Any]]:
    """Lines of standard input until it ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


def say(fact: dict[str, Any]) -> None:
    """Tell whoever runs the test."""
    _OUT.write(json.dumps(fact) + "\n")
    _OUT.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.stdin.readline().strip()))

"""Changes that arrive late, as from another computer's outbox: what others did meanwhile is never lost in silence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.change import WHOLE_ROW, Applied, Change
from kkdesk.model.errors import Conflict
from kkdesk.model.segment import Rule, parse_condition
from kkdesk.services.campaign_sending import CampaignSending
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.customers import Customers
from kkdesk.services.notes import Notes
from kkdesk.services.organisation import Organisation
from kkdesk.services.queue.jobs import SendQueue
from kkdesk.services.segments import Segments
from kkdesk.services.signatures import Signatures
from kkdesk.services.tags import Tags
from kkdesk.services.templates import Templates
from kkdesk.store.local import LocalDatabase
from tests.sample import DRAFT, SCHEDULED, SENT, Sample, in_sample


class Kept:
    """A database whose changes are kept back, as an outbox does, until they are delivered."""

    def __init__(self, db: LocalDatabase) -> None:
        self._db = db
        self.waiting: list[Change] = []

    async def query(self, sql: str, args: Any = ()) -> list[Any]:
        return await self._db.query(sql, args)

    async def apply(self, change: Change) -> Applied:
        self.waiting.append(change)
        return Applied(change.id, ((),) * 12, (0,) * 12)

    async def data_version(self) -> int:
        return await self._db.data_version()

    async def close(self) -> None:
        return None

    async def deliver(self) -> None:
        """Apply what waits, in order."""
        while self.waiting:
            await self._db.apply(self.waiting.pop(0))

    async def conflict(self) -> Conflict:
        """The conflict that the only waiting change meets."""
        (change,) = self.waiting
        self.waiting.clear()
        with pytest.raises(Conflict) as raised:
            await self._db.apply(change)
        return raised.value


Body = Callable[[Sample, Kept], Awaitable[None]]


def late(tmp_path: Path, body: Body) -> None:
    async def run(sample: Sample) -> None:
        await body(sample, Kept(sample.db))

    in_sample(tmp_path, run)


async def some(sample: Sample, count: int) -> list[str]:
    rows = await sample.rows("SELECT id FROM customers WHERE org_id = 'org_kktires' ORDER BY id LIMIT ?", count)
    return [row["id"] for row in rows]


def test_customers_whom_another_edited_are_not_deleted(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        ids = await some(sample, 3)
        await Customers(kept, sample.actor, sample.clock).delete(ids)
        await sample.write("UPDATE customers SET city = 'Βόλος' WHERE id = ?", ids[1])
        conflict = await kept.conflict()
        (failed,) = conflict.failed
        assert (failed.guard.row_id, failed.guard.column, failed.guard.new) == (ids[1], WHOLE_ROW, None)
        was, is_now = json.loads(str(failed.guard.old)), json.loads(str(failed.current))
        assert {name for name in was if was[name] != is_now[name]} == {"city"}
        assert is_now["city"] == "Βόλος"
        assert "διαγράψετε" in conflict.message("el")
        assert await some(sample, 3) == ids

    late(tmp_path, body)


def test_of_many_customers_the_time_of_the_last_edit_is_guarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        monkeypatch.setattr("kkdesk.services.customers._IMAGED", 2)
        ids = await some(sample, 3)
        await Customers(kept, sample.actor, sample.clock).delete(ids)
        await sample.write("UPDATE customers SET updated_at = updated_at + 5 WHERE id = ?", ids[1])
        (failed,) = (await kept.conflict()).failed
        assert (failed.guard.row_id, failed.guard.column) == (ids[1], WHOLE_ROW)
        assert json.loads(str(failed.guard.old)).keys() == {"updated_at"}

    late(tmp_path, body)


def test_setting_a_field_in_many_overwrites_nobody(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        ids = await some(sample, 4)
        await sample.write("UPDATE customers SET city = 'Λάρισα'")
        customers = Customers(kept, sample.actor, sample.clock)
        await customers.edit(ids, {"city": "Βόλος"})
        await sample.write("UPDATE customers SET city = 'Πάτρα' WHERE id = ?", ids[2])
        (failed,) = (await kept.conflict()).failed
        assert (failed.guard.old, failed.guard.new, failed.current) == ("Λάρισα", "Βόλος", "Πάτρα")
        await customers.edit(ids, {"city": "Βόλος"})
        await sample.write("UPDATE customers SET notes = 'άλλο' WHERE id = ?", ids[2])
        await kept.deliver()
        assert await sample.value("SELECT count(*) FROM customers WHERE city = 'Βόλος'") == 4

    late(tmp_path, body)


def test_an_opt_out_is_never_held_up_and_its_end_never_waits(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        ids = await some(sample, 3)
        customers = Customers(kept, sample.actor, sample.clock)
        await customers.unsubscribe(ids)
        (change,) = kept.waiting
        assert not change.at_primary
        await sample.write("UPDATE customers SET city = 'Πάτρα', updated_at = updated_at + 5")
        await sample.write("DELETE FROM customers WHERE id = ?", ids[2])
        await kept.deliver()
        rows = await sample.rows("SELECT unsubscribed FROM customers WHERE id IN (?, ?)", *ids[:2])
        assert [row["unsubscribed"] for row in rows] == [1, 1]
        await customers.resubscribe(ids[:2])
        assert kept.waiting[0].at_primary

    late(tmp_path, body)


def test_tags_that_two_put_on_the_same_customers(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        ids = await some(sample, 3)
        tag = await Tags(sample.db, sample.actor, sample.clock).create("Νέα")
        links = "SELECT customer_id FROM customer_tags WHERE tag_id = ? ORDER BY customer_id"
        customers = Customers(kept, sample.actor, sample.clock)
        await customers.tag(ids, [tag.id])
        await Customers(sample.db, sample.actor, sample.clock).tag(ids[:1], [tag.id])
        await sample.write("DELETE FROM customers WHERE id = ?", ids[1])
        await kept.deliver()
        assert [row["customer_id"] for row in await sample.rows(links, tag.id)] == [ids[0], ids[2]]
        other = await Tags(sample.db, sample.actor, sample.clock).create("Άλλη")
        await customers.tag(ids, [other.id])
        await sample.write("DELETE FROM tags WHERE id = ?", other.id)
        (failed,) = (await kept.conflict()).failed
        assert (failed.guard.table, failed.guard.row_id, failed.missing) == ("tags", other.id, True)

    late(tmp_path, body)


def test_an_edit_says_what_was_wanted(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        (customer_id,) = await some(sample, 1)
        customers = Customers(kept, sample.actor, sample.clock)
        seen = await customers.get(customer_id)
        await customers.update(seen, replace(seen, city="Βόλος"))
        await sample.write("UPDATE customers SET city = 'Πάτρα'")
        (failed,) = (await kept.conflict()).failed
        assert (failed.guard.old, failed.guard.new, failed.current) == (seen.stored["city"], "Βόλος", "Πάτρα")
        await Organisation(kept, sample.actor, sample.clock).rename("KK", "ΚΚ Ελαστικά")
        assert (await kept.conflict()).failed[0].guard.new == "ΚΚ Ελαστικά"

    late(tmp_path, body)


def test_tags_notes_and_campaigns_that_another_edited_are_not_deleted(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        parts = (kept, sample.actor, sample.clock)
        (customer_id,) = await some(sample, 1)
        tag = await Tags(sample.db, sample.actor, sample.clock).create("Νέα")
        await Notes(sample.db, sample.actor, sample.clock).add(customer_id, "Θέλει προσφορά")
        note = next(n for n in await Notes(*parts).of(customer_id) if n.content == "Θέλει προσφορά")
        await Tags(*parts).rename(tag.id, "Άλλη")
        await Tags(*parts).recolour(tag.id, "#000000")
        assert [change.guards[0].new for change in kept.waiting] == ["Άλλη", "#000000"]
        kept.waiting.clear()
        for work, edit in (
            (Tags(*parts).delete(tag.id), "UPDATE tags SET color = '#123456'"),
            (Notes(*parts).delete(note), "UPDATE customer_notes SET content = 'Πήρε'"),
            (Campaigns(*parts).delete(DRAFT), "UPDATE email_campaigns SET subject = 'Άλλο'"),
        ):
            await work
            await sample.write(edit)
            assert (await kept.conflict()).failed[-1].guard.column == WHOLE_ROW
        await Notes(*parts).add(customer_id, "Κι άλλη")
        await sample.write("DELETE FROM customers WHERE id = ?", customer_id)
        conflict = await kept.conflict()
        assert conflict.failed[0].missing
        assert "διέγραψε" in conflict.message("el") and "deleted" in conflict.message("en")

    late(tmp_path, body)


def test_a_note_that_was_seen_otherwise_is_not_deleted(tmp_path: Path) -> None:
    async def body(sample: Sample, _kept: Kept) -> None:
        (customer_id,) = await some(sample, 1)
        notes = Notes(sample.db, sample.actor, sample.clock)
        await notes.add(customer_id, "Θέλει προσφορά")
        seen = next(n for n in await notes.of(customer_id) if n.content == "Θέλει προσφορά")
        await notes.edit(seen, "Θέλει δύο")
        with pytest.raises(Conflict):
            await notes.delete(seen)

    late(tmp_path, body)


def test_two_who_edit_different_parts_of_one_text_both_keep_their_work(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        ours, theirs = (kept, sample.actor, sample.clock), (sample.db, sample.actor, sample.clock)
        template_id = await Templates(*theirs).create("Χειμώνας", "Θέμα", "<p>α</p>", "offers")
        seen = await Templates(*ours).get(template_id)
        await Templates(*ours).update(seen, seen.name, "Νέο θέμα", seen.content, seen.category)
        await Templates(*theirs).update(seen, seen.name, seen.subject, "<p>β</p>", seen.category)
        await kept.deliver()
        now = await Templates(*ours).get(template_id)
        assert (now.subject, now.content) == ("Νέο θέμα", "<p>β</p>")

        signature_id = await Signatures(*theirs).create("Σ", "<p>Άννα</p>")
        signature = await Signatures(*ours).get(signature_id)
        await Signatures(*ours).update(signature, "Σύντομη", signature.content, default=False)
        await Signatures(*theirs).update(signature, "Σ", "<p>Νίκος</p>", default=True)
        await kept.deliver()
        merged = await Signatures(*ours).get(signature_id)
        assert (merged.name, merged.content, merged.is_default) == ("Σύντομη", "<p>Νίκος</p>", True)

        rule, other = (Rule(conditions=(parse_condition("city", "equals", city),)) for city in ("Βόλος", "Πάτρα"))
        segment_id = await Segments(*theirs).create("Βόλος", rule)
        segment = await Segments(*ours).get(segment_id)
        await Segments(*ours).update(segment, "Μαγνησία", rule)
        await Segments(*theirs).update(segment, segment.name, other, segment.description)
        await kept.deliver()
        changed = await Segments(*ours).get(segment_id)
        assert (changed.name, changed.rule) == ("Μαγνησία", other)

    late(tmp_path, body)


def test_templates_signatures_and_segments_that_another_edited_are_not_deleted(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        parts = (kept, sample.actor, sample.clock)
        for service, table in (
            (Templates, "email_templates"),
            (Signatures, "email_signatures"),
            (Segments, "segments"),
        ):
            for row in await sample.rows(f"SELECT id FROM {table} WHERE org_id = 'org_kktires' LIMIT 1"):
                await service(*parts).delete(row["id"])
                await sample.write(f"UPDATE {table} SET name = name || '!' WHERE id = ?", row["id"])
                (failed,) = (await kept.conflict()).failed
                assert (failed.guard.table, failed.guard.column, failed.missing) == (table, WHOLE_ROW, False)
                await service(*parts).delete(row["id"])
                await kept.deliver()
                assert await sample.rows(f"SELECT id FROM {table} WHERE id = ?", row["id"]) == []

    late(tmp_path, body)


def test_sending_never_waits_in_an_outbox(tmp_path: Path) -> None:
    async def body(sample: Sample, kept: Kept) -> None:
        queue = SendQueue(kept, sample.actor, sample.clock)
        found = await sample.rows("SELECT id FROM campaign_recipients WHERE campaign_id = ?", SENT)
        recipients = [row["id"] for row in found]
        for recipient_id, state in zip(recipients, ("unconfirmed", "failed"), strict=False):
            await sample.write(
                "INSERT INTO kk_sends (recipient_id, campaign_id, job_id, address, state, due_at) "
                "VALUES (?1, ?2, 'j', ?1, ?3, 0)",
                *(recipient_id, SENT, state),
            )
        works: list[Awaitable[Any]] = [
            queue.enqueue(DRAFT),
            queue.pause(SCHEDULED),
            queue.resume(SCHEDULED),
            queue.cancel(SCHEDULED),
            queue.try_now(SENT),
            queue.resend(recipients),
            queue.retry(recipients),
            queue.leave(recipients),
            CampaignSending(
                kept,
                sample.actor,
                sample.clock,
                queue,
                Campaigns(kept, sample.actor, sample.clock),
                None,  # type: ignore[arg-type]
            ).cancel_schedule(SCHEDULED),
        ]
        # What they look for afterwards has not happened.
        await asyncio.gather(*works, return_exceptions=True)
        assert len(kept.waiting) == len(works)
        assert all(change.at_primary for change in kept.waiting)

    late(tmp_path, body)

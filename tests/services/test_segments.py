"""Saved rules: one count everywhere, edits that do not collide, undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.audience import Exclusion
from kkdesk.model.campaign import RecipientFilters
from kkdesk.model.errors import Conflict, InvalidInput, NotFound
from kkdesk.model.segment import Rule, parse_condition, parse_rule
from kkdesk.services.audience import Audience
from kkdesk.services.history import History
from kkdesk.services.segments import Segments
from tests.sample import SCHEDULED, Sample, in_sample

ATHENIANS, FLEET, UNKNOWN_OPERATOR = "rbg9gOSntmWaNY_QeECO0", "PTly4cSZgo-WTnhgbCDSs", "77Fm-lF7z0nD57kv-VYIW"
VIPS = Rule("and", (parse_condition("isVip", "equals", True),))


def segments(sample: Sample) -> Segments:
    return Segments(sample.db, sample.actor, sample.clock)


async def undo_last(sample: Sample) -> None:
    history = History(sample.db, sample.actor, sample.clock)
    await history.undo((await history.recent())[0].id)


def test_all_are_listed_also_those_that_are_not_understood(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        found = {segment.id: segment for segment in await segments(sample).all()}
        assert len(found) == 22, "those of the other organisation are not"
        assert [one.id for one in found.values() if one.rule is None] == [UNKNOWN_OPERATOR]
        problem = found[UNKNOWN_OPERATOR].problem
        assert problem is not None
        assert "endsWith" in problem.what.el
        assert found[ATHENIANS].rule == parse_rule(found[ATHENIANS].stored)
        with pytest.raises(NotFound):
            await segments(sample).get("t6m3RkSYOKazqpN87S7_Y")

    in_sample(tmp_path, body)


def test_the_segment_screen_and_the_campaign_count_the_same_people(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        counts = await segments(sample).counts()
        assert len(counts) == 21
        audience = Audience(sample.db, sample.actor, sample.clock)
        for segment_id, count in counts.items():
            segment = await segments(sample).get(segment_id)
            assert segment.rule is not None
            assert await segments(sample).count(segment.rule) == count
            preview = await audience.preview(RecipientFilters(segments=(segment_id,)))
            assert preview.selected == count, segment.name
            rows = await sample.rows("SELECT * FROM customers WHERE org_id = 'org_kktires'")
            assert sum(segment.rule.matches({name: row[name] for name in row.keys()}) for row in rows) == count  # noqa: SIM118
        assert counts["1fN3s0xaa6gNBgtYWmxj7"] == 0, "no conditions, nobody"

    in_sample(tmp_path, body)


def test_members_are_paged(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = segments(sample)
        everybody = await service.members(VIPS, 0, 1000)
        assert len(everybody) == await service.count(VIPS)
        assert await service.members(VIPS, 10, 5) == everybody[10:15]
        assert [one.name for one in everybody] == sorted(one.name for one in everybody)
        assert await service.members(Rule(), 0, 10) == []

    in_sample(tmp_path, body)


def test_create_edit_delete_and_undo(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        service = segments(sample)
        new = await service.create(" Οι  VIP ", VIPS)
        made = await service.get(new)
        assert (made.name, made.rule) == ("Οι VIP", VIPS)
        assert len(new) == 21
        counted = "SELECT customer_count FROM segments WHERE id = ?"
        assert await sample.value(counted, new) == await service.count(VIPS) > 0
        not_vips = Rule("and", (parse_condition("isVip", "equals", "false"),))
        await service.update(made, "Όχι VIP", not_vips, "όλοι οι άλλοι")
        edited = await service.get(new)
        assert (edited.name, edited.rule, edited.description) == ("Όχι VIP", not_vips, "όλοι οι άλλοι")
        with pytest.raises(Conflict):
            await service.update(made, "Άλλο", VIPS)
        await undo_last(sample)
        assert (await service.get(new)).rule == VIPS
        await service.delete(new)
        with pytest.raises(NotFound):
            await service.get(new)
        await undo_last(sample)
        assert (await service.get(new)).name == "Οι VIP"

    in_sample(tmp_path, body)


@pytest.mark.parametrize(
    ("name", "rule"), [("", VIPS), ("x" * 201, VIPS), ("Κενό", Rule()), ("Κενό", Rule("or", (Rule(),)))]
)
def test_a_segment_has_a_name_and_conditions(tmp_path: Path, name: str, rule: Rule) -> None:
    async def body(sample: Sample) -> None:
        with pytest.raises(InvalidInput):
            await segments(sample).create(name, rule)
        seen = await segments(sample).get(FLEET)
        with pytest.raises(InvalidInput):
            await segments(sample).update(seen, name, rule)

    in_sample(tmp_path, body)


def test_campaigns_that_use_a_segment_are_named_before_it_is_deleted(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_broken", "{")
        assert await segments(sample).used_by(FLEET) == ["Άνοιξη 2030"]
        assert await segments(sample).used_by(ATHENIANS) == []
        await segments(sample).delete(FLEET)
        preview = await Audience(sample.db, sample.actor, sample.clock).preview(
            RecipientFilters(cities=("Αθήνα",), segments=(FLEET,))
        )
        assert preview.selected == 0, "never a wider audience"
        assert await sample.value("SELECT count(*) FROM email_campaigns WHERE id = ?", SCHEDULED) == 1
        assert Exclusion.DUPLICATE not in preview.counts

    in_sample(tmp_path, body)

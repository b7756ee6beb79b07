"""What an audience can be chosen from."""

from __future__ import annotations

from pathlib import Path

from kkdesk.services.audience_choices import AudienceChooser
from kkdesk.services.segments import Segments
from tests.sample import Sample, in_sample


def chooser(sample: Sample) -> AudienceChooser:
    return AudienceChooser(sample.db, sample.actor, Segments(sample.db, sample.actor, sample.clock))


def test_every_choice_counts_the_customers_it_selects(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        choices = await chooser(sample).choices()
        org = sample.actor.org_id
        assert choices.total == await sample.value("SELECT count(*) FROM customers WHERE org_id = ?", org)
        for town in choices.towns:
            wanted = "SELECT count(*) FROM customers WHERE org_id = ? AND city = ?"
            assert town.count == await sample.value(wanted, org, town.value)
        for tag in choices.tags:
            wanted = "SELECT count(*) FROM customer_tags WHERE tag_id = ?"
            assert tag.count == await sample.value(wanted, tag.value)
        assert choices.towns and choices.tags and choices.categories and choices.segments

    in_sample(tmp_path, body)


def test_two_spellings_of_a_town_are_two_choices(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("cust_a", "a@example.gr", city="Τρίκαλα")
        await sample.add_customer("cust_b", "b@example.gr", city="ΤΡΙΚΑΛΑ")
        await sample.add_customer("cust_c", "c@example.gr", city="")
        towns = (await chooser(sample).choices()).towns
        found = [town.value for town in towns if town.label.el.casefold().startswith(("τρίκαλα", "τρικαλα"))]
        assert sorted(found) == ["ΤΡΙΚΑΛΑ", "Τρίκαλα"]
        assert all(town.value for town in towns)

    in_sample(tmp_path, body)


def test_a_segment_that_is_not_understood_says_so(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.write(
            "INSERT INTO segments (id, org_id, name, filters, created_at, updated_at) VALUES ('seg_x', ?, 'Χαλασμένο', ?, 1, 1)",
            sample.actor.org_id,
            '{"logic":"and","conditions":[{"field":"nonsense","operator":"equals","value":1}]}',
        )
        broken = next(choice for choice in (await chooser(sample).choices()).segments if choice.value == "seg_x")
        assert broken.problem is not None and broken.count is None

    in_sample(tmp_path, body)

"""Audiences on the web CRM's sample database."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.actor import Actor
from kkdesk.model.audience import Exclusion, Recipient
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import RecipientFilters, parse_filters
from kkdesk.model.change import Change
from kkdesk.model.email_address import address_key
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.services.audience import Audience
from kkdesk.services.suppressions import opt_out_of
from kkdesk.store.local import LocalDatabase
from tests.sample import DATA, DRAFT, NOW, OWNER, SCHEDULED, Sample, in_sample

EVERYONE = RecipientFilters(everyone=True)


def audience(sample: Sample) -> Audience:
    return Audience(sample.db, sample.actor, sample.clock)


async def reasons(sample: Sample, filters: RecipientFilters = EVERYONE) -> dict[str, Exclusion | None]:
    """Why each customer is excluded; None for those who get the mail."""
    preview = await audience(sample).preview(filters)
    found: dict[str, Exclusion | None] = {row.customer_id: None for row in preview.recipients()}
    found.update((row.customer_id, row.reason) for row in preview.excluded())
    return found


def test_everybody_of_the_organisation_is_on_one_side(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        found = await reasons(sample)
        rows = await sample.rows("SELECT * FROM customers WHERE org_id = 'org_kktires'")
        assert set(found) == {row["id"] for row in rows}
        for row in rows:
            reason = found[row["id"]]
            if not (row["email"] or "").strip():
                assert reason is Exclusion.NO_ADDRESS
            elif row["unsubscribed"]:
                assert reason is Exclusion.UNSUBSCRIBED
            elif row["is_active"] == 0:
                assert reason in (Exclusion.INACTIVE, Exclusion.UNSUBSCRIBED, Exclusion.SUPPRESSED)
        mailed = [address_key(row["email"]) for row in rows if found[row["id"]] is None]
        assert len(set(mailed)) == len(mailed) == 1516

    in_sample(tmp_path, body)


def test_nobody_is_mailed_whose_address_opted_out_on_another_record(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("flagged", "Shared@Shop.gr", unsubscribed=1)
        await sample.add_customer("other", " shared@shop.gr")
        await sample.add_customer("listed", "ΓΙΏΡΓΟΣ@Mail1.example")
        await sample.add_customer("suppressed", "Supp@Shop.GR")
        await sample.add_customer("over", "over@shop.gr")
        await sample.add_customer("both", "both@shop.gr")
        for address, kind, expires in (
            ("supp@shop.gr", "complaint", None),
            ("over@shop.gr", "hard_bounce", NOW),
            ("both@shop.gr", "unsubscribe", NOW + 1),
        ):
            await sample.write(
                "INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at, expires_at) "
                "VALUES (?1, 'org_kktires', ?1, ?2, 1, ?3)",
                *(address, kind, expires),
            )
        found = await reasons(sample)
        assert found["flagged"] is found["other"] is Exclusion.UNSUBSCRIBED
        assert found["listed"] is Exclusion.UNSUBSCRIBED
        assert found["suppressed"] is Exclusion.SUPPRESSED
        assert found["over"] is None, "the suppression has expired"
        assert found["both"] is Exclusion.UNSUBSCRIBED

    in_sample(tmp_path, body)


def test_who_unsubscribes_by_a_mail_is_excluded_with_all_records(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("one", "info@παράδειγμα.gr")
        await sample.add_customer("two", "Info@ΠΑΡΆΔΕΙΓΜΑ.gr")
        before = await reasons(sample)
        assert {before["one"], before["two"]} == {None, Exclusion.DUPLICATE}
        out = await opt_out_of(sample.db, "org_kktires", "info@παράδειγμα.gr", campaign_id=None, reason=None, now=NOW)
        await sample.db.apply(Change(Bilingual("", ""), tuple(out.statements)))
        after = await reasons(sample)
        assert after["one"] is after["two"] is Exclusion.UNSUBSCRIBED

    in_sample(tmp_path, body)


def test_opt_outs_of_another_organisation_do_not_count(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("mine", "mine@shop.gr")
        await sample.add_customer("theirs", "mine@shop.gr", org_id="org_notia", unsubscribed=1)
        assert (await reasons(sample))["mine"] is None

    in_sample(tmp_path, body)


def test_nothing_chosen_is_nobody(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        for filters in ({}, None, {"segments": ["gone"]}, {"tags": ["tag_eiaM_sMz2dQc88QRbYl4j"]}):
            preview = await audience(sample).preview(parse_filters(filters))
            assert preview.selected == 0, filters

    in_sample(tmp_path, body)


def test_what_cannot_be_understood_stops_the_preview(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        with pytest.raises(InvalidInput, match=r"Άγνωστος τελεστής.*endsWith"):
            await audience(sample).preview(RecipientFilters(cities=("Αθήνα",), segments=("77Fm-lF7z0nD57kv-VYIW",)))
        with pytest.raises(InvalidInput, match="cities"):
            await audience(sample).preview(parse_filters({"cities": "Αθήνα", "categories": ["fleet"]}))
        assert (await audience(sample).preview(RecipientFilters(cities=("Αθήνα",)))).count > 0

    in_sample(tmp_path, body)


async def in_parts(sample: Sample, campaign_id: str) -> list[Recipient]:
    return [one async for part in audience(sample).parts(campaign_id) for one in part.recipients]


@pytest.mark.parametrize("size", [1, 7, 2000])
def test_parts_together_are_exactly_whom_the_preview_showed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    async def body(sample: Sample) -> None:
        filters = parse_filters(
            await sample.value("SELECT recipient_filters FROM email_campaigns WHERE id = ?", SCHEDULED)
        )
        preview = await audience(sample).preview(filters)
        found = await in_parts(sample, SCHEDULED)
        # A mailbox of several customers may come in several parts: the first, which is the oldest record, counts.
        first = {one.key: one.customer_id for one in reversed(found)}
        assert first == {one.key: one.customer_id for one in preview.recipients()}
        assert len(first) == preview.count == 78
        if size == 2000:
            assert len(found) == 78

    monkeypatch.setattr("kkdesk.services.audience_parts.PART_SIZE", size)
    in_sample(tmp_path, body)


def test_parts_are_of_the_campaigns_own_organisation(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_theirs", {"everyone": True}, org_id="org_notia")
        ids = [one.customer_id for one in await in_parts(sample, "camp_theirs")]
        orgs = {str(row["org_id"]) for row in await sample.rows("SELECT id, org_id FROM customers") if row["id"] in ids}
        assert orgs == {"org_notia"}
        with pytest.raises(NotFound):
            await in_parts(sample, "gone")

    in_sample(tmp_path, body)


def test_a_campaign_with_empty_filters_has_nobody(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_empty", {"cities": [], "tags": [], "segments": [], "categories": []})
        assert await in_parts(sample, "camp_empty") == []
        assert await in_parts(sample, DRAFT) != []

    in_sample(tmp_path, body)


def test_a_database_without_the_newer_migrations_of_the_web_crm_works_too(tmp_path: Path) -> None:
    """Very old ones lack `customers.unsubscribed`, many the suppression list and ten columns of the recipients."""
    path = tmp_path / "old.db"
    shutil.copy(DATA / "webapp-sample.db", path)
    with closing(sqlite3.connect(path)) as connection:
        for kind, name in connection.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')"
        ).fetchall():
            connection.execute(f"DROP {kind} {name}")
        connection.execute("DROP TABLE email_suppressions")
        for index in ("idx_customers_org_unsubscribed", "idx_recipients_domain"):
            connection.execute(f"DROP INDEX {index}")
        connection.execute("ALTER TABLE customers DROP COLUMN unsubscribed")
        for column in ("email_normalized", "domain"):
            connection.execute(f"ALTER TABLE campaign_recipients DROP COLUMN {column}")
        connection.commit()

    async def body() -> None:
        db = await LocalDatabase.open(path)
        try:
            people = Audience(db, Actor(OWNER.user_id, OWNER.org_id, ""), lambda: NOW)
            preview = await people.preview(EVERYONE)
            # Only those who are on the list of unsubscribed addresses are known to have opted out.
            assert 0 < preview.counts[Exclusion.UNSUBSCRIBED] <= 12
            assert [one async for part in people.parts(SCHEDULED) for one in part.recipients]
        finally:
            await db.close()

    asyncio.run(body())

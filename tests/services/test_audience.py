"""Audiences on the web CRM's sample database."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kkdesk.model.actor import Actor
from kkdesk.model.audience import Exclusion
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import RecipientFilters, parse_filters
from kkdesk.model.change import Change
from kkdesk.model.email_address import address_key
from kkdesk.model.errors import InvalidInput, NotFound
from kkdesk.services.audience import Audience
from kkdesk.services.suppressions import unsubscribe_statements
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
        statements = await unsubscribe_statements(
            sample.db, "org_kktires", "info@παράδειγμα.gr", campaign_id=None, reason=None, now=NOW
        )
        await sample.db.apply(Change(Bilingual("", ""), tuple(statements)))
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


async def take_snapshot(sample: Sample, campaign_id: str) -> int:
    statements = await audience(sample).snapshot_statements(campaign_id, sample.now)
    await sample.db.apply(Change(Bilingual("", ""), tuple(statements)))
    return sum(len(statement.many or ()) for statement in statements)


def test_a_snapshot_lists_exactly_whom_the_preview_showed(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        filters = parse_filters(
            await sample.value("SELECT recipient_filters FROM email_campaigns WHERE id = ?", SCHEDULED)
        )
        preview = await audience(sample).preview(filters)
        assert await take_snapshot(sample, SCHEDULED) == preview.count == 78
        rows = await sample.rows("SELECT * FROM campaign_recipients WHERE campaign_id = ?", SCHEDULED)
        assert {row["customer_id"] for row in rows} == {one.customer_id for one in preview.recipients()}
        for row in rows:
            assert row["id"].startswith("rcpt_")
            assert len(row["id"]) == 26
            assert (row["status"], row["attempt_count"]) == ("pending", 0)
            assert row["email_normalized"] == address_key(row["email"])
            assert row["email_normalized"].endswith("@" + row["domain"])

    in_sample(tmp_path, body)


def test_a_snapshot_is_completed_and_never_doubled(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        first = await take_snapshot(sample, SCHEDULED)
        assert await take_snapshot(sample, SCHEDULED) == 0
        [lost] = await sample.rows("SELECT * FROM campaign_recipients WHERE campaign_id = ? LIMIT 1", SCHEDULED)
        await sample.write("DELETE FROM campaign_recipients WHERE id = ?", lost["id"])
        # The same mailbox, by now under another customer: it has been listed.
        await sample.write(
            "UPDATE campaign_recipients SET customer_id = (SELECT id FROM customers WHERE org_id = 'org_notia' LIMIT 1), "
            "email = upper(email) WHERE id = (SELECT id FROM campaign_recipients WHERE campaign_id = ? LIMIT 1)",
            SCHEDULED,
        )
        assert await take_snapshot(sample, SCHEDULED) == 1
        assert await sample.value("SELECT count(*) FROM campaign_recipients WHERE campaign_id = ?", SCHEDULED) == first

    in_sample(tmp_path, body)


def test_a_snapshot_is_of_the_campaigns_own_organisation(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_theirs", {"everyone": True}, org_id="org_notia")
        await take_snapshot(sample, "camp_theirs")
        found = await sample.rows(
            "SELECT DISTINCT c.org_id FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id "
            "WHERE r.campaign_id = 'camp_theirs'"
        )
        assert [row["org_id"] for row in found] == ["org_notia"]
        with pytest.raises(NotFound):
            await audience(sample).snapshot_statements("gone", NOW)

    in_sample(tmp_path, body)


def test_a_campaign_with_empty_filters_lists_nobody(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_campaign("camp_empty", {"cities": [], "tags": [], "segments": [], "categories": []})
        assert await take_snapshot(sample, "camp_empty") == 0
        assert await take_snapshot(sample, DRAFT) > 0

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
            statements = await people.snapshot_statements(SCHEDULED, NOW)
            await db.apply(Change(Bilingual("", ""), tuple(statements)))
        finally:
            await db.close()

    asyncio.run(body())

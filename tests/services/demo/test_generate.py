"""The sample shop as a whole."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import parse_filters
from kkdesk.model.customer_category import CATEGORIES
from kkdesk.model.email_address import address_key, is_mailable
from kkdesk.model.errors import Cancelled, InvalidInput
from kkdesk.model.greek import gender, postal_region, valid_afm, validate_phone
from kkdesk.model.merge_fields import parse
from kkdesk.model.segment import parse_rule
from kkdesk.services.audience import Audience
from kkdesk.services.demo import generate
from kkdesk.services.demo.generate import DemoSummary, generate_demo
from kkdesk.services.demo.names import SURNAMES, feminine
from kkdesk.services.demo.places import TOWNS
from kkdesk.services.local_actor import local_actor
from kkdesk.services.segments import Segments
from kkdesk.store.database import Database
from kkdesk.store.local import LocalDatabase

NOW = 1_770_000_000
NUMBER = 1500
T = TypeVar("T")


def in_shop(path: Path, work: Callable[[Database, Actor], Awaitable[T]]) -> T:
    async def run() -> T:
        db = await LocalDatabase.open(path, lambda: NOW)
        try:
            return await work(db, await local_actor(db, "org_kktires", lambda: NOW))
        finally:
            await db.close()

    return asyncio.run(run())


def fill(path: Path, number: int, seed: int = 1, *, force: bool = False) -> DemoSummary:
    return in_shop(path, lambda db, actor: generate_demo(db, actor, number, seed, NOW, force=force))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "crm.db"
    summary = fill(path, NUMBER)
    assert summary.customers == NUMBER
    assert (summary.tags, summary.segments, summary.campaigns) == (12, 6, 4)
    return path


@pytest.fixture
def rows(shop: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(shop)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def everything(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that the sample wrote; user ids are the profile's own."""
    with closing(sqlite3.connect(path)) as connection:
        user = connection.execute("SELECT id FROM users").fetchone()[0]
        tables = [
            "customers", "tags", "customer_tags", "customer_activities", "customer_notes", "tasks", "leads", "segments",
            "email_templates", "email_signatures", "email_campaigns", "campaign_recipients", "email_tracking",
            "unsubscribes", "email_suppressions",
        ]  # fmt: skip
        return {
            table: [
                tuple("user" if value == user else value for value in row)
                for row in connection.execute(f"SELECT * FROM {table} ORDER BY id")
            ]
            for table in tables
        }


def test_the_same_seed_makes_the_same_shop_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        fill(tmp_path / name, 250, seed)
    first = everything(tmp_path / "a")
    # Of few readers of the finished campaign nobody may have unsubscribed.
    assert {table for table, found in first.items() if not found} <= {"unsubscribes"}
    assert everything(tmp_path / "b") == first
    assert everything(tmp_path / "c") != first


def test_the_batch_size_changes_nothing_that_is_written(
    tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "_BATCH", 400)
    fill(tmp_path / "crm.db", NUMBER)
    assert everything(tmp_path / "crm.db") == everything(shop)


def test_tax_numbers_are_valid_and_nobody_shares_one(rows: sqlite3.Connection) -> None:
    afms = [row["afm"] for row in rows.execute("SELECT afm FROM customers WHERE afm IS NOT NULL")]
    assert len(afms) > NUMBER / 2
    assert [afm for afm in afms if not valid_afm(afm)] == []
    assert len(set(afms)) == len(afms)


def test_places_fit_together(rows: sqlite3.Connection) -> None:
    towns = {town.name: town for town in TOWNS}
    for row in rows.execute("SELECT city, state, postal_code, phone, doy, latitude, longitude FROM customers"):
        town = towns[row["city"]]
        assert row["state"] == town.prefecture
        assert row["postal_code"] is None or row["postal_code"] in town.postal_codes
        assert row["postal_code"] is None or postal_region(row["postal_code"]) is not None
        assert row["phone"] is None or row["phone"].startswith(town.area_code)
        assert row["doy"] is None or row["doy"] in town.tax_offices
        assert row["latitude"] is None or abs(row["latitude"] - town.latitude) < 0.05


def test_telephones_are_real_in_form(rows: sqlite3.Connection) -> None:
    for row in rows.execute("SELECT phone, mobile FROM customers"):
        assert row["phone"] is None or validate_phone(row["phone"]).type == "landline"
        assert row["mobile"] is None or validate_phone(row["mobile"]).type == "mobile"
    leads = [row["phone"] for row in rows.execute("SELECT phone FROM leads")]
    assert leads
    assert all(validate_phone(phone).type == "mobile" for phone in leads)


def test_no_mail_can_reach_anybody(rows: sqlite3.Connection) -> None:
    found = rows.execute(
        "SELECT email FROM customers UNION SELECT email_secondary FROM customers UNION SELECT email FROM leads "
        "UNION SELECT email FROM campaign_recipients UNION SELECT email FROM email_suppressions"
    )
    emails = [row["email"] for row in found if row["email"] is not None]
    assert [email for email in emails if not email.endswith(".example")] == []
    bad = [email for email in emails if not is_mailable(email)]
    assert all(";" in email for email in bad)  # two in one field, as it happens
    assert len(bad) < NUMBER / 100


def test_surnames_agree_with_first_names(rows: sqlite3.Connection) -> None:
    women = {feminine(surname) for surname in SURNAMES}
    people = list(rows.execute("SELECT first_name, last_name FROM customers WHERE first_name <> ''"))
    assert {gender(row["first_name"]) for row in people} == {"male", "female"}
    for row in people:
        assert row["last_name"] in (women if gender(row["first_name"]) == "female" else SURNAMES)


def test_proportions_are_plausible(rows: sqlite3.Connection) -> None:
    def share(condition: str) -> float:
        return float(rows.execute(f"SELECT avg({condition}) FROM customers").fetchone()[0])

    assert {row[0] for row in rows.execute("SELECT DISTINCT category FROM customers")} <= set(CATEGORIES)
    assert 0.5 < share("category = 'retail'") < 0.7
    assert 0.07 < share("category = 'garage'") < 0.15
    assert 0.6 < share("email IS NOT NULL") < 0.85
    assert 0.01 < share("unsubscribed") < 0.08
    assert 0.9 < share("is_active") < 0.99
    assert 0.005 < share("is_vip") < 0.1
    assert 0.005 < share("first_name = ''") < 0.1  # known by the company's name alone
    assert share("revenue >= 0") == 1
    assert share("created_at < updated_at OR created_at = updated_at") == 1
    assert share(f"created_at < {NOW} AND updated_at <= {NOW}") == 1
    tasks = rows.execute("SELECT count(*) FROM tasks").fetchone()[0]
    leads = rows.execute("SELECT count(*) FROM leads").fetchone()[0]
    assert NUMBER / 40 < tasks < NUMBER / 15
    assert NUMBER / 35 < leads < NUMBER / 12


def test_the_file_is_sound_and_nothing_is_undoable_by_accident(rows: sqlite3.Connection) -> None:
    assert list(rows.execute("PRAGMA foreign_key_check")) == []
    assert rows.execute("SELECT count(*) FROM kk_changes WHERE undo_until IS NOT NULL").fetchone()[0] == 0


def test_segments_are_understood_and_their_counts_are_right(shop: Path, rows: sqlite3.Connection) -> None:
    segments = list(rows.execute("SELECT name, filters, customer_count FROM segments"))
    assert len(segments) == 6

    async def count(db: Database, actor: Actor) -> list[int]:
        service = Segments(db, actor, lambda: NOW)
        return [await service.count(parse_rule(row["filters"])) for row in segments]

    counts = in_shop(shop, count)
    assert [row["customer_count"] for row in segments] == counts
    assert all(counts)


def test_drafts_are_ready_to_send(shop: Path, rows: sqlite3.Connection) -> None:
    drafts = list(rows.execute("SELECT * FROM email_campaigns WHERE status = 'draft'"))
    filters = [parse_filters(row["recipient_filters"]) for row in drafts]
    assert len(drafts) == 3
    assert sum(chosen.everyone for chosen in filters) == 1
    assert sum(bool(chosen.cities and chosen.tags) for chosen in filters) == 1
    assert sum(bool(chosen.segments) for chosen in filters) == 1

    async def reached(db: Database, actor: Actor) -> list[int]:
        audience = Audience(db, actor, lambda: NOW)
        return [(await audience.preview(chosen)).count for chosen in filters]

    assert all(number > 10 for number in in_shop(shop, reached))


def test_texts_use_known_merge_fields_and_have_links(rows: sqlite3.Connection) -> None:
    texts = list(
        rows.execute("SELECT subject, content FROM email_campaigns UNION SELECT subject, content FROM email_templates")
    )
    assert len(texts) == 9
    names: set[str] = set()
    for row in texts:
        for text in (row["subject"], row["content"]):
            template = parse(text)
            assert template.unknown == ()
            names |= template.names
            # Nobody is greeted with an empty place.
            assert all(field.default for field in template.fields if field.name in ("firstName", "vocative", "company"))
    assert {"firstName", "vocative", "company", "city"} <= names
    assert all(
        "https://www.kktires.example/" in row["content"] for row in rows.execute("SELECT content FROM email_campaigns")
    )


def test_the_finished_campaign_counts_what_happened(rows: sqlite3.Connection) -> None:
    campaign = rows.execute("SELECT * FROM email_campaigns WHERE status = 'sent'").fetchone()
    recipients = list(rows.execute("SELECT * FROM campaign_recipients"))
    events = [row["type"] for row in rows.execute("SELECT type FROM email_tracking")]
    assert len(recipients) == campaign["total_recipients"] > 50
    assert [row["status"] for row in recipients].count("sent") == campaign["sent_count"]
    assert events.count("open") == campaign["open_count"] > campaign["click_count"] == events.count("click") > 0
    unsubscribed = rows.execute("SELECT count(*) FROM unsubscribes").fetchone()[0]
    assert campaign["unsubscribe_count"] == events.count("unsubscribe") == unsubscribed > 0
    assert len({address_key(row["email"]) for row in recipients}) == len(recipients)
    late = rows.execute(
        "SELECT count(*) FROM email_tracking t JOIN campaign_recipients r ON r.id = t.recipient_id "
        "WHERE t.created_at > ? OR t.created_at <= r.sent_at OR r.sent_at IS NULL",
        (NOW,),
    )
    assert late.fetchone()[0] == 0


def test_nobody_was_mailed_against_their_will(rows: sqlite3.Connection) -> None:
    campaign = rows.execute("SELECT * FROM email_campaigns WHERE status = 'sent'").fetchone()
    towns = json.loads(campaign["recipient_filters"])["cities"]
    since = {row["email"]: row for row in rows.execute("SELECT * FROM email_suppressions")}
    opted_out = {row["email"] for row in rows.execute("SELECT email FROM unsubscribes")}
    found = rows.execute(
        "SELECT r.email, r.last_attempt_at, c.city, c.unsubscribed, c.created_at, c.is_active "
        "FROM campaign_recipients r JOIN customers c ON c.id = r.customer_id"
    )
    for row in found:
        assert row["city"] in towns and row["is_active"]
        assert row["created_at"] < campaign["sent_at"]
        suppression = since.get(address_key(row["email"]))
        if suppression is not None:
            assert suppression["source_campaign_id"] == campaign["id"]
            assert suppression["suppressed_at"] >= row["last_attempt_at"]
        # Whoever has opted out did it because of this very mail.
        assert bool(row["unsubscribed"]) is (row["email"] in opted_out)


def test_a_profile_with_customers_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    fill(path, 30)
    before = everything(path)
    with pytest.raises(InvalidInput) as caught:
        fill(path, 30)
    assert "30" in caught.value.message("el") and "--force" in caught.value.message("en")
    assert everything(path) == before


def test_force_adds_customers_and_makes_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    fill(path, 200)
    summary = fill(path, 100, force=True)
    assert summary.customers == 100
    assert (summary.tags, summary.segments, summary.campaigns, summary.recipients) == (0, 0, 0, 0)
    with closing(sqlite3.connect(path)) as connection:
        total, afms, without = connection.execute(
            "SELECT count(*), count(DISTINCT afm), sum(afm IS NULL) FROM customers"
        ).fetchone()
        assert total == 300
        assert afms == total - without
        assert connection.execute("SELECT count(*) FROM tags").fetchone()[0] == 12


@pytest.mark.parametrize("number", [0, -1, 1_000_001])
def test_numbers_that_make_no_shop(tmp_path: Path, number: int) -> None:
    with pytest.raises(InvalidInput):
        fill(tmp_path / "crm.db", number)


def test_the_smallest_shop(tmp_path: Path) -> None:
    assert fill(tmp_path / "crm.db", 1).customers == 1


def test_progress_is_told_and_stopping_leaves_whole_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "_BATCH", 40)
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 80:
            raise Cancelled(Bilingual("Σταμάτησε.", "Stopped."))

    path = tmp_path / "crm.db"
    with pytest.raises(Cancelled):
        in_shop(path, lambda db, actor: generate_demo(db, actor, 200, 1, NOW, progress))
    assert told == [(0, 200), (40, 200), (80, 200)]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM customers").fetchone()[0] == 80
        created = "SELECT count(DISTINCT customer_id) FROM customer_activities WHERE type = 'customer_created'"
        assert connection.execute(created).fetchone()[0] == 80

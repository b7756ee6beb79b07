"""A run: whom it looks up, what it writes, what it remembers, and what it leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.actor import Actor
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.customer import Customer
from kkdesk.model.errors import DatabaseBusy, NotConfigured, Offline, QuotaReached, StoreError
from kkdesk.services.customers import Customers
from kkdesk.services.geocoding import run as running
from kkdesk.services.geocoding.address import Address
from kkdesk.services.geocoding.geocoder import Answer, Failed, NotFound, Place, Stop
from kkdesk.services.geocoding.lookups import LEASE
from kkdesk.services.geocoding.recording import FAILED_RESTS, NOT_FOUND_RESTS
from kkdesk.services.history import History
from tests.services.geocoding.shop import A_PLACE, DAY, LIMIT, SECONDS, Oracle, Shop, in_shop

ATHENS = (A_PLACE.latitude, A_PLACE.longitude)
QUOTA = Stop("quota", QuotaReached(Bilingual("τέλος", "no more")))


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_AGAIN_SECONDS", (0.001, 0.001))


def test_a_place_is_written_with_who_found_it_and_how_sure_it_is(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        place = replace(A_PLACE, quality="street", needs_review=True)
        report = await shop.places(Oracle(lambda _: place)).run(LIMIT, SECONDS)
        assert (report.examined, report.found, report.from_cache, report.remaining) == (1, 1, 0, 0)
        [customer] = await shop.rows("SELECT * FROM customers")
        assert (customer["latitude"], customer["longitude"]) == ATHENS
        assert customer["geocoded_at"] == customer["updated_at"] == shop.now
        [kept] = await shop.rows("SELECT * FROM kk_customer_places")
        assert (kept["id"], kept["org_id"], kept["outcome"], kept["source"]) == ("c", "a", "found", "google")
        assert (kept["quality"], kept["needs_review"], kept["place_id"]) == ("street", 1, "ChIJ1")
        assert (kept["latitude"], kept["longitude"], kept["fetched_at"]) == (*ATHENS, shop.now)
        [cached] = await shop.rows("SELECT * FROM geocode_cache")
        assert cached["address"] == "ερμου 1, αθηνα, ελλαδα" and str(cached["id"]).startswith("geo_")
        assert (cached["latitude"], cached["longitude"]) == ATHENS
        assert (cached["formatted_address"], cached["created_at"]) == (A_PLACE.formatted_address, shop.now)

    in_shop(tmp_path, body)


NOT_LOOKED_UP: list[dict[str, Any]] = [
    {"latitude": 1.0, "longitude": 2.0},
    {"is_active": 0},
    {"street": None, "city": None, "state": "Αττική"},
    {"street": " ", "city": "\t\u00a0", "postal_code": ""},
    {"street": "Ερμού\0 1"},
]


def test_who_is_looked_up(tmp_path: Path) -> None:
    """The web CRM's query takes its OR for less than its AND: everybody without a longitude, active or not."""

    async def body(shop: Shop) -> None:
        for number, columns in enumerate(NOT_LOOKED_UP):
            await shop.customer(f"no{number}", **{"street": f"Οδός {number}", **columns})
        await shop.customer("inactive, half a place", is_active=0, latitude=1.0)
        await shop.customer("half", "Α 1", latitude=1.0)
        await shop.customer("other half", "Α 2", longitude=1.0)
        await shop.customer("neither yes nor no", "Α 3", is_active=None)
        await shop.customer("code", None, city=None, postal_code="10563")
        await shop.customer("bytes", b"\xce\x91 4")
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert set(oracle.asked) == {"Α 1, Αθήνα", "Α 2, Αθήνα", "Α 3, Αθήνα", "Α 4, Αθήνα", "10563"}
        assert (report.found, report.without_address) == (5, 2)
        assert await shop.value("SELECT latitude FROM customers WHERE id = 'half'") == A_PLACE.latitude
        assert await shop.value("SELECT latitude FROM customers WHERE id = 'no0'") == 1.0

    in_shop(tmp_path, body)


def test_one_organisation_or_all(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.organisation("b")
        await shop.customer("ours")
        await shop.customer("theirs", "Αλλού 2", "b")
        report = await shop.places(Oracle(), "a").run(LIMIT, SECONDS)
        assert (report.examined, report.remaining) == (1, 0)
        assert set(await shop.placed()) == {"ours"}
        report = await shop.places(Oracle()).run(LIMIT, SECONDS)
        assert set(await shop.placed()) == {"ours", "theirs"}

    in_shop(tmp_path, body)


def test_many_customers_at_one_address_ask_once(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for number, street in enumerate(("Ερμού 1", "ΕΡΜΟΥ 1", " ερμού  1 ")):
            await shop.customer(f"c{number}", street)
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.found, len(oracle.asked), len(await shop.placed())) == (3, 1, 3)
        await shop.customer("later")
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.found, report.from_cache, len(oracle.asked)) == (1, 1, 1)
        [later] = await shop.rows("SELECT * FROM kk_customer_places WHERE id = 'later'")
        assert (later["source"], later["quality"], later["place_id"]) == ("google", "rooftop", "ChIJ1")

    in_shop(tmp_path, body)


def test_what_the_web_crm_has_paid_for_is_used(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c", "ΕΡΜΟΎ 1")
        await shop.write(
            "INSERT INTO geocode_cache VALUES ('geo_1', 'ερμου 1, αθηνα, ελλαδα', 38.5, 23.5, 'Ερμού', 1000)"
        )
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.found, report.from_cache, oracle.asked) == (1, 1, [])
        assert await shop.placed() == {"c": (38.5, 23.5)}
        [kept] = await shop.rows("SELECT * FROM kk_customer_places")
        assert (kept["source"], kept["quality"], kept["fetched_at"]) == ("google", None, 1000), "it asks nobody else"

    in_shop(tmp_path, body)


def test_the_first_write_wins_in_the_cache(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")

        async def web_crm() -> None:
            await shop.write(
                "INSERT INTO geocode_cache VALUES ('geo_1', 'ερμου 1, αθηνα, ελλαδα', 38.5, 23.5, NULL, 1000)"
            )

        await shop.places(Meanwhile(web_crm)).run(LIMIT, SECONDS)
        assert await shop.value("SELECT latitude FROM geocode_cache") == 38.5
        # What is cached is not what we know more about.
        await shop.customer("later")
        await shop.places(Oracle()).run(LIMIT, SECONDS)
        assert await shop.value("SELECT quality FROM kk_customer_places WHERE id = 'later'") is None
        assert (await shop.placed())["later"] == (38.5, 23.5)

    in_shop(tmp_path, body)


@pytest.mark.parametrize(("latitude", "longitude"), [(0.0, 0.0), (123.0, 1.0)])
def test_what_is_no_place_is_not_taken_from_the_cache(tmp_path: Path, latitude: float, longitude: float) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        await shop.write(
            "INSERT INTO geocode_cache VALUES ('g', 'ερμου 1, αθηνα, ελλαδα', ?, ?, NULL, 0)", latitude, longitude
        )
        report = await shop.places(Oracle()).run(LIMIT, SECONDS)
        assert (report.found, report.not_found, await shop.placed()) == (0, 1, {})

    in_shop(tmp_path, body)


class Meanwhile(Oracle):
    """While it is asked, somebody else does something."""

    def __init__(self, does: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._does = does

    async def find(self, address: Address, seconds: float) -> Answer:
        answer = await super().find(address, seconds)
        await self._does()
        return answer


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ("UPDATE customers SET latitude = 40.6, longitude = 22.9", (40.6, 22.9)),
        ("UPDATE customers SET street = 'Τσιμισκή 5', city = 'Θεσσαλονίκη'", (None, None)),
        ("UPDATE customers SET country = 'Κύπρος'", (None, None)),
    ],
)
def test_what_was_edited_meanwhile_stands(tmp_path: Path, edit: str, place: tuple[Any, Any]) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        report = await shop.places(Meanwhile(lambda: shop.write(edit))).run(LIMIT, SECONDS)
        assert (report.examined, report.found, report.changed) == (1, 0, 1)
        [customer] = await shop.rows("SELECT * FROM customers")
        assert (customer["latitude"], customer["longitude"], customer["geocoded_at"]) == (*place, None)
        assert customer["updated_at"] == 1
        assert await shop.rows("SELECT * FROM kk_customer_places") == [], "nothing is known of this place"
        # Paid for all the same.
        assert await shop.value("SELECT count(*) FROM geocode_cache") == 1
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert len(oracle.asked) == (place == (None, None)), "a new address is looked up, a place of one's own is not"

    in_shop(tmp_path, body)


def test_a_customer_who_is_deleted_meanwhile_is_gone(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        report = await shop.places(Meanwhile(lambda: shop.write("DELETE FROM customers"))).run(LIMIT, SECONDS)
        assert (report.found, report.changed) == (0, 1)

    in_shop(tmp_path, body)


def test_what_is_not_found_rests_for_thirty_days_unless_the_address_changes(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c", "Πουθενά 1")
        oracle = Oracle({})
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.not_found, report.remaining) == (1, 0)
        shop.now += NOT_FOUND_RESTS - 1
        assert (await shop.places(oracle).run(LIMIT, SECONDS)).examined == 0
        # Somebody else at the same address: known without asking, and for no longer.
        await shop.customer("neighbour", "ΠΟΥΘΕΝΑ 1")
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.not_found, len(oracle.asked)) == (1, 1)
        shop.now += 1
        assert (await shop.places(oracle).run(LIMIT, SECONDS)).not_found == 2
        assert len(oracle.asked) == 2
        await shop.write("UPDATE customers SET street = 'Ερμού 1' WHERE id = 'c'")
        report = await shop.places(Oracle()).run(LIMIT, SECONDS)
        assert (report.examined, set(await shop.placed())) == (1, {"c"})

    in_shop(tmp_path, body)


@pytest.mark.parametrize(("answer", "rests"), [(Failed("slow"), FAILED_RESTS), (Failed("x", lasting=True), 30 * DAY)])
def test_what_failed_is_tried_again_after_a_while(tmp_path: Path, answer: Failed, rests: int) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        assert (await shop.places(Oracle(lambda _: answer)).run(LIMIT, SECONDS)).failed == 1
        shop.now += rests - 1
        assert (await shop.places(Oracle()).run(LIMIT, SECONDS)).examined == 0
        shop.now += 1
        assert (await shop.places(Oracle()).run(LIMIT, SECONDS)).found == 1

    in_shop(tmp_path, body)


def test_a_place_that_is_taken_away_is_looked_up_anew(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        await shop.places(Oracle()).run(LIMIT, SECONDS)
        await shop.write("UPDATE customers SET latitude = NULL, longitude = NULL")
        await shop.write("DELETE FROM geocode_cache")
        oracle = Oracle()
        assert (await shop.places(oracle).run(LIMIT, SECONDS)).found == len(oracle.asked) == 1

    in_shop(tmp_path, body)


def test_a_run_that_a_quota_stops_is_gone_on_with(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for number in range(20):
            await shop.customer(f"c{number:02}", f"Οδός {number}", created_at=number)
        left = [7]

        def says(_address: Address) -> Answer:
            left[0] -= 1
            return A_PLACE if left[0] >= 0 else QUOTA

        report = await shop.places(Oracle(says)).run(LIMIT, SECONDS)
        assert (report.examined, report.found, report.remaining) == (7, 7, 13)
        assert (report.stopped, report.error) == ("quota", QUOTA.error)
        assert set(await shop.placed()) == {f"c{n:02}" for n in range(7)}
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.found, report.remaining, report.stopped) == (13, 0, None)
        assert set(oracle.asked) == {f"Οδός {n}, Αθήνα" for n in range(7, 20)}, "at once: nobody else is asking"

    in_shop(tmp_path, body)


def test_a_setting_that_is_wrong_is_told_and_asks_once(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for number in range(20):
            await shop.customer(f"c{number:02}", f"Οδός {number}")
        denied = Stop("denied", NotConfigured(Bilingual("άρνηση", "refused")))
        oracle = Oracle(lambda _: denied)
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.stopped, report.error, report.examined) == ("denied", denied.error, 0)
        assert len(oracle.asked) == oracle.at_once and oracle.open == 0
        assert report.figures()["code"] == "not_configured"

    in_shop(tmp_path, body)


@pytest.mark.parametrize(
    ("reason", "stopped", "kind"), [("slow", "unreachable", Offline), ("unreadable", "unreadable", object)]
)
def test_failures_one_after_the_other_are_the_servers(
    tmp_path: Path, reason: str, stopped: str, kind: type[object]
) -> None:
    async def body(shop: Shop) -> None:
        for number in range(20):
            await shop.customer(f"c{number:02}", f"Οδός {number}", created_at=number)
        oracle = Oracle(lambda _: Failed(reason), at_once=1)
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.stopped, report.failed, len(oracle.asked)) == (stopped, 3, 3)
        assert isinstance(report.error, kind) and report.error is not None
        # A good answer between them: some addresses are hard, and the server is well.
        shop.now += FAILED_RESTS
        hard = {f"Οδός {n}, Αθήνα": Failed(reason) if n % 3 else A_PLACE for n in range(20)}
        report = await shop.places(Oracle(hard, at_once=1)).run(LIMIT, SECONDS)
        assert (report.stopped, report.found, report.failed) == (None, 7, 13)

    in_shop(tmp_path, body)


def test_what_must_not_be_asked_fails_nobody_else(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("essay", "Ε" * 501)
        await shop.customer("ours", "Οδός 1")
        answers = {"Οδός 1, Αθήνα": Failed("invalid_request", lasting=True)}
        for number in range(2, 8):
            await shop.customer(f"c{number}", f"Οδός {number}")
            answers[f"Οδός {number}, Αθήνα"] = Failed("invalid_request", lasting=True)
        oracle = Oracle(answers, at_once=1)
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.stopped, report.failed, report.not_found) == (None, 7, 1)
        assert not any("ΕΕ" in question for question in oracle.asked)

    in_shop(tmp_path, body)


def test_without_a_geocoder_what_is_known_is_used_and_everybody_has_a_turn(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for number in range(6):
            await shop.customer(f"c{number}", f"Οδός {number}", created_at=number)
        await shop.write("INSERT INTO geocode_cache VALUES ('g', 'οδος 5, αθηνα, ελλαδα', 38.5, 23.5, NULL, 0)")
        reports = [await shop.places(None).run(2, SECONDS) for _ in range(3)]
        assert [report.found for report in reports] == [0, 0, 1], "its turn comes"
        assert [report.configured for report in reports] == [False] * 3
        assert reports[-1].remaining == 5 and reports[-1].stopped is None
        assert (await shop.places(Oracle()).run(LIMIT, SECONDS)).found == 5, "and with one, all at once"

    in_shop(tmp_path, body)


def test_no_more_is_begun_when_the_time_is_over(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for number in range(20):
            await shop.customer(f"c{number:02}", f"Οδός {number}", created_at=number)
        report = await shop.places(Oracle()).run(LIMIT, 0.0)
        assert (report.stopped, report.found, report.error) == ("time", 5, None), "some, whatever the time"
        report = await shop.places(Oracle()).run(LIMIT, 0.0)
        assert (report.found, len(await shop.placed())) == (5, 10)

    in_shop(tmp_path, body)


def test_the_limit_is_of_customers(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        for number in range(10):
            await shop.customer(f"c{number}", f"Οδός {number}")
        report = await shop.places(Oracle()).run(3, SECONDS)
        assert (report.examined, report.found, report.remaining, report.limit) == (3, 3, 7, 3)

    in_shop(tmp_path, body)


def test_an_address_that_another_run_asks_about_is_left_to_it(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c1", "Οδός 1")
        await shop.customer("c2", "Οδός 2")
        asking, go_on = asyncio.Event(), asyncio.Event()

        async def wait() -> None:
            asking.set()
            await go_on.wait()

        first = asyncio.create_task(shop.places(Meanwhile(wait)).run(1, SECONDS))
        await asking.wait()
        other = Oracle()
        report = await shop.places(other).run(LIMIT, SECONDS)
        assert (report.busy, report.found, other.asked) == (1, 1, ["Οδός 2, Αθήνα"])
        go_on.set()
        assert (await first).found == 1
        assert len(await shop.placed()) == 2

    in_shop(tmp_path, body)


def test_who_is_killed_while_asking_holds_nobody_up_for_long(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")

        asking = asyncio.Event()

        async def for_ever() -> None:
            asking.set()
            await asyncio.Event().wait()

        killed = asyncio.create_task(shop.places(Meanwhile(for_ever)).run(LIMIT, SECONDS))
        await asking.wait()
        killed.cancel()
        with pytest.raises(asyncio.CancelledError):
            await killed
        shop.now += LEASE - 1
        assert (await shop.places(Oracle()).run(LIMIT, SECONDS)).busy == 1
        shop.now += 1
        assert (await shop.places(Oracle()).run(LIMIT, SECONDS)).found == 1

    in_shop(tmp_path, body)


def test_after_a_long_sleep_nobody_is_asked_whom_another_may_be_asking(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        real = shop.db.apply

        async def slow(change: Change) -> Applied:
            applied = await real(change)
            shop.now += LEASE
            return applied

        shop.db.apply = slow  # type: ignore[method-assign]
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        assert (report.examined, oracle.asked) == (0, [])
        shop.db.apply = real  # type: ignore[method-assign]
        assert (await shop.places(oracle).run(LIMIT, SECONDS)).found == 1

    in_shop(tmp_path, body)


@pytest.mark.parametrize("lost", [False, True])
def test_what_was_paid_for_is_written_although_the_database_is_away_for_a_moment(tmp_path: Path, lost: bool) -> None:
    """Also when it was the answer that got lost: nothing is done twice, and nothing asked twice."""

    async def body(shop: Shop) -> None:
        for number in range(7):
            await shop.customer(f"c{number}", f"Οδός {number}")
        real, calls = shop.db.apply, [0]

        async def failing(change: Change) -> Applied:
            calls[0] += 1
            if calls[0] % 2:
                if lost:
                    await real(change)
                raise Offline(Bilingual("", "away")) if calls[0] % 4 == 1 else DatabaseBusy(Bilingual("", "busy"))
            return await real(change)

        shop.db.apply = failing  # type: ignore[method-assign]
        oracle = Oracle()
        report = await shop.places(oracle).run(LIMIT, SECONDS)
        shop.db.apply = real  # type: ignore[method-assign]
        assert (report.found, len(oracle.asked), len(await shop.placed())) == (7, 7, 7)

    in_shop(tmp_path, body)


def test_a_database_that_stays_away_is_told(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")

        async def away(_change: Change) -> Applied:
            raise Offline(Bilingual("", "away"))

        shop.db.apply = away  # type: ignore[method-assign]
        oracle = Oracle()
        with pytest.raises(Offline):
            await shop.places(oracle).run(LIMIT, SECONDS)
        assert oracle.asked == [] and oracle.open == 0

    in_shop(tmp_path, body)


def test_a_geocoder_whose_pace_needs_the_database_fails_as_that_does(tmp_path: Path) -> None:
    class Paced(Oracle):
        async def find(self, address: Address, seconds: float) -> Answer:
            raise StoreError(Bilingual("", "gone"))

    async def body(shop: Shop) -> None:
        await shop.customer("c")
        with pytest.raises(StoreError, match="gone"):
            await shop.places(Paced()).run(LIMIT, SECONDS)

    in_shop(tmp_path, body)


def customers_of(shop: Shop) -> tuple[Customers, History]:
    actor = Actor("u", "a", "Ε")
    return Customers(shop.db, actor, shop.clock), History(shop.db, actor, shop.clock)


async def with_user(shop: Shop) -> None:
    await shop.write("INSERT INTO users (id, email, created_at, updated_at) VALUES ('u', 'u@x.gr', 0, 0)")


def test_a_new_customer_can_be_undone_after_it_was_looked_up(tmp_path: Path) -> None:
    """A place that a machine has found is nobody's edit; a person's edit after it is."""

    async def body(shop: Shop) -> None:
        await with_user(shop)
        customers, history = customers_of(shop)
        draft = Customer(company="Νέα ΑΕ", street="Ερμού 1", city="Αθήνα")
        alone, edited = await customers.create(draft), await customers.create(draft)
        report = await shop.places(Oracle()).run(LIMIT, SECONDS)
        assert report.found == 2
        seen = await customers.get(edited.ids[0])
        await customers.update(seen, replace(seen, doy="Α΄ Αθηνών"))
        for written in (alone, edited):
            assert written.change_id is not None
            await history.undo(written.change_id)
        assert [row["id"] for row in await shop.rows("SELECT id FROM customers")] == [edited.ids[0]]
        assert [row["id"] for row in await shop.rows("SELECT id FROM kk_customer_places")] == [edited.ids[0]]

    in_shop(tmp_path, body)


def test_an_edit_before_it_was_looked_up_still_keeps_a_customer_from_going(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await with_user(shop)
        customers, history = customers_of(shop)
        created = await customers.create(Customer(company="Νέα ΑΕ", street="Ερμού 1", city="Αθήνα"))
        shop.now += 5
        await shop.write("UPDATE customers SET updated_at = ?", shop.now)
        await shop.places(Oracle()).run(LIMIT, SECONDS)
        assert created.change_id is not None
        await history.undo(created.change_id)
        assert await shop.value("SELECT count(*) FROM customers") == 1

    in_shop(tmp_path, body)


def test_a_deleted_customer_comes_back_with_what_is_known_of_its_place(tmp_path: Path) -> None:
    """Whose place it is says how long it may be kept."""

    async def body(shop: Shop) -> None:
        await with_user(shop)
        customers, history = customers_of(shop)
        await shop.customer("c")
        await shop.places(Oracle()).run(LIMIT, SECONDS)
        before = [tuple(row) for row in await shop.rows("SELECT * FROM kk_customer_places")]
        deleted = await customers.delete(["c"])
        assert await shop.rows("SELECT * FROM kk_customer_places") == [], "nor is an address kept of who is gone"
        assert deleted.change_id is not None
        await history.undo(deleted.change_id)
        assert [tuple(row) for row in await shop.rows("SELECT * FROM kk_customer_places")] == before

    in_shop(tmp_path, body)


def test_a_report_as_json_has_no_secret_and_no_address(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.customer("c")
        figures = (await shop.places(Oracle()).run(LIMIT, SECONDS)).figures()
        assert figures == {
            "configured": True, "processed": 1, "updated": 1, "fromCache": 0, "notFound": 0, "failed": 0, "busy": 0,
            "changedMeanwhile": 0, "remaining": 0, "skippedNoAddress": 0, "limit": 25, "stopped": None, "error": None,
            "code": None,
        }  # fmt: skip

    in_shop(tmp_path, body)


def test_answers_of_every_kind_in_one_run(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        answers: dict[str, Answer] = {
            "Α 1, Αθήνα": A_PLACE,
            "Α 2, Αθήνα": NotFound("too_coarse"),
            "Α 3, Αθήνα": Failed("slow"),
            "Α 4, Αθήνα": Place(40.6, 22.9, "nominatim", "town"),
        }
        for number in range(1, 5):
            await shop.customer(f"c{number}", f"Α {number}")
        await shop.places(Oracle(answers)).run(LIMIT, SECONDS)
        rows = await shop.rows("SELECT id, outcome, reason, source, quality FROM kk_customer_places ORDER BY id")
        assert [tuple(row) for row in rows] == [
            ("c1", "found", None, "google", "rooftop"),
            ("c2", "not_found", "too_coarse", None, None),
            ("c3", "failed", "slow", None, None),
            ("c4", "found", None, "nominatim", "town"),
        ]

    in_shop(tmp_path, body)

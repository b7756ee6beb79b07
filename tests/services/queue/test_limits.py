"""Limits that all workers keep together."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Change
from kkdesk.services.queue.limits import (
    HORIZON,
    capacity_returns_at,
    forget_old,
    keep_claimed,
    reserve,
    seconds_of,
    slots,
)
from tests.services.queue.shop import Shop, in_shop

NAMES = ("per_second", "per_minute", "per_hour", "per_day")


async def limit(shop: Shop, **limits: int) -> None:
    """Set the company's limits."""
    for name, number in limits.items():
        old = await shop.workspace.company_settings.text(f"send.{name}")
        await shop.workspace.company_settings.put(f"send.{name}", old, str(number))


async def grant(shop: Shop, claim: str, size: int, now: int, per_minute: int | None = None) -> list[int]:
    """The seconds that a claim is given."""
    org = shop.workspace.actor.org_id
    statements = (reserve(claim, org, size, per_minute, now), slots(claim))
    applied = await shop.workspace.db.apply(Change(Bilingual("", ""), statements, at_primary=True))
    return seconds_of(applied.rows[1])


def test_without_limits_all_may_go_at_once(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        assert await grant(shop, "a", 100, 1000) == [1000] * 100

    in_shop(tmp_path, body)


@pytest.mark.parametrize("value", ["-5", "many", "", "99999999999999999999999999"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_limit_holds_nobody_up(tmp_path: Path, name: str, value: str) -> None:
    """Whoever reads the setting for people takes it for none, too."""

    async def body(shop: Shop) -> None:
        org = shop.workspace.actor.org_id
        sql = "INSERT INTO kk_settings (id, org_id, name, value, updated_at) VALUES (?1 || ?2, ?1, ?2, ?3, 0)"
        await shop.write(sql, org, f"send.{name}", value)
        assert await grant(shop, "a", 100, 1000) == [1000] * 100

    in_shop(tmp_path, body)


def test_per_second_is_spread_over_the_next_seconds_and_shared(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, per_second=3)
        assert await grant(shop, "a", 8, 1000) == [1000, 1000, 1000, 1001, 1001, 1001, 1002, 1002]
        assert (await grant(shop, "b", 4, 1000)) == [1002, 1003, 1003, 1003], "another worker gets what is left"
        assert len(await grant(shop, "c", 100, 1000)) == 3 * HORIZON - 12
        assert await grant(shop, "d", 1, 1000) == [], "nothing is promised beyond the horizon"

    in_shop(tmp_path, body)


def test_the_transports_own_limit_counts_too(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        assert await grant(shop, "a", 100, 1000, per_minute=60) == list(range(1000, 1010))
        await limit(shop, per_minute=30)
        granted = [second for now in range(1010, 1075, 10) for second in await grant(shop, f"m{now}", 100, now, 60)]
        assert max(_in_any_window([*range(1000, 1010), *granted], 60).values()) == 30

    in_shop(tmp_path, body)


@pytest.mark.parametrize(("name", "seconds"), [("per_hour", 3600), ("per_day", 86_400)])
def test_a_window_slides_and_says_when_it_has_room(tmp_path: Path, name: str, seconds: int) -> None:
    async def body(shop: Shop) -> None:
        org = shop.workspace.actor.org_id
        await limit(shop, **{name: 50})
        first = await grant(shop, "a", 30, 1000)
        second = await grant(shop, "b", 30, 1030)
        assert len(first) + len(second) <= 50
        while got := await grant(shop, f"c{len(second)}", 50, 1040):
            second += got
        assert await grant(shop, "d", 1, 1059) == []
        at = await capacity_returns_at(shop.workspace.db, org, None, 1059)
        assert min(first) + seconds <= at <= min(first) + seconds + seconds // 100
        assert await grant(shop, "e", 50, at) != []

    in_shop(tmp_path, body)


def _in_any_window(seconds: list[int], width: int) -> Counter[int]:
    """How many lie in the window that ends in each second."""
    windows: Counter[int] = Counter()
    for second in seconds:
        windows.update(range(second, second + width))
    return windows


@settings(max_examples=25, deadline=None)
@given(
    limits=st.fixed_dictionaries({name: st.integers(0, 40) for name in NAMES}),
    claims=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 100)), min_size=1, max_size=25),
)
def test_no_window_ever_holds_more_than_its_limit(
    tmp_path_factory: pytest.TempPathFactory, limits: dict[str, int], claims: list[tuple[int, int]]
) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, **limits)
        now, granted = 1000, list[int]()
        for number, (wait, size) in enumerate(claims):
            now += wait
            got = await grant(shop, f"c{number}", size, now)
            assert len(got) <= size and got == sorted(got)
            assert all(now <= second < now + HORIZON for second in got)
            granted += got
        for name, width in zip(NAMES, (1, 60, 3600, 86_400), strict=True):
            if limits[name] and granted:
                assert max(_in_any_window(granted, width).values()) <= limits[name], name

    in_shop(tmp_path_factory.mktemp("limits"), body)


def test_slots_that_are_not_used_are_free_again(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, per_hour=100)
        campaign_id = await shop.queued(30)
        assert (await shop.worker().once()).sent == 30
        assert await shop.value("SELECT sum(number) FROM kk_send_slots") == 30, "of a hundred that were reserved"
        # Told to stop in the middle: what was not begun counts no more.
        second = await shop.campaign()
        await shop.workspace.send_queue.enqueue(second)
        worker = shop.worker()
        shop.sink.behaviour.after_mail = lambda _recipients, _message: worker.request_stop()
        report = await worker.once()
        assert 0 < report.sent < 30
        assert await shop.value("SELECT sum(number) FROM kk_send_slots") == 30 + report.sent
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)


def test_a_claim_lets_go_of_its_latest_slots_first(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, per_second=2)
        assert await grant(shop, "a", 6, 1000) == [1000, 1000, 1001, 1001, 1002, 1002]
        await shop.workspace.db.apply(Change(Bilingual("", ""), (keep_claimed("a"),)))
        assert await shop.value("SELECT sum(number) FROM kk_send_slots") == 0, "nobody was claimed"

    in_shop(tmp_path, body)


def test_a_campaign_under_a_daily_limit_goes_on_the_next_day(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, per_day=25)
        campaign_id = await shop.queued(40)
        assert (await shop.worker().once()).sent == 25
        job = (await shop.rows("SELECT * FROM email_jobs"))[0]
        assert (job["status"], job["last_error"]) == ("queued", None), "that is no error"
        assert 86_400 <= job["run_at"] - shop.now <= 87_400
        assert (await shop.worker().once()).jobs == 0
        shop.now = job["run_at"]
        assert (await shop.worker().once()).sent == 15
        assert await shop.campaign_status(campaign_id) == "sent"
        assert len(set(shop.received())) == len(shop.received()) == 40

    in_shop(tmp_path, body)


def test_workers_side_by_side_keep_the_limit_together(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, per_hour=50)
        await shop.customers(120)
        for _ in range(3):
            await shop.workspace.send_queue.enqueue(await shop.campaign())
        reports = await asyncio.gather(*(shop.worker().once() for _ in range(3)))
        assert sum(report.sent for report in reports) == 50 == len(shop.received())

    in_shop(tmp_path, body)


def test_old_slots_are_cleared_away(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        org = shop.workspace.actor.org_id
        await grant(shop, "old", 5, shop.now - 3 * 86_400)
        await grant(shop, "new", 5, shop.now - 86_000)
        await shop.workspace.db.apply(Change(Bilingual("", ""), (forget_old(org, shop.now),)))
        assert [row["claim_id"] for row in await shop.rows("SELECT claim_id FROM kk_send_slots")] == ["new"]

    in_shop(tmp_path, body)

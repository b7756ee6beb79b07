"""How fast a campaign goes, how long still, who sends it and what holds it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.queue.speed import HeldBy, SentBy, Speed, remaining
from kkdesk.services.send_duration import Limit
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop


async def speed(shop: Shop, campaign_id: str) -> Speed:
    found = await shop.workspace.send_speed.of(campaign_id)
    assert found is not None
    return found


async def limit(shop: Shop, name: str, number: int) -> None:
    old = await shop.workspace.company_settings.text(name)
    await shop.workspace.company_settings.put(name, old, str(number))


async def left_at(shop: Shop, campaign_id: str, *ages: int) -> None:
    """The mails sent so far left so many seconds ago, in turns."""
    rows = await shop.rows("SELECT recipient_id FROM kk_sends WHERE campaign_id = ? AND state = 'sent'", campaign_id)
    for at, row in enumerate(rows):
        settled = shop.now - ages[at % len(ages)]
        await shop.write("UPDATE kk_sends SET settled_at = ? WHERE recipient_id = ?", settled, row[0])


def test_nobody_can_tell_before_anything_has_left(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        assert await speed(shop, campaign_id) == Speed(None, None, SentBy.NOBODY)
        await shop.worker().once()
        assert await shop.workspace.send_speed.of(campaign_id) is None, "it is over"
        assert await shop.workspace.send_speed.of("camp_none") is None

    in_shop(tmp_path, body)


def test_the_last_minute_and_what_is_left_make_the_remaining_time(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(30)
        await shop.worker().drain(max_jobs=1, max_items=12)
        await left_at(shop, campaign_id, 0)
        assert (await speed(shop, campaign_id)).per_minute is None, "one second says nothing yet"
        await left_at(shop, campaign_id, 20, 10)
        found = await speed(shop, campaign_id)
        assert found.per_minute == 60 * 6 / 20, "since it began, without its first second"
        assert found.remaining_seconds == 60, "18 more at 18 a minute"
        await left_at(shop, campaign_id, 90, 10)
        assert (await speed(shop, campaign_id)).per_minute == 6, "the last minute alone"
        await left_at(shop, campaign_id, 130)
        assert (await speed(shop, campaign_id)).per_minute is None, "nothing leaves"

    in_shop(tmp_path, body)


def test_what_was_put_off_has_not_been_done(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().once()
        await shop.write("UPDATE kk_sends SET settled_at = ?", shop.now - 90)
        await shop.write("UPDATE kk_sends SET settled_at = ? WHERE state = 'pending'", shop.now - 10)
        found = await speed(shop, campaign_id)
        assert found.per_minute is None and found.held_by is HeldBy.PUT_OFF
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert found.goes_on_at == progress.next_attempt_at and found.sent_by is SentBy.NOBODY

    in_shop(tmp_path, body, Behaviour(refuse={"c1@x.example": "450 4.2.1 try later"}))


def test_a_limit_holds_it_and_says_until_when(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await limit(shop, "send.per_hour", 4)
        campaign_id = await shop.queued(10)
        assert (await shop.worker().once()).sent == 4
        found = await speed(shop, campaign_id)
        assert found.held_by is HeldBy.LIMIT and found.goes_on_at is not None
        assert 3600 <= found.goes_on_at - shop.now <= 3660
        assert found.remaining_seconds is not None and 7200 >= found.remaining_seconds > 3600

    in_shop(tmp_path, body)


def test_no_connection_is_trouble(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().once()
        found = await speed(shop, campaign_id)
        assert found.held_by is HeldBy.TROUBLE and found.goes_on_at is not None and found.goes_on_at > shop.now

    in_shop(tmp_path, body, Behaviour(greeting="554 5.3.2 closed"))


@pytest.mark.parametrize(("choice", "other"), [("auto", SentBy.ANOTHER), ("cloud", SentBy.CLOUD)])
def test_who_sends(tmp_path: Path, choice: str, other: SentBy) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.worker().drain(max_jobs=1, max_items=1)
        home = json.loads((shop.folder / "queue" / "home.json").read_text())["home"]
        await shop.write("INSERT INTO kk_workers VALUES ('w1', ?, ?, ?)", home, shop.now, shop.now)
        assert (await speed(shop, campaign_id)).sent_by is SentBy.WAITING
        await shop.write("UPDATE email_jobs SET status = 'processing', locked_by = 'w1', locked_at = ?", shop.now)
        await shop.workspace.company_settings.put("send.by", "auto", choice)
        assert (await speed(shop, campaign_id)).sent_by is SentBy.HERE
        await shop.write("UPDATE kk_workers SET home = 'elsewhere'")
        assert (await speed(shop, campaign_id)).sent_by is other

    in_shop(tmp_path, body)


def test_a_cloud_that_calls_is_the_one_that_sends(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        await shop.workspace.new_worker(in_the_cloud=True).drain(max_jobs=1, max_items=1)
        await shop.write("UPDATE email_jobs SET status = 'processing', locked_by = 'cloud-1', locked_at = ?", shop.now)
        assert (await speed(shop, campaign_id)).sent_by is SentBy.CLOUD

    in_shop(tmp_path, body)


HOUR, MINUTE = Limit(100, 3600), Limit(60, 60)


def test_limits_lengthen_the_rest() -> None:
    assert remaining(0, 60, [], []) is None and remaining(5, None, [], []) is None
    assert remaining(600, 600, [], []) == 60
    assert remaining(600, 600, [MINUTE], [(0, 0)]) == 600, "a limit set meanwhile holds already"
    assert remaining(100, 600, [HOUR], [(0, 0)]) == 10, "within the hour"
    assert remaining(100, 600, [HOUR], [(50, 600)]) == 3600 - 600 + 5, "fifty wait until the hour is over"
    assert remaining(150, None, [HOUR], [(100, 600)]) == 2 * 3600 - 600, "the limit alone is a basis"


@given(st.integers(1, 10**6), st.floats(0.1, 10**5), st.integers(1, 10**5), st.integers(0, 10**5), st.integers(0, 3599))
def test_a_limit_never_shortens_the_rest(count: int, rate: float, most: int, sent: int, age: int) -> None:
    free = remaining(count, rate, [], [])
    held = remaining(count, rate, [Limit(most, 3600)], [(min(sent, most), age)])
    assert free is not None and held is not None and held >= free

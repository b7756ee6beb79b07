"""Ceilings for one network: what is over them, and what is served all the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cloud_endpoints.rate_counters import MinuteCounters
from cloud_endpoints.rates import FORGED
from cloud_endpoints.tracking import PIXEL
from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START

ENV = {"EMAIL_TRACKING_SECRET": SECRET, "VISITS_PER_MINUTE": "3"}
LINKS = Signer(SECRET, ORIGIN)


def from_network(number: int) -> dict[str, str]:
    return {"x-forwarded-for": f"5.6.{number}.8"}


def test_too_many_opens_are_not_recorded_but_pictures_are_shown(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            link = LINKS.open_url("camp_1", "rcpt_1")
            answers = [await endpoints.client.get(link, headers=from_network(1)) for _ in range(5)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
            assert all(answer.content == PIXEL for answer in answers)
            assert 0 < int(answers[4].headers["retry-after"]) <= 60
            # Another network has a ceiling of its own.
            assert (await endpoints.client.get(link, headers=from_network(2))).status_code == 200

    asyncio.run(run())


def test_too_many_clicks_still_lead_on(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            links = [LINKS.click_url("camp_1", "rcpt_1", f"https://kk.example/{n}") for n in range(5)]
            answers = [await endpoints.client.get(link) for link in links]
            assert [answer.headers["location"] for answer in answers] == [f"https://kk.example/{n}" for n in range(5)]
            assert [answer.headers["x-recorded"] for answer in answers] == ["yes", "yes", "yes", "no", "no"]
            assert len(await endpoints.rows("SELECT 1 FROM email_tracking")) == 3

    asyncio.run(run())


def test_whoever_guesses_signatures_is_slowed_down(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, ENV, START) as endpoints:
            forged = f"{LINKS.click_url('camp_1', 'rcpt_1', 'https://kk.example/')[:-1]}~"
            found = [(await endpoints.client.get(forged)).status_code for _ in range(FORGED.per_minute + 2)]
            assert found == [400] * FORGED.per_minute + [429, 429]
            # The same network's good links work on.
            good = await endpoints.client.get(LINKS.click_url("camp_1", "rcpt_1", "https://kk.example/"))
            assert good.status_code == 302

    asyncio.run(run())


def test_counters_begin_anew_each_minute_and_forget() -> None:
    now = 1000.0
    counters = MinuteCounters(lambda: now)
    assert [counters.incr("a", 60), counters.incr("a", 60, 2), counters.get("a")] == [1, 3, 3]
    assert counters.get_expiry("a") == 1060
    now = 1060.0
    assert (counters.get("a"), counters.get("b"), counters.incr("a", 60)) == (0, 0, 1)
    for number in range(5000):
        now += 1
        counters.incr(str(number), 60)
    assert counters.reset() < 1200
    counters.incr("c", 60)
    counters.clear("c")
    assert counters.get("c") == 0 and counters.check()


def test_a_ceiling_that_is_no_number_is_told_at_the_start(tmp_path: Path) -> None:
    async def run() -> None:
        async with served(tmp_path, {**ENV, "VISITS_PER_MINUTE": "many"}, START):
            pass

    with pytest.raises(ValueError, match="VISITS_PER_MINUTE"):
        asyncio.run(run())

"""Runs that overlap on the company's server, and one that is killed again and again: no address is paid for twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path

from kkdesk.services.geocoding.geocoder import Geocoder
from kkdesk.services.geocoding.google import GoogleGeocoder
from kkdesk.services.geocoding.report import GeocodingReport
from kkdesk.services.geocoding.service import CustomerPlaces
from kkdesk.store.remote import RemoteDatabase
from tests.servers.google_geocoding import KEY, GoogleGeocoding, google_stand_in, result
from tests.servers.http_stand_in import Answer, Fault
from tests.servers.sqld import Sqld
from tests.services.geocoding.shop import Shop, in_shop

AT_ONCE = 4


def test_runs_at_once_ask_about_an_address_once(sqld: Sqld) -> None:
    async def token() -> str:
        return sqld.token()

    async def one_run(url: str, limit: int) -> GeocodingReport:
        db = RemoteDatabase(sqld.url, token)

        async def opened() -> Geocoder:
            return GoogleGeocoder(KEY, url=url)

        try:
            return await CustomerPlaces(db, db.clock, opened).run(limit, 60.0)
        finally:
            await db.close()

    async def run() -> None:
        db = RemoteDatabase(sqld.url, token)
        await db.migrate()
        shop = Shop(db)
        for org in ("a", "b", "c"):
            await shop.organisation(org)
        places = {f"Οδός {n}, Αθήνα": [result(38 + n / 100, 23.7)] for n in range(60) if n % 5}
        for number in range(90):
            # Some have the address of somebody else, in another spelling.
            street = f"ΟΔΟΣ {number - 60}" if number >= 60 else f"Οδός {number}"
            await shop.customer(f"c{number:02}", street, "abc"[number % 3], created_at=number)
        spellings = {f"ΟΔΟΣ {n}, Αθήνα": places[f"Οδός {n}, Αθήνα"] for n in range(30) if n % 5}
        async with google_stand_in(GoogleGeocoding(places={**places, **spellings}, per_second=10_000)) as google:
            reports = await asyncio.gather(*(one_run(google.url, 100) for _ in range(AT_ONCE)))
        asked = Counter(address.casefold().replace("ό", "ο").replace("ς", "σ") for address in google.asked)
        assert set(asked.values()) == {1} and len(asked) == 60
        assert sum(report.found for report in reports) == len(await shop.placed()) == 72
        assert all(report.error is None and report.stopped is None for report in reports)
        # Each place is of the customer's own address.
        for customer_id, (latitude, _) in (await shop.placed()).items():
            assert latitude == 38 + int(customer_id[1:]) % 60 / 100
        left = await shop.value("SELECT count(*) FROM kk_geocode_lookups WHERE claim_id IS NOT NULL")
        assert left == 0, "who has asked holds nothing any more"
        await db.close()

    asyncio.run(run())


class Killing(GoogleGeocoding):
    """Kills the process that asks, at its nth question, before or after it is answered."""

    process: asyncio.subprocess.Process | None = None
    countdown: int = -1
    delay: float = 0.0

    def answer(self, path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
        said = super().answer(path, query, headers)
        self.countdown -= 1
        if self.countdown == 0 and self.process is not None:
            if not self.delay:
                self.process.kill()
                return "cut"
            asyncio.get_running_loop().call_later(self.delay, self.process.kill)
        return said


async def geocode(folder: Path, url: str) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "kkdesk", "--data", str(folder), "geocode", "--limit", "500", "--json"]
    env = {**os.environ, "GOOGLE_GEOCODING_API_KEY": KEY, "GOOGLE_GEOCODING_URL": url, "DEFAULT_ORG_ID": "a"}
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, env=env, stdout=pipe, stderr=pipe)


def test_killed_again_and_again_it_goes_on_where_it_was(tmp_path: Path) -> None:
    chance = random.Random(5)
    customers, kills, ends = 120, 6, []

    async def body(shop: Shop) -> None:
        await shop.write("INSERT INTO users (id, email, created_at, updated_at) VALUES ('u', 'u@x.gr', 0, 0)")
        await shop.write("INSERT INTO organization_members (id, user_id, org_id, joined_at) VALUES ('m', 'u', 'a', 0)")
        for number in range(customers):
            await shop.customer(f"c{number:02}", f"Οδός {number}", created_at=number)
        project = Killing(everywhere=result(), per_second=10_000)
        async with google_stand_in(project) as google:
            for number in range(kills + 1):
                project.countdown = chance.randint(1, 12) if number < kills else -1
                project.delay = chance.choice([0.0, 0.001, 0.01])
                project.process = await geocode(tmp_path, google.url)
                output, errors = await project.process.communicate()
                ends.append(project.process.returncode)
                # What somebody else would wait for: the dead run's claims.
                await shop.write("UPDATE kk_geocode_lookups SET rests_until = 0 WHERE claim_id IS NOT NULL")
                assert len(await shop.placed()) == await shop.value("SELECT count(*) FROM geocode_cache")
        assert ends == [-signal.SIGKILL] * kills + [0], errors.decode()
        assert len(await shop.placed()) == customers, output.decode()
        asked = Counter(google.asked)
        assert len(asked) == customers
        # Paid for twice: what was under way when a run was killed, and no more.
        assert sum(asked.values()) <= customers + 5 * kills

    in_shop(tmp_path, body)

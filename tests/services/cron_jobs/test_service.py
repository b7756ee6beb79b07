"""Setting up, watching and removing, against an account that also fails."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import (
    KKDeskError,
    NotAllowed,
    NotConfigured,
    Offline,
    SecretsUnavailable,
    SignInNeeded,
)
from kkdesk.services.cron_jobs.errors import CronQuotaReached, JobElsewhere
from kkdesk.services.cron_jobs.jobs import JobKind, wanted_job
from kkdesk.services.cron_jobs.report import SetupReport, Standing
from kkdesk.services.cron_jobs.service import API_KEY, CRON_SECRET, CronJobs
from kkdesk.services.dns_lookups import Dns
from tests.conftest import MemoryKeyring
from tests.servers.cron_job_org import KEY, CronJobOrgStandIn, Failure, cron_job_org
from tests.services.cron_jobs.account import NOW, ORIGIN, SECRET, Time, desk, with_desk

EMAILS, GEOCODING = JobKind.EMAILS, JobKind.GEOCODING


def done(report: SetupReport) -> list[str]:
    return [one.done for one in report.jobs]


def urls(account: CronJobOrgStandIn) -> list[str]:
    return sorted(job["url"] for job in account.jobs.values())


BOTH = [f"{ORIGIN}/api/cron/email-jobs", f"{ORIGIN}/api/cron/geocode-customers"]


def test_both_jobs_are_made_once_whoever_asks_how_often(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        report = await jobs.setup()
        assert done(report) == ["created", "created"]
        assert urls(account) == BOTH
        assert len(account.seen) == 3, "one list and two creations"
        for one in account.jobs.values():
            assert one["enabled"] and one["extendedData"]["headers"] == {"x-cron-secret": SECRET}
            assert one["schedule"]["timezone"] == "Europe/Athens"
            assert one["notification"]["onFailure"] and one["notification"]["onDisable"]
        before = {identity: dict(one) for identity, one in account.jobs.items()}
        account.seen.clear()
        assert done(await jobs.setup()) == ["kept", "kept"]
        assert account.jobs == before
        assert [method for method, _ in account.seen] == ["GET", "GET", "GET"], "one list, two looks, no change"
        await asyncio.gather(jobs.setup(), jobs.setup())
        assert urls(account) == BOTH

    with_desk(tmp_path, body)


def test_two_at_once_make_one_of_each(tmp_path: Path) -> None:
    async def run() -> None:
        inside, most = 0, 0

        async def look(_origin: str, _dns: Dns) -> tuple[Bilingual, ...]:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            for _ in range(5):
                await asyncio.sleep(0)
            inside -= 1
            return ()

        time = Time()
        async with cron_job_org(CronJobOrgStandIn(time)) as account:
            jobs = desk(tmp_path, account, time, look=look)
            reports = await asyncio.gather(jobs.setup(), jobs.setup())
            assert sorted(done(report) for report in reports) == [["created", "created"], ["kept", "kept"]]
            assert urls(account) == BOTH and most == 1, "one after the other"

    asyncio.run(run())


def test_a_job_made_by_hand_is_taken_over_and_its_secret_leaves_the_address(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        by_hand = account.add(
            url=f"{ORIGIN}/api/cron/email-jobs?cron_secret=old",
            title="CRM",
            enabled=True,
            requestMethod=1,
            extendedData={"headers": {"x-host-pass": "p"}},
        )
        report = await jobs.setup()
        assert done(report) == ["repaired", "created"]
        assert {part.en for part in report.jobs[0].parts} >= {"address", "title", "key of the calls", "method"}
        job = account.jobs[by_hand]
        assert job["url"] == BOTH[0]
        assert job["extendedData"]["headers"] == {"x-host-pass": "p", "x-cron-secret": SECRET}
        assert done(await jobs.setup()) == ["kept", "kept"]

    with_desk(tmp_path, body)


def test_only_what_differs_is_sent(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        await jobs.setup()
        [identity] = [one for one, job in account.jobs.items() if job["url"] == BOTH[0]]
        account.jobs[identity]["enabled"] = False
        account.bodies.clear()
        report = await jobs.setup()
        assert [part.en for part in report.jobs[0].parts] == ["switched on"]
        assert [body for body in account.bodies if body] == [{"job": {"enabled": True}}]

    with_desk(tmp_path, body)


def test_duplicates_of_ours_go_and_jobs_of_others_stay(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        first = account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
        second = account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
        by_hand = account.add(url=BOTH[0], title="By hand", enabled=True)
        foreign = account.add(url="https://shop.gr/api/cron/email-jobs", title="Shop")
        status = await jobs.status()
        assert status.jobs[0].standing is Standing.DIFFERENT
        assert "a duplicate" in [part.en for part in status.jobs[0].differs]
        report = await jobs.setup()
        assert [job.id for job in report.removed] == [second]
        assert [job.id for job in report.others] == [by_hand]
        assert {first, by_hand, foreign} < set(account.jobs) and second not in account.jobs
        removed = await jobs.remove()
        assert first in {job.id for job in removed.removed}
        assert set(account.jobs) == {by_hand, foreign}
        assert [job.id for job in removed.others] == [by_hand]
        assert not (await jobs.remove()).removed

    with_desk(tmp_path, body)


def test_another_installations_job_is_not_taken_away_unasked(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        there = account.add(**wanted_job(EMAILS, "https://old.example.gr", "other"))
        with pytest.raises(JobElsewhere) as raised:
            await jobs.setup()
        assert "https://old.example.gr/api/cron/email-jobs" in raised.value.message("en")
        assert list(account.jobs) == [there], "and nothing was made beside it"
        assert (await jobs.remove()).removed == () and list(account.jobs) == [there]
        report = await jobs.setup(move=True)
        assert done(report) == ["repaired", "created"]
        assert account.jobs[there]["url"] == BOTH[0]
        assert account.jobs[there]["extendedData"]["headers"] == {"x-cron-secret": SECRET}

    with_desk(tmp_path, body)


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize("how", [Failure(cut=True, done=True), Failure(500, done=True), Failure(cut=True)])
def test_a_creation_without_an_answer_is_not_repeated(tmp_path: Path, lost: int, how: Failure) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        account.failures = {lost: how}
        with pytest.raises(Offline) as raised:
            await jobs.setup()
        assert "makes nothing twice" in raised.value.message("en")
        assert len(account.jobs) == lost - 1 + how.done
        time.now += 60
        await jobs.setup()
        assert urls(account) == BOTH, "one of each"

    with_desk(tmp_path, body)


def test_it_ends_well_wherever_it_breaks(tmp_path: Path) -> None:
    """Every request in turn is lost, before or after it was done; then it is tried again until it holds."""

    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        for done_before in (False, True):
            for number in range(8):
                account.jobs.clear()
                account.seen.clear()
                account.add(**{**wanted_job(EMAILS, ORIGIN, "old"), "requestTimeout": 5})
                account.add(**wanted_job(EMAILS, ORIGIN, SECRET))
                account.failures = {number: Failure(cut=True, done=done_before)}
                for _ in range(3):
                    time.now += 3600
                    account._counters.clear()
                    with contextlib.suppress(Offline):
                        await jobs.setup()
                assert urls(account) == BOTH
                assert {one["requestTimeout"] for one in account.jobs.values()} == {30}

    with_desk(tmp_path, body)


def test_a_list_with_gaps_proves_nothing_missing(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        account.some_failed = True
        with pytest.raises(Offline) as raised:
            await jobs.setup()
        assert "did not list all jobs" in raised.value.message("en")
        assert not account.jobs
        assert (await jobs.status()).incomplete
        account.some_failed = False
        await jobs.setup()
        account.some_failed = True
        assert done(await jobs.setup()) == ["kept", "kept"], "both are there: there is nothing to be unsure of"
        with pytest.raises(Offline):
            await jobs.remove()
        assert not account.jobs, "those that were listed"

    with_desk(tmp_path, body)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Failure(401, "Unauthorized"), SignInNeeded),
        (Failure(403, "Forbidden"), SignInNeeded),
        (Failure(429, "Quota Limit Exceeded"), CronQuotaReached),
        (Failure(500, "Internal Server Error"), Offline),
    ],
)
def test_refusals_are_told_and_change_nothing(tmp_path: Path, answer: Failure, kind: type[KKDeskError]) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        account.failures = dict.fromkeys(range(20), answer)
        for work in (jobs.setup, jobs.status, jobs.remove):
            with pytest.raises(kind):
                await work()
        assert not account.jobs
        assert len(account.seen) == 3

    with_desk(tmp_path, body)


def test_how_the_jobs_are(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        status = await jobs.status()
        assert [state.standing for state in status.jobs] == [Standing.MISSING] * 2
        assert not status.is_set_up and not status.is_well
        await jobs.setup()
        account.seen.clear()
        status = await jobs.status()
        assert len(account.seen) == 3, "frugal"
        assert [state.standing for state in status.jobs] == [Standing.NOT_RUN] * 2
        emails, geocoding = account.jobs
        for _ in range(60):
            time.now += 60
            account.note(emails, 1, 200)
        account.note(geocoding, 4, 503)
        status = await jobs.status()
        assert [state.standing for state in status.jobs] == [Standing.WELL, Standing.FAILING]
        first, second = status.jobs
        assert first.job is not None and len(first.history) == 50
        assert first.job.last_execution == int(time.now) == first.history[0].at
        assert first.advice is None
        assert second.advice is not None and "/api/health" in second.advice.en
        assert not status.is_well
        account.jobs[geocoding]["requestTimeout"] = 3
        status = await jobs.status()
        assert status.jobs[1].standing is Standing.DIFFERENT
        assert [part.en for part in status.jobs[1].differs] == ["time-out"]

    with_desk(tmp_path, body)


def test_a_job_that_was_disabled_is_told_and_repaired(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        await jobs.setup()
        emails, geocoding = account.jobs
        for _ in range(16):
            account.note(emails, 4, 401)
        account.jobs[geocoding]["enabled"] = False
        first, second = (await jobs.status()).jobs
        assert first.standing is second.standing is Standing.DISABLED
        assert first.stopped_by_failures and not second.stopped_by_failures
        assert first.advice is not None and second.advice is not None
        assert "more than 15 times in a row" in first.advice.en and "CRON_SECRET" in first.advice.en
        assert "Somebody has disabled it" in second.advice.en
        report = await jobs.setup()
        assert [[part.en for part in one.parts] for one in report.jobs] == [["switched on"], ["switched on"]]
        assert [state.standing for state in (await jobs.status()).jobs] == [Standing.FAILING, Standing.NOT_RUN]

    with_desk(tmp_path, body)


def test_a_job_that_goes_between_two_looks(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        await jobs.setup()
        account.seen.clear()
        account.failures = {1: Failure(404, "Not Found")}
        assert (await jobs.status()).jobs[0].history == ()
        account.seen.clear()
        with pytest.raises(KKDeskError) as raised:
            await jobs.setup()
        assert raised.value.code == "not_found"

    with_desk(tmp_path, body)


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"NEXTAUTH_URL": ""}, "NEXTAUTH_URL"),
        ({"NEXTAUTH_URL": "http://crm.example.gr"}, "https"),
        ({"NEXTAUTH_URL": "https://192.168.1.4"}, "private network"),
        ({"CRON_SECRET": "σύνθημα"}, "CRON_SECRET"),
        ({"CRON_JOB_ORG_API_KEY": "a b"}, "API key"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_asked(tmp_path: Path, env: dict[str, str], word: str) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        with pytest.raises(NotConfigured) as raised:
            await jobs.setup()
        assert word in raised.value.message("en")
        assert not account.seen

    with_desk(tmp_path, body, env)


def test_keys_come_from_the_keyring_too(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        with pytest.raises(NotConfigured, match="CRON_SECRET"):
            await jobs.setup()
        assert not await jobs.has_key() and not await jobs.has_secret()
        secret = await jobs.new_secret()
        assert len(secret) >= 40 and await jobs.has_secret()
        with pytest.raises(NotConfigured, match="API key"):
            await jobs.setup()
        assert not account.seen
        assert done(await jobs.setup(KEY)) == ["created", "created"], "a key that is given"
        await jobs._secrets.put(API_KEY, KEY)
        assert done(await jobs.setup()) == ["kept", "kept"]
        assert all(one["extendedData"]["headers"] == {"x-cron-secret": secret} for one in account.jobs.values())
        rotated = await jobs.new_secret()
        assert rotated != secret
        assert [[part.en for part in one.parts] for one in (await jobs.setup()).jobs] == [["key of the calls"]] * 2
        assert all(one["extendedData"]["headers"] == {"x-cron-secret": rotated} for one in account.jobs.values())

    with_desk(tmp_path, body, {"CRON_SECRET": "", "CRON_JOB_ORG_API_KEY": ""})
    kept = [text for file in tmp_path.rglob("*") if file.is_file() for text in [file.read_text()]]
    assert not any(secret in text for text in kept for secret in memory_keyring.kept.values())


@pytest.fixture
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("no_keyring")
def test_a_secret_that_cannot_be_kept_is_not_given_out(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        with pytest.raises(SecretsUnavailable):
            await jobs.new_secret()
        with pytest.raises(SecretsUnavailable):
            await jobs.setup()
        assert not account.seen, "nor used for the rest of the session"

    with_desk(tmp_path, body, {"CRON_SECRET": ""})


def test_a_secret_of_the_environment_is_not_replaced(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        with pytest.raises(NotAllowed, match=CRON_SECRET):
            await jobs.new_secret()

    with_desk(tmp_path, body)
    assert memory_keyring.kept == {}


def test_what_is_seen_from_here_is_a_warning_and_no_obstacle(tmp_path: Path) -> None:
    async def run() -> None:
        looked: list[str] = []

        async def look(origin: str, _dns: Dns) -> tuple[Bilingual, ...]:
            looked.append(origin)
            return (Bilingual("Δεν απαντά.", "It does not answer."),)

        time = Time()
        async with cron_job_org(CronJobOrgStandIn(time)) as account:
            jobs = desk(tmp_path, account, time, look=look)
            report = await jobs.setup()
            assert done(report) == ["created", "created"]
            assert [warning.en for warning in report.warnings] == ["It does not answer."]
            await jobs.status()
        assert looked == [ORIGIN]

    asyncio.run(run())


def test_cancelling_leaves_nothing_half_done_for_ever(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        account.failures = {2: Failure(hang=True)}
        task = asyncio.create_task(jobs.setup())
        async with asyncio.timeout(30):
            while len(account.seen) < 3:
                await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        time.now += 60
        assert sorted(done(await jobs.setup())) == ["created", "kept"]
        assert urls(account) == BOTH

    with_desk(tmp_path, body)


def test_a_day_of_use_stays_within_its_hundred(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        time.now = NOW // 86_400 * 86_400
        await jobs.setup()
        for _ in range(20):
            time.now += 1800
            await jobs.status()
        await jobs.setup()
        await jobs.remove()
        assert len(account.seen) < 100

    with_desk(tmp_path, body)


def test_status_survives_odd_answers(tmp_path: Path) -> None:
    async def body(jobs: CronJobs, account: CronJobOrgStandIn, time: Time) -> None:
        odd: dict[str, Any] = {
            "jobId": 5,
            "title": EMAILS.job_title,
            "url": BOTH[0],
            "enabled": True,
            "lastStatus": 77,
            "nextExecution": None,
            "somethingNew": {"a": [1]},
        }
        account.jobs[5] = odd | {"schedule": "daily"}
        account.histories[5] = [{"date": int(time.now), "status": 77, "httpStatus": None}]
        account.failures = {}
        [first, _] = (await jobs.status()).jobs
        assert first.standing is Standing.DIFFERENT and [part.en for part in first.differs] == ["schedule"]

    with_desk(tmp_path, body)

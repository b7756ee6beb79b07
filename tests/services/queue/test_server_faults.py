"""A server that refuses, hangs, drops or is not there: a clear word, nothing lost, nothing twice."""

from __future__ import annotations

import errno
import os
from collections import Counter
from pathlib import Path

import pytest

from kkdesk.model.errors import DiskFull, KKDeskError, MailServerRefused, NotConfigured, Offline, StoreError
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop


def everybody(count: int) -> Counter[str]:
    return Counter({f"c{n}@x.example": 1 for n in range(count)})


async def _recovers(shop: Shop, count: int) -> None:
    """A worker that somebody starts anew sends the rest, and nobody has two copies."""
    shop.sink.behaviour = Behaviour()
    await shop.worker().once()
    assert Counter(shop.received()) == everybody(count)


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (Behaviour(greeting="421 4.3.2 too busy"), Offline),
        (Behaviour(greeting="554 5.7.1 go away"), MailServerRefused),
        (Behaviour(hang_at="greeting"), Offline),
        (Behaviour(hang_at="EHLO"), Offline),
        (Behaviour(drop_at="greeting"), Offline),
        (Behaviour(users={"u": "other"}), MailServerRefused),
        (Behaviour(users={"u": "p"}, answers={"AUTH": "454 4.7.0 try later"}), Offline),
        (Behaviour(answers={"MAIL": "550 5.7.1 sender not allowed"}), MailServerRefused),
        (Behaviour(answers={"EHLO": "250 sink.example"}), MailServerRefused),  # No AUTH.
    ],
    ids=lambda value: "" if isinstance(value, type) else str(value)[:70],
)
def test_a_server_that_will_not_do_stops_the_run(tmp_path: Path, behaviour: Behaviour, kind: type[KKDeskError]) -> None:
    signs_in = bool(behaviour.users) or "EHLO" in behaviour.answers
    env = {"SMTP_TIMEOUT_SECONDS": "1"} | ({"SMTP_USER": "u", "SMTP_PASS": "p"} if signs_in else {})

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(6)
        report = await shop.worker().once()
        assert type(report.error) is kind
        assert report.sent == 0
        assert await shop.states(campaign_id) == {"pending": 6}
        assert set((await shop.statuses(campaign_id)).values()) == {"pending"}
        job = (await shop.rows("SELECT * FROM email_jobs"))[0]
        assert (job["status"], job["run_at"], job["locked_by"]) == ("queued", shop.now + 300, None)
        progress = await shop.workspace.queue_progress.progress(campaign_id)
        assert progress.last_error is not None
        assert report.error.what.en.startswith(progress.last_error.en)
        assert report.error.next_step is not None
        if signs_in:
            shop.sink.behaviour.users = {"u": "p"}
            shop.sink.behaviour.answers.clear()
            await shop.worker().once()
            assert Counter(shop.received()) == everybody(6)
        else:
            await _recovers(shop, 6)

    in_shop(tmp_path, body, behaviour, env=env)


def test_no_server_at_all(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(3)
        port = shop.sink.port
        await shop.sink.stop()
        report = await shop.worker().once()
        assert isinstance(report.error, Offline)
        assert f"127.0.0.1:{port}" in report.error.message("el")
        # A worker that runs on keeps to the waiting time, which grows; a person can cut it short.
        waits = []
        for _ in range(3):
            due = await shop.value("SELECT run_at FROM email_jobs")
            waits.append(due - shop.now)
            shop.now = due
            await shop.worker().drain()
        assert waits == [300, 600, 1200]
        await shop.workspace.send_queue.try_now(str(await shop.value("SELECT id FROM email_campaigns")))
        assert await shop.value("SELECT run_at FROM email_jobs") == shop.now
        await shop.sink.start()

    in_shop(tmp_path, body)


def test_missing_settings_stop_the_run_before_anything_is_sent(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(2)
        report = await shop.worker().once()
        assert isinstance(report.error, NotConfigured)
        assert await shop.states(campaign_id) == {"pending": 2}
        assert shop.received() == []

    in_shop(tmp_path, body, env={"NEXTAUTH_URL": ""})


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA"])
def test_connections_lost_before_the_content_lose_nothing(tmp_path: Path, point: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(12)
        report = await shop.worker().once()
        assert isinstance(report.error, Offline)
        assert (report.sent, report.unconfirmed, report.failed) == (0, 0, 0)
        assert await shop.states(campaign_id) == {"pending": 12}
        shop.now += 400
        await _recovers(shop, 12)
        assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body, Behaviour(drop_at=point))


@pytest.mark.parametrize("point", ["data", "."])
def test_connections_lost_after_the_content_are_unconfirmed_and_the_run_stops(tmp_path: Path, point: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(12)
        report = await shop.worker().once()
        assert isinstance(report.error, Offline)
        in_doubt = await shop.workspace.queue_progress.unconfirmed(campaign_id)
        assert 4 <= len(in_doubt) == report.unconfirmed <= 8
        assert {one.campaign_name for one in in_doubt} == {"Δοκιμή"}
        assert all(one.message_id.startswith("<") for one in in_doubt)
        failed = {email for email, status in (await shop.statuses(campaign_id)).items() if status == "failed"}
        assert failed == {one.email for one in in_doubt}
        shop.sink.behaviour = Behaviour()
        await shop.worker().once()
        assert Counter(shop.received()) == everybody(12) - Counter(failed)
        assert await shop.campaign_status(campaign_id) == "sent"
        # A person decides.
        queue = shop.workspace.send_queue
        ids = [one.recipient_id for one in in_doubt]
        assert await queue.leave(ids[:2]) == 2
        assert await queue.resend(ids) == len(ids) - 2
        assert await queue.resend(ids) == 0
        assert await shop.workspace.queue_progress.unconfirmed() == []
        await shop.worker().once()
        assert sum(Counter(shop.received()).values()) == 10
        assert await shop.campaign_status(campaign_id) == "sent"
        assert await shop.value("SELECT sent_count FROM email_campaigns") == 10

    in_shop(tmp_path, body, Behaviour(drop_at=point))


def test_a_server_that_has_had_enough_keeps_what_it_took_and_gets_the_rest_later(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(20)

        def close_next(_recipients: list[str], _message: bytes) -> None:
            shop.sink.behaviour.answers = {"MAIL": "421 4.7.0 one mail per connection"}

        shop.sink.behaviour.after_mail = close_next
        report = await shop.worker().once()
        # Every new connection is refused now too: the run stops, and nothing is lost.
        assert isinstance(report.error, Offline)
        assert 1 <= report.sent <= 4
        shop.now += 1000
        await _recovers(shop, 20)

    in_shop(tmp_path, body)


@pytest.mark.parametrize("point", ["DATA", "."])
def test_a_server_without_room_costs_nobody_their_tries(tmp_path: Path, point: str) -> None:
    """What every mail would meet stops the run: recipients are not used up on it one after the other."""

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(40)
        for _ in range(4):
            report = await shop.worker().once()
            assert isinstance(report.error, Offline)
            assert "452 4.3.1 no storage" in report.error.message("el")
            shop.now += 100
        assert await shop.states(campaign_id) == {"pending": 40}
        assert await shop.value("SELECT count(*) FROM kk_sends WHERE attempts > 1") == 0
        shop.now += 100_000
        await _recovers(shop, 40)

    in_shop(tmp_path, body, Behaviour(answers={point: "452 4.3.1 no storage"}))


def test_a_refused_user_is_tried_once_and_not_once_per_connection(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await shop.queued(50)
        await shop.worker().once()
        assert sum(command.startswith("AUTH") for command in shop.sink.commands) <= 2  # PLAIN, LOGIN
        assert shop.sink.connections == 1

    in_shop(tmp_path, body, Behaviour(users={"u": "right"}), env={"SMTP_USER": "u", "SMTP_PASS": "wrong"})


def test_a_full_disk_under_the_mail_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(4)
        with monkeypatch.context() as patch:
            patch.setattr("kkdesk.services.mail.folder._to_disk", full)
            report = await shop.worker().once()
        assert isinstance(report.error, DiskFull)
        assert await shop.states(campaign_id) == {"pending": 4}
        assert list((tmp_path / "mail").iterdir()) == []
        await shop.worker().once()
        assert len(list((tmp_path / "mail").iterdir())) == 4

    in_shop(tmp_path, body, to_folder=True)


def test_a_full_disk_under_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that cannot be noted does not leave."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(4)
        with monkeypatch.context() as patch:
            patch.setattr("kkdesk.services.queue.journal._to_disk", full)
            report = await shop.worker().once()
        assert isinstance(report.error, DiskFull)
        assert shop.received() == []
        assert await shop.states(campaign_id) == {"pending": 4}
        await _recovers(shop, 4)

    in_shop(tmp_path, body)


def test_a_mail_folder_that_is_a_file(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        (tmp_path / "mail").write_text("in the way")
        await shop.queued(2)
        report = await shop.worker().once()
        assert type(report.error) is StoreError
        (tmp_path / "mail").unlink()
        assert (await shop.worker().once()).sent == 2

    in_shop(tmp_path, body, to_folder=True)

"""Domains that ask for patience, and accounts that may send no more for now."""

from __future__ import annotations

from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import MailQuotaReached
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail
from kkdesk.workspace import Workspace
from tests.servers.smtp_sink import Behaviour
from tests.services.queue.shop import Shop, in_shop

BUSY = 60


async def busy_and_quiet(shop: Shop) -> str:
    """A campaign to sixty at a domain that has had enough, and sixty elsewhere; its id."""
    await shop.customers(2 * BUSY)
    await shop.write(
        "UPDATE customers SET email = 'b' || substr(email, 2, length(email) - 11) || '@busy.example' "
        "WHERE CAST(substr(email, 2) AS INTEGER) < ?",
        BUSY,
    )
    campaign_id = await shop.campaign()
    await shop.workspace.send_queue.enqueue(campaign_id)
    return campaign_id


@pytest.mark.parametrize("answer", ["450 4.7.28 unusual rate of mail", "450 4.2.1 too quickly"])
def test_a_domain_that_asks_for_patience_is_left_alone_and_the_others_get_theirs(tmp_path: Path, answer: str) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await busy_and_quiet(shop)
        report = await shop.worker().once()
        assert report.sent == BUSY
        assert report.deferred < 20, "not everybody there is tried in vain"
        asked = len(await shop.rows("SELECT 1 FROM kk_sends WHERE attempts > 0 AND state = 'pending'"))
        assert asked == report.deferred
        waiting = await shop.rows("SELECT due_at FROM kk_sends WHERE state = 'pending'")
        assert len(waiting) == BUSY and all(row["due_at"] >= shop.now + 900 for row in waiting)
        assert (await shop.worker().once()).jobs == 0
        shop.sink.behaviour = Behaviour()
        shop.now += 7200
        assert (await shop.worker().once()).sent == BUSY
        assert await shop.campaign_status(campaign_id) == "sent"
        assert len(shop.received()) == len(set(shop.received())) == 2 * BUSY

    refuse = {f"b{n}@busy.example": answer for n in range(BUSY)}
    in_shop(tmp_path, body, Behaviour(refuse=refuse))


def test_greylisting_asks_everybody_once_and_not_one_after_the_other(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        await busy_and_quiet(shop)
        report = await shop.worker().once()
        assert (report.sent, report.deferred) == (BUSY, BUSY)

    refuse = {f"b{n}@busy.example": "451 4.7.1 Greylisted, try again in five minutes" for n in range(BUSY)}
    in_shop(tmp_path, body, Behaviour(refuse=refuse))


def test_no_more_than_so_many_at_once_to_one_domain(tmp_path: Path) -> None:
    most = 0
    under_way = 0

    async def body(shop: Shop) -> None:
        await shop.workspace.company_settings.put("send.per_domain", "0", "2")
        await shop.queued(40)
        assert (await shop.worker().once()).sent == 40

    class Counting:
        """What the lanes do at once."""

        lanes = 8
        per_minute: int | None = None

        async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
            nonlocal most, under_way
            under_way += 1
            most = max(most, under_way)
            await before_content()
            under_way -= 1
            return Outcome("sent", 1, "content", 250)

        async def close(self) -> None:
            return

    async def counting(_workspace: Workspace) -> Counting:
        return Counting()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "open_transport", counting)
        in_shop(tmp_path, body)
    assert most == 2


class Quota:
    """An account that may send three mails, and then no more before a certain time."""

    lanes = 1
    per_minute: int | None = None

    def __init__(self, until: int | None) -> None:
        self.until = until
        self.left = 3

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        await before_content()
        if not self.left:
            raise MailQuotaReached(Bilingual("Το όριο εξαντλήθηκε.", "The quota is used up."), self.until)
        self.left -= 1
        return Outcome("sent", 1, "content", 250)

    async def close(self) -> None:
        return


@pytest.mark.parametrize("seconds", [7200, None], ids=["until a time", "nobody says until when"])
def test_a_quota_that_is_used_up_stops_the_campaign_until_then(tmp_path: Path, seconds: int | None) -> None:
    async def body(shop: Shop) -> None:
        transport = Quota(None if seconds is None else shop.now + seconds)

        async def limited(_workspace: Workspace) -> Quota:
            return transport

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Workspace, "open_transport", limited)
            campaign_id = await shop.queued(5)
            report = await shop.worker().once()
            assert report.sent == 3 and isinstance(report.error, MailQuotaReached)
            job = (await shop.rows("SELECT status, run_at, last_error FROM email_jobs"))[0]
            assert job["status"] == "queued" and "quota" in job["last_error"]
            assert job["run_at"] - shop.now == (seconds or 300), "the time that was said, else the usual back-off"
            assert await shop.states(campaign_id) == {"sent": 3, "pending": 2}
            assert await shop.value("SELECT max(attempts) FROM kk_sends WHERE state = 'pending'") == 0
            transport.left = 3
            shop.now += seconds or 300
            assert (await shop.worker().once()).sent == 2
            assert await shop.campaign_status(campaign_id) == "sent"

    in_shop(tmp_path, body)

"""Faults injected between the steps of sending: nobody gets two copies, and everybody ends in a state that is known."""

from __future__ import annotations

import asyncio
import errno
import os
from collections import Counter
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import DiskFull
from kkdesk.services.mail.composer import CampaignMails
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail
from kkdesk.services.queue.journal import LeftJournal
from kkdesk.services.queue.records import Addressee
from tests.services.queue.shop import Shop, in_shop
from tests.services.queue.test_settling import crash


class Gate:
    """A transport that has mails in flight for as long as a test wants; then they have one outcome."""

    lanes = 3
    per_minute: int | None = None

    def __init__(self, result: str = "sent") -> None:
        self.opened = asyncio.Event()
        self.begun: list[str] = []
        self._result = result

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        await before_content()
        self.begun.append(mail.recipient)
        await self.opened.wait()
        if self._result == "sent":
            return Outcome("sent", 1_800_000_000, "content", 250, "2.0.0", "queued")
        return Outcome("deferred", 1_800_000_000, "recipient", 450, "4.2.0", "later")

    async def close(self) -> None:
        """Nothing to close."""


def through(shop: Shop, gate: Gate, patch: pytest.MonkeyPatch) -> None:
    """The shop's mails leave through `gate`."""

    async def opened() -> Gate:
        return gate

    patch.setattr(shop.workspace, "open_transport", opened)


def test_mails_in_flight_are_finished_when_results_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kkdesk.services.queue.run.IDLE_SECONDS", 0.02)

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        gate, real = Gate(), shop.workspace.db.apply

        async def full(change: Change) -> Applied:
            if change.label.en == "Send mails" and len(gate.begun) == gate.lanes:
                asyncio.get_running_loop().call_later(0.05, gate.opened.set)
                raise DiskFull(Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."))
            return await real(change)

        with monkeypatch.context() as patch:
            through(shop, gate, patch)
            patch.setattr(shop.workspace.db, "apply", full)
            with pytest.raises(DiskFull):
                await shop.worker().once()
        assert len(gate.begun) == gate.lanes, "nothing is begun that cannot be written down"
        report = await shop.worker().once()
        assert (report.settled.answered, report.settled.unconfirmed) == (gate.lanes, 0)
        assert await shop.states(campaign_id) == {"sent": 10}
        assert Counter(gate.begun) + Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(10))

    in_shop(tmp_path, body)


def test_a_disk_that_is_full_for_mails_and_database_leaves_nobody_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail that could not be written has not left, and the journal says so to whoever comes next."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        real = shop.workspace.db.apply
        claims = 0

        async def one_claim(change: Change) -> Applied:
            nonlocal claims
            claims += change.label.en == "Send mails"
            if claims > 1:
                raise DiskFull(Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."))
            return await real(change)

        with monkeypatch.context() as patch:
            patch.setattr("kkdesk.services.mail.folder._to_disk", full)
            patch.setattr(shop.workspace.db, "apply", one_claim)
            with pytest.raises(DiskFull):
                await shop.worker().once()
        assert await shop.states(campaign_id) == {"claimed": 10}
        report = await shop.worker().once()
        assert (report.settled.released, report.settled.unconfirmed, report.sent) == (10, 0, 10)
        assert len(list((tmp_path / "mail").iterdir())) == 10

    in_shop(tmp_path, body, to_folder=True)


@pytest.mark.logs("mail_not_composed")
def test_a_mail_that_cannot_be_composed_costs_one_recipient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render = CampaignMails.render

    def odd(mails: CampaignMails, addressee: Addressee, now: int) -> OutgoingMail:
        if addressee.email == "c2@x.example":
            raise KeyError(addressee.email)
        return render(mails, addressee, now)

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(6)
        with monkeypatch.context() as patch:
            patch.setattr(CampaignMails, "render", odd)
            report = await shop.worker().once()
        assert (report.sent, report.failed, report.error) == (5, 1, None)
        assert await shop.states(campaign_id) == {"sent": 5, "failed": 1}
        (row,) = await shop.rows("SELECT * FROM campaign_recipients WHERE status = 'failed'")
        assert (row["email"], row["failure_reason_detailed"]) == ("c2@x.example", "not_composed")
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 0, "the address is not to blame"
        assert await shop.campaign_status(campaign_id) == "sent"
        # Once the program is mended, a person tries again.
        assert await shop.workspace.send_queue.retry([str(row["id"])]) == 1
        await shop.worker().once()
        assert Counter(shop.received()) == Counter(f"c{n}@x.example" for n in range(6))

    in_shop(tmp_path, body)


@pytest.mark.logs("job_faulty")
@pytest.mark.parametrize("where", ["compile", "claims"])
def test_a_campaign_that_cannot_be_worked_on_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    async def body(shop: Shop) -> None:
        bad = await shop.queued(3, subject="σφάλμα")
        good = await shop.campaign()
        shop.now += 1
        await shop.workspace.send_queue.enqueue(good)
        real = shop.workspace.composer.compile

        class Faulty:
            message_domain = property(lambda _self: {}["no such key"])

        async def compiled(campaign: object) -> object:
            if getattr(campaign, "subject", "") != "σφάλμα":
                return await real(campaign)  # type: ignore[arg-type]
            if where == "compile":
                raise RuntimeError("maria@x.example")
            return Faulty()

        with monkeypatch.context() as patch:
            patch.setattr(shop.workspace.composer, "compile", compiled)
            report = await shop.worker().once()
        assert report.error is not None
        assert "απρόσμενο σφάλμα" in report.error.message("el")
        assert "maria" not in report.error.message("en")
        assert await shop.campaign_status(good) == "sent"
        assert await shop.states(bad) == {"pending": 3}
        job = (await shop.rows("SELECT * FROM email_jobs WHERE campaign_id = ?", bad))[0]
        assert (job["status"], job["run_at"]) == ("queued", shop.now + 300), "it is tried again, and not at once"
        await shop.worker().once()
        assert Counter(shop.received()) == Counter({f"c{n}@x.example": 2 for n in range(3)}), "one of each campaign"

    in_shop(tmp_path, body)


@pytest.mark.logs("journal_not_read")
def test_a_journal_that_cannot_be_read_proves_nothing_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(_journal: LeftJournal) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(10)
        await crash(shop, size=4, started=2)
        with monkeypatch.context() as patch:
            patch.setattr(LeftJournal, "read", unreadable)
            report = await shop.worker().once()
        assert (report.settled.unconfirmed, report.settled.released) == (4, 0)
        assert await shop.states(campaign_id) == {"unconfirmed": 4, "sent": 6}
        assert len(await shop.workspace.queue_progress.unconfirmed(campaign_id)) == 4

    in_shop(tmp_path, body)


def test_who_is_put_off_while_the_campaign_is_called_off_is_called_off_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(5)
        gate = Gate("deferred")
        with monkeypatch.context() as patch:
            through(shop, gate, patch)
            sending = asyncio.create_task(shop.worker().once())
            async with asyncio.timeout(10):
                while len(gate.begun) < gate.lanes:
                    await asyncio.sleep(0)
            await shop.workspace.send_queue.cancel(campaign_id)
            gate.opened.set()
            await sending
        assert await shop.states(campaign_id) == {"cancelled": 5}
        assert set((await shop.statuses(campaign_id)).values()) == {"failed"}
        assert await shop.value("SELECT count(*) FROM email_job_items WHERE status = 'pending'") == 0
        # One of them is mailed after all: he alone.
        one = str(await shop.value("SELECT id FROM campaign_recipients WHERE email = 'c4@x.example'"))
        assert await shop.workspace.send_queue.retry([one]) == 1
        shop.now += 100_000
        await shop.worker().once()
        assert shop.received() == ["c4@x.example"]

    in_shop(tmp_path, body)

"""The queue through a real mail server, with STARTTLS, a certificate that is checked, and AUTH."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from kkdesk.model.errors import MailServerRefused
from tests.servers.mta import MailServer
from tests.services.queue.shop import Shop, in_shop


def test_a_campaign_arrives_through_a_real_server(tmp_path: Path, mta: MailServer) -> None:
    mta.clear()

    async def body(shop: Shop) -> None:
        await shop.customers(60)
        await shop.write("UPDATE customers SET email = 'reject-me@x.example' WHERE email = 'c1@x.example'")
        await shop.write("UPDATE customers SET email = 'defer-me@x.example' WHERE email = 'c2@x.example'")
        campaign_id = await shop.campaign(content="<p>.</p><p>Γειά σας {{firstName}}</p>")
        await shop.workspace.send_queue.enqueue(campaign_id)
        report = await shop.worker().once()
        assert (report.sent, report.failed, report.deferred, report.error) == (58, 1, 1, None)
        refused = (await shop.rows("SELECT * FROM campaign_recipients WHERE status = 'failed'"))[0]
        assert (refused["email"], refused["failure_reason_detailed"]) == ("reject-me@x.example", "hard_bounce")
        ids = await shop.pairs(
            "SELECT r.email, s.message_id FROM kk_sends s JOIN campaign_recipients r ON r.id = s.recipient_id"
        )
        check(mta.wait_for(58), ids)

    in_shop(tmp_path, body, env=mta.environment())


def check(mails: list[EmailMessage], ids: dict[str, str]) -> None:
    assert {str(mail["envelope-to"]) for mail in mails} == {f"c{n}@x.example" for n in (0, *range(3, 60))}
    for mail in mails:
        address = str(mail["envelope-to"])
        number = address.removeprefix("c").partition("@")[0]
        assert mail["message-id"] == ids[address]
        assert mail["return-path"] == "<info@kktires.example>"
        assert mail["subject"] == f"Γεια Όνομα{number}"
        part = mail.get_body(("html",))
        assert part is not None
        assert f"<p>.</p><p>Γειά σας Όνομα{number}</p>" in part.get_content()
        assert mail.defects == []


def test_a_wrong_password_is_said_and_nothing_is_lost(tmp_path: Path, mta: MailServer) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(3)
        report = await shop.worker().once()
        assert isinstance(report.error, MailServerRefused)
        assert "535" in report.error.what.el
        assert await shop.states(campaign_id) == {"pending": 3}

    in_shop(tmp_path, body, env={**mta.environment(), "SMTP_PASS": "wrong"})

"""What reports change in the database, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import DatabaseBusy
from kkdesk.services.bounces.letters import Letter, Marks
from kkdesk.services.bounces.matching import match
from tests.services.bounces.reports import BOUNCES
from tests.services.bounces.returned import PaperSession, complaint_on, mail_to, read_through, report_on
from tests.services.queue.shop import Shop, in_shop

DAY = 86_400


def sent(tmp_path: Path, body: Callable[[Shop, str], Awaitable[None]], customers: int = 4) -> None:
    """Run `body` after a campaign has been sent."""

    async def run(shop: Shop) -> None:
        campaign_id = await shop.queued(customers)
        report = await shop.worker().once()
        assert report.sent == customers
        await body(shop, campaign_id)

    in_shop(tmp_path, run, env={"BOUNCE_ADDRESS": BOUNCES})


async def row(shop: Shop, sql: str, *args: Any) -> dict[str, Any]:
    (found,) = await shop.rows(sql, *args)
    return {name: found[name] for name in found.keys()}  # noqa: SIM118


async def everything(shop: Shop) -> list[list[tuple[Any, ...]]]:
    tables = ("email_delivery_events", "email_suppressions", "campaign_recipients", "kk_sends", "email_campaigns")
    return [[tuple(one) for one in await shop.rows(f"SELECT * FROM {name} ORDER BY 1")] for name in tables]


def test_a_mailbox_that_is_not_there(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        session = PaperSession([report_on(mail_to(shop, "c1@x.example"))])
        session.received_at = shop.now - 60
        report = await read_through(shop, session)
        assert (report.read, report.ours, report.bounces, report.error) == (1, 1, 1, None)
        assert session.marked == {1}
        recipient = await row(shop, "SELECT * FROM campaign_recipients WHERE email = 'c1@x.example'")
        assert (recipient["status"], recipient["failure_category"]) == ("bounced", "bounce")
        assert (recipient["failure_reason_detailed"], recipient["bounce_type"]) == ("hard_bounce", "hard")
        assert recipient["error_message"] == "BOUNCED: 550 5.1.1 No such mailbox"
        event = await row(shop, "SELECT * FROM email_delivery_events WHERE event_type = 'bounce'")
        assert (event["event_category"], event["failure_reason"], event["bounce_subtype"]) == (
            "failure",
            "hard_bounce",
            "noemail",
        )
        assert (event["smtp_code"], event["diagnostic_code"], event["smtp_message"]) == (
            550,
            "5.1.1",
            "550 5.1.1 No such mailbox",
        )
        assert (event["occurred_at"], event["email_address"], event["domain"]) == (
            shop.now - 60,
            "c1@x.example",
            "x.example",
        )
        suppression = await row(shop, "SELECT * FROM email_suppressions")
        assert (suppression["email"], suppression["suppression_type"]) == ("c1@x.example", "hard_bounce")
        assert (suppression["source_event_id"], suppression["bounce_count"]) == (event["id"], 1)
        assert await shop.states(campaign_id) == {"sent": 3, "bounced": 1}
        assert await shop.value("SELECT bounce_count FROM email_campaigns") == 1
        state = await row(shop, "SELECT * FROM kk_mailboxes")
        assert (state["id"], state["uid_validity"], state["last_uid"]) == ("box", 7, 1)

    sent(tmp_path, body)


def test_what_is_read_again_is_not_written_again(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        messages = [
            report_on(mail_to(shop, "c0@x.example")),
            report_on(mail_to(shop, "c1@x.example"), "552 5.2.2 full"),
            complaint_on(mail_to(shop, "c2@x.example")),
            report_on(mail_to(shop, "c3@x.example"), "451 4.4.1 later", action="delayed"),
            # qmail's have no Message-ID.
            report_on(mail_to(shop, "c3@x.example")).replace(b"Message-ID: <dsn-", b"X-Id: <"),
        ]
        first = await read_through(shop, PaperSession([*messages, messages[0]]))
        assert (first.bounces, first.complaints, first.deferred, first.ours) == (3, 1, 1, 6)
        before = await everything(shop)
        # Another UIDVALIDITY, another order; and another name of the same mailbox.
        again = await read_through(shop, PaperSession(messages[::-1], uid_validity=8))
        assert (again.read, again.bounces, again.complaints, again.deferred) == (5, 0, 0, 0)
        await read_through(shop, PaperSession(messages), "alias")
        assert await everything(shop) == before
        assert await shop.value("SELECT uid_validity FROM kk_mailboxes WHERE id = 'box'") == 8

    sent(tmp_path, body)


def test_two_workers_that_read_at_once_write_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked for known events before either has written."""

    async def body(shop: Shop, campaign_id: str) -> None:
        messages = [report_on(mail_to(shop, "c0@x.example")), complaint_on(mail_to(shop, "c1@x.example"))]
        db = shop.workspace.db
        apply = db.apply
        changes: list[Change] = []

        async def put_off(change: Change) -> Applied:
            changes.append(change)
            return Applied(change.id)

        monkeypatch.setattr(db, "apply", put_off)
        await read_through(shop, PaperSession(messages))
        await read_through(shop, PaperSession(messages), "alias")
        monkeypatch.undo()
        assert len(changes) == 2
        await apply(changes[0])
        before = await everything(shop)
        await apply(changes[1])
        assert await everything(shop) == before
        assert await shop.value("SELECT bounce_count FROM email_campaigns") == 1

    sent(tmp_path, body)


def test_an_end_between_reading_and_writing_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        session = PaperSession([report_on(mail_to(shop, "c0@x.example"))])
        db = shop.workspace.db

        async def fail(change: Change) -> Applied:
            raise DatabaseBusy(Bilingual("", ""))

        monkeypatch.setattr(db, "apply", fail)
        with pytest.raises(DatabaseBusy):
            await read_through(shop, session)
        monkeypatch.undo()
        assert session.marked == set()
        assert await shop.states(campaign_id) == {"sent": 4}

        def gone(uids: object) -> None:
            raise ConnectionError

        # And between writing and marking.
        monkeypatch.setattr(session, "mark", gone)
        with pytest.raises(ConnectionError):
            await read_through(shop, session)
        monkeypatch.undo()
        before = await everything(shop)
        assert await shop.states(campaign_id) == {"sent": 3, "bounced": 1}
        report = await read_through(shop, session)
        assert (report.read, await everything(shop)) == (0, before)

    sent(tmp_path, body)


def test_a_complaint_outweighs_a_bounce(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        first, second, third = (mail_to(shop, f"c{n}@x.example") for n in range(3))
        await shop.write(
            "INSERT INTO email_suppressions (id, org_id, email, suppression_type, suppressed_at, expires_at) "
            "VALUES ('supp_a', ?, 'c0@x.example', 'hard_bounce', 1, 2), ('supp_b', ?, 'c1@x.example', 'unsubscribe', 1, NULL)",
            *[shop.workspace.actor.org_id] * 2,
        )
        await read_through(shop, PaperSession([complaint_on(first), complaint_on(second), complaint_on(third)]))
        kinds = await shop.pairs("SELECT email, suppression_type FROM email_suppressions")
        assert kinds == {"c0@x.example": "complaint", "c1@x.example": "unsubscribe", "c2@x.example": "complaint"}
        assert await shop.value("SELECT sum(complaint_count) FROM email_suppressions") == 3
        assert await shop.value("SELECT count(*) FROM email_suppressions WHERE expires_at IS NOT NULL") == 0
        event = await row(shop, "SELECT * FROM email_delivery_events WHERE event_type = 'complaint' LIMIT 1")
        assert (event["event_category"], event["failure_reason"]) == ("complaint", "spam_complaint")
        # It was delivered, and that stays so.
        assert set((await shop.statuses(campaign_id)).values()) == {"sent"}
        assert await shop.value("SELECT bounce_count FROM email_campaigns") in {0, None}

    sent(tmp_path, body)


def test_only_what_failed_is_a_bounce(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        mail = mail_to(shop, "c0@x.example")
        late = report_on(mail, "451 4.4.1 still trying", action="delayed")
        there = report_on(mail, "250 2.1.5 delivered", action="delivered")
        report = await read_through(shop, PaperSession([late, there]))
        assert (report.deferred, report.delivered, report.bounces) == (1, 1, 0)
        assert await shop.states(campaign_id) == {"sent": 4}
        kinds = await shop.pairs("SELECT event_type, event_category FROM email_delivery_events")
        assert kinds == {"sent": "success", "deferred": "failure", "delivered": "success"}
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 0

    sent(tmp_path, body)


def test_what_adds_up_over_days(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        unknown, full = mail_to(shop, "c0@x.example"), mail_to(shop, "c1@x.example")
        session = PaperSession()
        for day in range(3):
            session.received_at = shop.now
            session.add(report_on(full, "452 4.2.2 over quota"))
            session.add(*[report_on(unknown, "550 5.0.0 refused")] if day != 1 else [])
            await read_through(shop, session)
            suppressed = await shop.pairs("SELECT email, expires_at FROM email_suppressions")
            if day < 2:
                assert suppressed == {}
            shop.now += DAY
        assert set(suppressed) == {"c0@x.example", "c1@x.example"}
        assert suppressed["c0@x.example"] is None
        assert suppressed["c1@x.example"] > shop.now

    sent(tmp_path, body)


def test_a_refusal_that_is_our_fault_holds_the_campaign(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        await shop.write("UPDATE email_campaigns SET status = 'sending'")
        messages = [report_on(mail_to(shop, f"c{n}@x.example"), "550 5.7.1 listed") for n in range(2)]
        await read_through(shop, PaperSession(messages))
        assert await shop.campaign_status(campaign_id) == "paused"
        pause = await row(shop, "SELECT * FROM kk_send_pauses")
        assert (pause["cause"], pause["domain"], pause["resumed_at"]) == ("blocked", "x.example", None)
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 0
        event = await row(shop, "SELECT * FROM email_delivery_events WHERE event_type = 'bounce' LIMIT 1")
        assert (event["failure_reason"], event["bounce_type"]) == ("blocked", None)
        assert await shop.states(campaign_id) == {"sent": 2, "bounced": 2}

    sent(tmp_path, body)


def test_a_mail_of_doubt_that_comes_back_has_left(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        await shop.write("UPDATE kk_sends SET state = 'unconfirmed' WHERE address = 'c0@x.example'")
        await shop.write(
            "UPDATE campaign_recipients SET status = 'failed', sent_at = NULL WHERE email = 'c0@x.example'"
        )
        await read_through(shop, PaperSession([report_on(mail_to(shop, "c0@x.example"))]))
        assert await shop.states(campaign_id) == {"sent": 3, "bounced": 1}
        recipient = await row(shop, "SELECT status, sent_at FROM campaign_recipients WHERE email = 'c0@x.example'")
        assert recipient["status"] == "bounced" and recipient["sent_at"] is not None

    sent(tmp_path, body)


@pytest.mark.parametrize("state", ["pending", "failed", "cancelled"])
def test_a_recipient_whose_mail_has_not_left_stays_as_it_is(tmp_path: Path, state: str) -> None:
    """Refused by its server, and reported on by another on the way: the report is kept, the outcome stands."""

    async def body(shop: Shop, campaign_id: str) -> None:
        await shop.write("UPDATE kk_sends SET state = ? WHERE address = 'c0@x.example'", state)
        await shop.write("UPDATE campaign_recipients SET status = 'failed' WHERE email = 'c0@x.example'")
        assert (await read_through(shop, PaperSession([report_on(mail_to(shop, "c0@x.example"))]))).bounces == 1
        assert await shop.states(campaign_id) == {"sent": 3, state: 1}
        assert (await shop.statuses(campaign_id))["c0@x.example"] == "failed"
        assert not await shop.value("SELECT bounce_count FROM email_campaigns")
        assert await shop.value("SELECT email FROM email_suppressions") == "c0@x.example"

    sent(tmp_path, body)


def test_what_comes_back_during_the_campaign_was_sent(tmp_path: Path) -> None:
    async def body(shop: Shop) -> None:
        campaign_id = await shop.queued(4)
        await shop.worker().drain(max_jobs=1, max_items=2)
        assert await shop.states(campaign_id) == {"sent": 2, "pending": 2}
        await read_through(shop, PaperSession([report_on(mail) for mail in shop.sink.mails]))
        await shop.worker().once()
        assert await shop.states(campaign_id) == {"sent": 2, "bounced": 2}
        campaign = await row(shop, "SELECT status, sent_count, bounce_count FROM email_campaigns")
        assert campaign == {"status": "sent", "sent_count": 4, "bounce_count": 2}

    in_shop(tmp_path, body, env={"BOUNCE_ADDRESS": BOUNCES})


def test_faster_than_the_worker_that_sent_it(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        early, later = mail_to(shop, "c0@x.example"), mail_to(shop, "c1@x.example")
        await shop.write("UPDATE kk_sends SET state = 'claimed' WHERE address = 'c0@x.example'")
        session = PaperSession([b"Subject: x\r\n\r\n", report_on(early), report_on(later)])
        report = await read_through(shop, session)
        assert (report.early, report.bounces, session.marked) == (1, 1, {3})
        assert await shop.value("SELECT last_uid FROM kk_mailboxes") == 1
        version = await shop.workspace.db.data_version()
        assert (await read_through(shop, session)).early == 1
        assert await shop.workspace.db.data_version() == version
        await shop.write("UPDATE kk_sends SET state = 'sent' WHERE address = 'c0@x.example'")
        report = await read_through(shop, session)
        assert (report.early, report.bounces, session.marked) == (0, 1, {2, 3})
        assert await shop.states(campaign_id) == {"sent": 2, "bounced": 2}
        assert await shop.value("SELECT last_uid FROM kk_mailboxes") == 3

    sent(tmp_path, body)


def test_a_mail_that_was_sent_again(tmp_path: Path) -> None:
    """The report on the first one says that the address is dead; the second is not back yet."""

    async def body(shop: Shop, campaign_id: str) -> None:
        first = mail_to(shop, "c0@x.example")
        await shop.write(
            "UPDATE kk_sends SET message_id = '<01jd3m8q5v7x9z2b4d6f8h0k1n.ffffffffffff@x.example>' WHERE address = 'c0@x.example'"
        )
        report = await read_through(shop, PaperSession([report_on(first)]))
        assert report.bounces == 1
        assert await shop.states(campaign_id) == {"sent": 4}
        assert await shop.value("SELECT email FROM email_suppressions") == "c0@x.example"
        # Without an id of our form beside it, the recipient's own id proves nothing.
        forged = report_on(first, to="x@y.example").replace(b"@kktires.example>", b"zz@kktires.example>")
        forged = forged.replace(first.sender.encode(), b"x@y.example")
        assert (await read_through(shop, PaperSession([forged]), "other")).ours == 0

    sent(tmp_path, body)


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        mail = mail_to(shop, "c0@x.example")
        token = mail.sender.partition("+")[2].partition("@")[0]
        foreign = report_on(mail, to=BOUNCES).replace(token.encode(), b"01jd3m8q5v7x9z2b4d6f8h0k1n.0a1b2c3d4e5f")
        foreign = foreign.replace(b"X-KKDesk-Recipient: rcpt_", b"X-KKDesk-Recipient: rcpt_no")
        answer = f"From: c0@x.example\r\nTo: {mail.sender}\r\nSubject: 550 5.1.1\r\n\r\nUser unknown".encode()
        person = b"From: Mother <mother@x.example>\r\nTo: info@kktires.example\r\n\r\nHello"
        away = f"Auto-Submitted: auto-replied\r\nTo: info@kktires.example\r\n\r\n> Message-ID: <{token}@kktires.example>".encode()
        session = PaperSession([foreign, answer, person, away])
        before = await everything(shop)
        report = await read_through(shop, session)
        assert (report.read, report.ours, session.marked) == (4, 0, set())
        assert session.fetched == [1, 2, 4]
        assert await everything(shop) == before
        # Nor is another organisation's.
        await shop.write(
            "INSERT INTO organizations (id, name, slug, created_at, updated_at) VALUES ('o2', 'x', 'x', 1, 1)"
        )
        await shop.write("UPDATE email_campaigns SET org_id = 'o2'")
        assert (await read_through(shop, PaperSession([report_on(mail)]), "other")).ours == 0

    sent(tmp_path, body)


def test_the_id_of_a_recipient_proves_nothing_by_itself(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        recipient = str(await shop.value("SELECT recipient_id FROM kk_sends WHERE address = 'c0@x.example'"))
        beside = Letter("report", Marks(("01jd3m8q5v7x9z2b4d6f8h0k1n.0a1b2c3d4e5f",), recipient))
        bare = Letter("report", Marks((), recipient))
        found = await match(shop.workspace.db, shop.workspace.actor.org_id, [beside, bare])
        assert found[0] is not None and found[0].recipient_id == recipient and not found[0].current
        assert found[1] is None

    sent(tmp_path, body)


def test_many_are_dealt_with_in_batches(tmp_path: Path) -> None:
    async def body(shop: Shop, campaign_id: str) -> None:
        session = PaperSession([report_on(mail) for mail in shop.sink.mails])
        report = await read_through(shop, session)
        assert (report.read, report.bounces) == (120, 120)
        assert await shop.states(campaign_id) == {"bounced": 120}
        assert await shop.value("SELECT bounce_count FROM email_campaigns") == 120
        assert await shop.value("SELECT count(*) FROM email_suppressions") == 120

    sent(tmp_path, body, customers=120)


def test_the_look_up_uses_the_index(tmp_path: Path) -> None:
    from kkdesk.services.bounces.matching import _OURS

    async def body(shop: Shop) -> None:
        plan = [str(one["detail"]) for one in await shop.rows(f"EXPLAIN QUERY PLAN {_OURS}", "[]", "[]", "o")]
        assert any("kk_sends_message_idx" in step for step in plan), plan
        assert not [step for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step], plan

    in_shop(tmp_path, body)

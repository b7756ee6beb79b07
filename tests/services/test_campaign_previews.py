"""Previews show the mail as somebody would get it; test mails are marked and leave no trace."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.errors import InvalidInput, MailRefused, MailTemporary, MailUnconfirmed, NotFound
from kkdesk.services.campaign_previews import CampaignPreviews
from kkdesk.services.campaigns import Campaigns
from kkdesk.services.mail.composer import CampaignComposer
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail, Result
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.sample import DRAFT, NOW, Sample, in_sample

ENV = {"EMAIL_TRACKING_SECRET": "s", "NEXTAUTH_URL": "https://crm.example.gr", "SMTP_FROM": "KK <info@kktires.example>"}
TABLES = ("campaign_recipients", "email_jobs", "email_job_items", "email_tracking", "kk_sends", "kk_changes")


class Postbox:
    """A transport that keeps what it is given and answers as told."""

    lanes = 1
    per_minute: int | None = None

    def __init__(self, result: Result = "sent") -> None:
        self.result: Result = result
        self.mails: list[OutgoingMail] = []

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        await before_content()
        self.mails.append(mail)
        return Outcome(self.result, NOW, "data", 250, "2.0.0", "ok")

    async def close(self) -> None:
        self.mails.clear()


def previews(sample: Sample, folder: Path) -> CampaignPreviews:
    settings = Settings(Profile.at(folder, ENV), ENV)
    composer = CampaignComposer(settings, Secrets(settings, str(folder)))
    campaigns = Campaigns(sample.db, sample.actor, sample.clock)
    return CampaignPreviews(sample.db, sample.actor, sample.clock, campaigns, composer)


def test_a_preview_is_what_one_customer_would_read(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        await sample.add_customer("cust_x", "x@shop.gr", first_name="Αλέξανδρος <b>", city="Βόλος")
        signature = await sample.value("SELECT id FROM email_signatures WHERE name = 'Κύρια'")
        draft = CampaignDraft(
            "Κ",
            "Για σένα {{vocative}}",
            '<p>{{firstName}}, {{company|η εταιρεία σας}}, {{city}}</p><a href="https://kktires.example/α">δ</a>'
            '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
            signature_id=signature,
        )
        mail = await previews(sample, tmp_path).preview(draft, "cust_x")
        assert mail.subject.startswith("Για σένα Αλέξανδρε")
        assert "<p>Αλέξανδρος &lt;b&gt;, η εταιρεία σας, Βόλος</p>" in mail.html
        assert 'href="https://kktires.example/α"' in mail.html, "nothing is tracked"
        assert "data:image/gif;base64,R0lGODlhAQABAAAAACw=" in mail.html
        assert "Με εκτίμηση" in mail.html
        assert "Με εκτίμηση" in mail.text
        assert "/api/email/" not in mail.html
        assert mail.unsubscribe_url.startswith("https://preview.invalid/")

    in_sample(tmp_path, body)


def test_without_a_customer_a_sample_customer_is_taken(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        draft = CampaignDraft("Κ", "{{firstName}}{{lastName}}{{company}}", "<p>{{email}}</p>")
        mail = await previews(sample, tmp_path).preview(draft)
        assert mail.subject
        assert "@" in mail.text
        with pytest.raises(NotFound):
            await previews(sample, tmp_path).preview(draft, "gone")
        theirs = await sample.value("SELECT id FROM customers WHERE org_id = 'org_notia' LIMIT 1")
        with pytest.raises(NotFound):
            await previews(sample, tmp_path).preview(draft, theirs)
        for table in ("campaign_recipients", "leads", "customers"):
            await sample.write(f"DELETE FROM {table}")
        assert (await previews(sample, tmp_path).preview(draft)).subject == ""

    in_sample(tmp_path, body)


def test_a_test_mail_is_marked_and_leaves_no_trace(tmp_path: Path) -> None:
    async def body(sample: Sample) -> None:
        before = {table: await sample.value(f"SELECT count(*) FROM {table}") for table in TABLES}
        postbox = Postbox()
        await previews(sample, tmp_path).send_test(DRAFT, "me@shop.gr", postbox)
        [mail] = postbox.mails
        message = message_from_bytes(mail.content, policy=default)
        assert mail.recipient == "me@shop.gr"
        assert str(message["Subject"]).startswith("[ΔΟΚΙΜΗ] Δοκιμή ")
        for kind in ("html", "plain"):
            part = message.get_body((kind,))
            assert part is not None
            assert "Δοκιμαστικό μήνυμα" in part.get_content()
        assert "@kktires.example>" in mail.message_id
        assert {table: await sample.value(f"SELECT count(*) FROM {table}") for table in TABLES} == before

    in_sample(tmp_path, body)


@pytest.mark.parametrize("tracked", [True, False])
def test_a_test_mail_follows_the_campaigns_switch(tmp_path: Path, *, tracked: bool) -> None:
    async def body(sample: Sample) -> None:
        campaigns = Campaigns(sample.db, sample.actor, sample.clock)
        link = '<a href="https://kktires.example/α">δ</a>'
        new = await campaigns.create(CampaignDraft("Κ", "Θ", f"<p>x</p>{link}", tracked=tracked))
        postbox = Postbox()
        await previews(sample, tmp_path).send_test(new, "me@shop.gr", postbox)
        part = message_from_bytes(postbox.mails[0].content, policy=default).get_body(("html",))
        assert part is not None
        html = part.get_content()
        found = ["/api/email/tracking?" in html, "/api/email/click?" in html, link not in html]
        assert found == [tracked] * 3
        assert "/api/unsubscribe?" in html

    in_sample(tmp_path, body)


@pytest.mark.parametrize(
    ("result", "error"), [("refused", MailRefused), ("deferred", MailTemporary), ("unconfirmed", MailUnconfirmed)]
)
def test_a_test_mail_that_does_not_leave_says_so(tmp_path: Path, result: Result, error: type[Exception]) -> None:
    async def body(sample: Sample) -> None:
        with pytest.raises(error):
            await previews(sample, tmp_path).send_test(DRAFT, "me@shop.gr", Postbox(result))

    in_sample(tmp_path, body)


@pytest.mark.parametrize("address", ["", "me", "a@b.gr, c@d.gr"])
def test_a_test_mail_needs_one_address(tmp_path: Path, address: str) -> None:
    async def body(sample: Sample) -> None:
        postbox = Postbox()
        with pytest.raises(InvalidInput):
            await previews(sample, tmp_path).send_test(DRAFT, address, postbox)
        assert postbox.mails == []

    in_sample(tmp_path, body)

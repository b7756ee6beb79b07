"""Composing for the queue: whose sender it is, and that nothing is made which could not be unsubscribed from."""

from __future__ import annotations

import asyncio
import sqlite3
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.mail.composer import CampaignComposer
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail.transport import OutgoingMail
from kkdesk.services.queue.records import Addressee, FrozenCampaign, MailTemplate
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile

LINKS = {"EMAIL_TRACKING_SECRET": "s", "NEXTAUTH_URL": "https://crm.example.gr/app"}


def composer(folder: Path, env: dict[str, str]) -> CampaignComposer:
    settings = Settings(Profile.at(folder, env), env)
    return CampaignComposer(settings, Secrets(settings, str(folder)))


def customer_row() -> sqlite3.Row:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row: sqlite3.Row = connection.execute(
        "SELECT 'cust_1' AS id, 'Κώστας' AS first_name, NULL AS last_name, "
        "'a@b.gr' AS email, '' AS phone, '69' AS mobile"
    ).fetchone()
    connection.close()
    return row


def mail(folder: Path, env: dict[str, str], from_email: str = "", to: str = " A@B.gr ") -> OutgoingMail:
    campaign = FrozenCampaign(
        "camp_1", "org_1", "Χειμερινά", "{{vocative}}, {{phone}}", "<p>{{email}}</p>", "<p>Υ</p>", from_email
    )
    template = asyncio.run(composer(folder, env).compile(campaign))
    return template.render(Addressee("rcpt_1", "camp_1", to, "<1@kk.example>", customer_row()), 1_700_000_000)


def test_a_mail_for_a_row_of_the_database(tmp_path: Path) -> None:
    made = mail(
        tmp_path,
        {
            **LINKS,
            "SMTP_FROM": "KK Tires <info@kktires.gr>",
            "SMTP_REPLY_TO": "sales@kktires.gr",
            "EMAIL_FEEDBACK_SENDER": "kktires",
        },
    )
    message = message_from_bytes(made.content, policy=default)
    assert (made.sender, made.recipient, made.message_id) == ("info@kktires.gr", "A@b.gr", "<1@kk.example>")
    assert message["Subject"] == "Κώστα, 69"
    assert message["Reply-To"] == "sales@kktires.gr"
    assert message["List-Id"] == "<newsletter.kktires.gr>"
    assert message["Feedback-ID"] == "camp_1:newsletter:kkdesk:kktires"
    assert message["Auto-Submitted"] is None
    unsubscribe = Signer("s", "https://crm.example.gr").unsubscribe_url("camp_1", "rcpt_1")
    assert message["List-Unsubscribe"] == f"<{unsubscribe}>"
    html = message.get_body(("html",))
    assert html is not None
    assert (
        html.get_content()
        .replace("\r\n", "\n")
        .startswith('<p>a@b.gr</p>\n<div style="margin-top:24px"><p>Υ</p></div>\n<img ')
    )


@pytest.mark.parametrize(
    ("env", "from_email", "sender"),
    [
        ({"SMTP_FROM": "info@kktires.gr", "SMTP_HOST": "mail"}, "Πωλήσεις <sales@kktires.gr>", "sales@kktires.gr"),
        ({"SMTP_USER": "user@kktires.gr", "SMTP_HOST": "mail"}, " ", "user@kktires.gr"),
        ({"SMTP_USER": "user"}, "", "kkdesk@mail-folder.invalid"),
    ],
)
def test_whose_sender(tmp_path: Path, env: dict[str, str], from_email: str, sender: str) -> None:
    assert mail(tmp_path, {**LINKS, **env}, from_email).sender == sender


@pytest.mark.parametrize(
    "env",
    [
        {"EMAIL_TRACKING_SECRET": "s", "SMTP_FROM": "info@kktires.gr"},
        {**LINKS, "NEXTAUTH_URL": "crm.example.gr", "SMTP_FROM": "info@kktires.gr"},
        {**LINKS, "SMTP_HOST": "mail.example", "SMTP_USER": "user"},
        {**LINKS, "SMTP_FROM": "KK Tires"},
        {**LINKS, "SMTP_FROM": "info@kktires.gr", "SMTP_REPLY_TO": "x"},
        {**LINKS, "SMTP_FROM": "info@kktires.gr", "EMAIL_FEEDBACK_SENDER": "x"},
    ],
)
def test_what_is_missing_is_said_before_anything_is_made(tmp_path: Path, env: dict[str, str]) -> None:
    with pytest.raises(NotConfigured):
        asyncio.run(composer(tmp_path, env).check())
    with pytest.raises(NotConfigured):
        mail(tmp_path, env)


def test_the_check_passes_when_nothing_is_missing(tmp_path: Path) -> None:
    asyncio.run(composer(tmp_path, LINKS).check())
    with pytest.raises(NotConfigured):
        asyncio.run(composer(tmp_path, LINKS).check("not an address"))


def test_message_ids_are_of_the_senders_domain(tmp_path: Path) -> None:
    campaign = FrozenCampaign("camp_1", "org_1", "Χ", "Θ", "", "", "KK <info@ΕΛΑΣΤΙΚΆ.gr>")
    template: MailTemplate = asyncio.run(composer(tmp_path, LINKS).compile(campaign))
    assert template.message_domain == "xn--hxajlrfd1di.gr"


def test_one_bad_address_is_this_recipients_alone(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        mail(tmp_path, LINKS, to="a@b.gr, c@d.gr")

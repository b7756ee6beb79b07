"""Mails without tracking: no pixel, links as they were written, the ways to unsubscribe, and nothing else different."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given

from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.inject import PIXEL
from kkdesk.services.mail.inline_images import InlineImage
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail.transport import OutgoingMail
from kkdesk.services.queue.records import Addressee, FrozenCampaign
from tests.services.mail.test_campaign_template import PICTURE, VALUES, compiled, soup
from tests.services.mail.test_composer import LINKS, composer, customer_row
from tests.services.mail.test_dkim_signature import signer, verifies
from tests.vectors import Vector, name, vectors

SIGNER = Signer("vector-secret-1", "https://crm.example.gr")
ORIGINAL = 'href="https://kktires.gr/?a=1&amp;b=2"'
HTML = (
    f'<p>{{{{firstName}}}}</p><a {ORIGINAL}>x</a><a href=\'https://kktires.gr/{{{{city}}}}\'>y</a>'
    '<a href="{{company}}">z</a><a href=https://kktires.gr/bare>b</a><a href="mailto:a@b.gr">m</a><img src="p.gif">'
)  # fmt: skip
CLICK = "https://crm.example.gr/api/email/click"
OPEN = "https://crm.example.gr/api/email/tracking"


def builder(campaign: CompiledCampaign) -> MailBuilder:
    files = [Attachment("α.pdf", "application/pdf", b"x" * 9_000)]
    return MailBuilder(campaign, "KK <info@kktires.gr>", attachments=files, list_id="n.kktires.gr", dkim=signer())


def build(by: MailBuilder) -> OutgoingMail:
    values = {**VALUES, "company": "https://kktires.gr/w"}
    return by.build("rcpt_1", "g@mail1.example", values, message_id="<1.a@kktires.gr>", date=1_700_000_000)


def parsed(mail: OutgoingMail) -> EmailMessage:
    message = message_from_bytes(mail.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


@given(html=soup)
def test_it_is_the_mail_compiled_without_tracking(html: str) -> None:
    campaign = compiled(html, "{{firstName}}", '<a href="https://kk.gr">KK</a>')
    plain = compiled(html, "{{firstName}}", '<a href="https://kk.gr">KK</a>', track_opens=False, track_clicks=False)
    before = campaign.render("rcpt_1", VALUES)
    assert campaign.untracked().render("rcpt_1", VALUES) == plain.render("rcpt_1", VALUES)
    assert campaign.render("rcpt_1", VALUES) == before, "the tracked one is what it was"


@pytest.mark.parametrize("vector", vectors("mail_full"), ids=name)
def test_no_vectors_mail_leads_to_the_endpoints_but_to_unsubscribe(vector: Vector) -> None:
    asked = vector["input"]
    campaign = CompiledCampaign.compile(
        campaign_id=asked["campaign"]["id"],
        subject=asked["campaign"]["subject"],
        html=asked["campaign"]["content"],
        signature_html=asked["signature_html"],
        signer=SIGNER,
    ).untracked()
    mail = campaign.render("rcpt_1", VALUES)
    assert set(re.findall(r"https://crm\.example\.gr/\S*?(?=\?)", mail.html + mail.text)) == {
        "https://crm.example.gr/api/unsubscribe"
    }
    assert mail.html.count(mail.unsubscribe_url) == 1
    assert mail.unsubscribe_url in mail.text


def test_but_for_pixel_and_links_it_is_the_same_to_the_last_byte() -> None:
    picture = InlineImage("p.gif", "image/gif", PICTURE, "logo.gif")
    campaign = compiled(HTML, "Θέμα {{firstName}}", "<p>Υ</p>", inline_images=[picture])
    tracking = builder(campaign)
    tracked, untracked = build(tracking), build(tracking.untracked())
    html = text_of(parsed(tracked), "html")
    pixel = SIGNER.open_url("camp_1", "rcpt_1").join(PIXEL)
    assert pixel in html
    html = html.replace(pixel, "")
    city = "https://kktires.gr/%CE%9D%CE%AD%CE%B1%20%CE%99%CF%89%CE%BD%CE%AF%CE%B1"
    for destination, written in (
        ("https://kktires.gr/?a=1&b=2", 'https://kktires.gr/?a=1&amp;b=2"'),
        (city, city + "'"),
        ("https://kktires.gr/w", 'https://kktires.gr/w"'),
    ):
        click = SIGNER.click_url("camp_1", "rcpt_1", destination)
        assert html.count(click) == 1
        html = html.replace(click + written[-1], written)
    html = html.replace(
        f'"{SIGNER.click_url("camp_1", "rcpt_1", "https://kktires.gr/bare")}"', "https://kktires.gr/bare"
    )
    assert text_of(parsed(untracked), "html") == html
    assert CLICK not in html
    assert OPEN not in html
    assert verifies(untracked.content)
    # Whatever is not the HTML: headers without the signature, boundaries, text, picture, file.
    around = [re.sub(rb"(?s)^DKIM-Signature: .*?\r\n(?=\S)", b"", mail.content) for mail in (tracked, untracked)]
    start, end = b"Content-Type: text/html", b"Content-Type: image/gif"
    assert all(start in mail and end in mail for mail in around)
    assert around[0].partition(start)[0] == around[1].partition(start)[0]
    assert around[0].partition(end)[2] == around[1].partition(end)[2]
    assert (tracked.sender, tracked.recipient) == (untracked.sender, untracked.recipient)


def test_the_composer_makes_both_of_one_campaign(tmp_path: Path) -> None:
    frozen = FrozenCampaign("camp_1", "org_1", "Χ", "Θ", f"<p>{{{{firstName}}}}</p><a {ORIGINAL}>x</a>", "", "a@kk.gr")
    template = asyncio.run(composer(tmp_path, LINKS).compile(frozen))
    addressee = Addressee("rcpt_1", "camp_1", "a@b.gr", "<1@kk.example>", customer_row())
    for tracked in (True, False, True, False):
        mail = template.render(replace(addressee, tracked=tracked), 1_700_000_000)
        html = text_of(parsed(mail), "html")
        assert (CLICK in html, OPEN in html, ORIGINAL in html) == (tracked, tracked, not tracked)
        unsubscribe = Signer("s", "https://crm.example.gr").unsubscribe_url("camp_1", "rcpt_1")
        assert parsed(mail)["List-Unsubscribe"] == f"<{unsubscribe}>"
        assert parsed(mail)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert unsubscribe in html
        assert unsubscribe in text_of(parsed(mail), "plain")

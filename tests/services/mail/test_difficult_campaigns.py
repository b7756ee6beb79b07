"""Thirty campaigns that are hard to carry: their mails are well-formed, and are shown as before tracking was added."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import strict
from pathlib import Path

import pytest

from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.personalise import personalise_html
from kkdesk.services.mail.tracking import Signer
from tests.servers.chromium import Browser, browser
from tests.services.mail.dom import ORIGIN, Node, rendered_dom, without_tracking

FOLDER = Path(__file__).parents[2] / "data" / "difficult_campaigns"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
VALUES = {
    "firstName": "Γιώργος",
    "lastName": "",
    "company": "ΕλαστικάΩ",
    "city": "Πάτρα",
    "email": "g@mail1.example",
    "phone": "2101234567",
    "vocative": "Γιώργο",
}
SIGNATURE = '<p>Με εκτίμηση,<br><a href="https://kktires.example/">KK Tires</a> 🛞</p>'
#: Those whose style sheets go into the elements: how they look is compared instead of `style`.
STYLED = {"style_sheets", "fields_everywhere", "svg_and_math", "raw_text_elements"}


@functools.cache
def source(name: str) -> str:
    return (FOLDER / f"{name}.html").read_bytes().decode("utf-8")


def compiled(name: str, *, signature: str = "", track: bool = True) -> CompiledCampaign:
    return CompiledCampaign.compile(
        campaign_id="camp_1",
        subject=f"Δύσκολη καμπάνια {name} για {{{{firstName}}}} 🚗 {name * 9}",
        html=source(name),
        signature_html=signature,
        signer=Signer("s", ORIGIN),
        track_clicks=track,
        track_opens=track,
    )


def test_there_are_thirty() -> None:
    assert len(NAMES) == 30


@pytest.mark.parametrize("files", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_the_mail_parses_without_defects(name: str, files: int) -> None:
    campaign = compiled(name, signature=SIGNATURE)
    attached = [Attachment(f"τιμοκατάλογος {name}.pdf", "application/pdf", b"%PDF\n.\r\n" * 99)] * files
    builder = MailBuilder(
        campaign,
        "Ελαστικά ΚΚ Πάτρας <info@kktires.example>",
        reply_to="sales@kktires.example",
        feedback_id="camp_1:newsletter:kkdesk:kktires",
        list_id="newsletter.kktires.example",
        attachments=attached,
    )
    mail = builder.build("rcpt_1", "g@mail1.example", VALUES, message_id="<1@kktires.example>", date=1_700_000_000)
    assert mail.content.isascii()
    lines = mail.content.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines)
    head = lines[: lines.index(b"")]
    # An address cannot be folded: List-Unsubscribe is as long as it is.
    assert all(len(line) <= 78 for line in head if not line.startswith(b"List-Unsubscribe: "))
    assert all(len(line) <= 78 for line in lines[len(head) :])
    assert all(len(line) <= 998 for line in head)
    message = message_from_bytes(mail.content, policy=strict)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
        assert all(not header.defects for header in part.values())
    expected = campaign.render("rcpt_1", VALUES)
    for kind, text in (("html", expected.html), ("plain", expected.text)):
        part = message.get_body((kind,))
        assert part is not None
        assert part.get_content().replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")
    assert len(list(message.iter_attachments())) == files
    assert message["Subject"] == expected.subject


@pytest.fixture(scope="module")
def reader() -> Iterator[Browser]:
    with browser() as tab:
        tab.open("about:blank")
        yield tab


def shown(reader: Browser, name: str, html: str, campaign: CompiledCampaign) -> tuple[Node, str]:
    node, mode = rendered_dom(reader, html, styled=name in STYLED)
    sources = {f"cid:{image.content_id}": image.source for image in campaign.inline_images}
    return without_tracking(node, sources, styled=name in STYLED), mode


@pytest.mark.parametrize("name", NAMES)
def test_it_is_shown_as_before_tracking_was_added(reader: Browser, name: str) -> None:
    campaign = compiled(name)
    tracked = campaign.render("rcpt_1", VALUES).html
    before = personalise_html(source(name), VALUES).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    assert f"{ORIGIN}/api/unsubscribe?cid=camp_1&rid=rcpt_1" in tracked
    assert shown(reader, name, tracked, campaign) == shown(reader, name, before, campaign)

"""Finished mails: the web CRM's whole-mail vectors, and parsing back whatever was put in."""

from __future__ import annotations

import base64
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.email_address import EnvelopeAddress
from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.css import inline_css
from kkdesk.services.mail.inline_images import InlineImage
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.mime_headers import address_header
from kkdesk.services.mail.personalise import merge_values, one_line
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail.transport import OutgoingMail
from tests.vectors import Vector, name, vectors

SIGNER = Signer("vector-secret-1", "https://crm.example.gr")
SENDER = "KK Tires <info@kktires.example>"
PICTURE = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
DATE = 1_700_000_000

#: Header names of every mail: the web CRM's and, on purpose, ours.
HEADERS = {
    "date", "from", "list-unsubscribe", "message-id", "mime-version", "subject", "to", "content-type",
    "list-unsubscribe-post", "precedence", "x-kkdesk-recipient",
}  # fmt: skip


def campaign(html: str = "<p>x</p>", subject: str = "Θέμα", **options: Any) -> CompiledCampaign:
    return CompiledCampaign.compile(campaign_id="camp_1", subject=subject, html=html, signer=SIGNER, **options)


def build(builder: MailBuilder, to: str = "g@mail1.example", values: dict[str, str] | None = None) -> OutgoingMail:
    return builder.build("rcpt_1", to, values or {}, message_id="<1.a@kktires.example>", date=DATE)


def parsed(mail: OutgoingMail) -> EmailMessage:
    """Read back by the standard library, after checking what every mail on the wire must be."""
    lines = mail.content.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    body_at = lines.index(b"")
    # Encoded text has 76; the standard library folds the headers of files at 78.
    assert all(len(line) <= (78 if line.startswith(b" filename") else 76) for line in lines[body_at:])
    assert all(len(line) <= 998 for line in lines)
    message = message_from_bytes(mail.content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def part_text(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(("html" if subtype == "html" else "plain",))
    assert part is not None
    assert part["Content-Transfer-Encoding"] == "quoted-printable"
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n").removesuffix("\n")


def mail_of(vector: Vector) -> OutgoingMail:
    asked, env = vector["input"], vector["env"]
    signer = Signer(env["EMAIL_TRACKING_SECRET"], env["NEXTAUTH_URL"])
    compiled = CompiledCampaign.compile(
        campaign_id=asked["campaign"]["id"],
        subject=asked["campaign"]["subject"],
        html=asked["campaign"]["content"],
        signature_html=asked["signature_html"],
        signer=signer,
    )
    builder = MailBuilder(compiled, asked["campaign"]["from_email"] or env["SMTP_FROM"])
    customer = asked["customer"]
    values = merge_values(customer, compiled.fields)
    return builder.build(asked["recipient_id"], customer["email"], values, message_id="<1@kk.example>", date=DATE)


def right_html(vector: Vector) -> str:
    """The HTML that is right: the web CRM's, but for what its own vectors elsewhere call bugs."""
    html: str = vector["expected"]["mail"]["html"]
    click = SIGNER.click_url
    if vector["name"] == "mail/newsletter-no-company":
        # Entities end up in the destination, and links without quotes are not tracked.
        whole = "https://kktires.example/?utm_source=news&utm_medium=email&utm_campaign=%CF%87%CE%B5%CE%B9%CE%BC"
        html = re.sub(r'https://crm[^"]*%26amp%3B[^"]*', lambda _: click("camp_1", "rcpt_1", whole), html)
        bare = "https://kktires.example/unquoted"
        html = html.replace(f"href={bare}>", f'href="{click("camp_1", "rcpt_1", bare)}">')
    elif vector["name"] == "mail/to-with-name":
        # Customer data is put into HTML unescaped.
        html = html.replace("Γιώργος <g@mail1.example>", "Γιώργος &lt;g@mail1.example&gt;")
    elif vector["name"] == "mail/dollar-patterns-in-data":
        # Dollar patterns in customer data are interpreted.
        html = "<p>A$$B $&amp; ΙΚΕ / $`x$&#x27; / $1</p>" + html[html.index("<img ") :]
    elif vector["name"] == "mail/turkish-dotted-i":
        # Signature, pixel and footer land inside the closing tag.
        signature = re.search(r"\n<div style=\"margin-top:24px\">.*</div>\n", html)
        assert signature is not None
        rest = html[html.index("<img ") :]
        html = html[: html.index("</body")] + signature[0] + rest + "</body></html>"
    return html


@pytest.mark.parametrize("vector", vectors("mail_full"), ids=name)
def test_mails_are_the_web_crms(vector: Vector) -> None:
    if vector["name"] == "mail/to-two-addresses":
        # The web CRM mails both addresses of one field; here the person is told.
        with pytest.raises(InvalidInput):
            mail_of(vector)
        return
    mail, expected = mail_of(vector), vector["expected"]["mail"]
    message = parsed(mail)
    assert [mail.recipient] == expected["envelope_to"]
    assert mail.sender == expected["envelope_from"]
    assert str(message["From"]) == expected["from"]
    assert str(message["To"]) == expected["to"]
    assert message["List-Unsubscribe"] == expected["list_unsubscribe"]
    subject = "A$$B $& ΙΚΕ – $`x$'" if vector["name"] == "mail/dollar-patterns-in-data" else expected["subject"]
    assert message["Subject"] == subject
    # What its style sheet says stands in the elements besides; the web CRM leaves that to the mail programs.
    assert part_text(message, "html") == inline_css(right_html(vector)).html
    # On purpose ours: a text part, one-click unsubscribing (RFC 8058), and what ties a bounce to its recipient.
    assert {key.lower() for key in message} == HEADERS
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-KKDesk-Recipient"] == vector["input"]["recipient_id"]
    assert expected["list_unsubscribe"].strip("<>") in part_text(message, "plain")


texts = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=60)
greek = st.text(alphabet="αβγ άέή ΩΪς🚗👨‍👩‍👧 .=?_<>&\"'\n\t\x0b\x85\u2028", max_size=200)


@given(value=greek | texts, subject=greek | texts)
def test_parses_back_to_what_was_put_in(value: str, subject: str) -> None:
    compiled = campaign("<p>{{company}}</p>\n.\n<i>{{company}} </i>", subject + "{{company}}", track_opens=False)
    message = parsed(build(MailBuilder(compiled, SENDER), values={"company": value}))
    rendered = compiled.render("rcpt_1", {"company": value})
    assert part_text(message, "html") == rendered.html
    assert part_text(message, "plain") == rendered.text.removesuffix("\n")
    assert " ".join(str(message["Subject"]).split()) == " ".join(one_line(subject + value).split())


@given(subject=st.text(alphabet="ab =?_ζ", max_size=200))
def test_subjects_of_any_length_survive(subject: str) -> None:
    message = parsed(build(MailBuilder(campaign(subject=subject), SENDER)))
    assert str(message["Subject"]).strip() == subject.strip()


evil = st.text(alphabet=st.characters() | st.sampled_from("\r\n:"), max_size=80).map(
    lambda text: f"x\r\nBcc: a@b.gr\n\n{text}"
)


@given(evil=evil)
def test_no_value_becomes_a_header(evil: str) -> None:
    compiled = campaign(subject="Για {{company}}")
    builder = MailBuilder(compiled, SENDER, attachments=[Attachment(evil, f"text/plain{evil}", b"x")])
    mail = builder.build(evil, "g@mail1.example", {"company": evil}, message_id="<1@kk.example>", date=DATE)
    message = message_from_bytes(mail.content, policy=default)
    assert {key.lower() for key in message} == HEADERS
    assert "Bcc" not in message and message.get_all("Subject") is not None
    assert len(message.get_all("Subject", [])) == 1


@pytest.mark.parametrize("message_id", ["", "1@kk", "<1@kk>\r\nBcc: x", "<1 2@kk>", "<κ@kk>", "<1>"])
def test_a_message_id_is_one(message_id: str) -> None:
    with pytest.raises(ValueError, match="not a Message-ID"):
        MailBuilder(campaign(), SENDER).build("rcpt_1", "g@mail1.example", {}, message_id=message_id, date=DATE)


@pytest.mark.parametrize(("list_id", "feedback_id"), [("α.gr", ""), ("", "a:b\r\nBcc: x"), ("a\n.gr", "")])
def test_machine_made_headers_take_no_free_text(list_id: str, feedback_id: str) -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        MailBuilder(campaign(), SENDER, list_id=list_id, feedback_id=feedback_id)


@pytest.mark.parametrize("sender", ["", "KK Tires", "a@b.gr, c@d.gr", "a@b.gr\r\nBcc: x@y.gr"])
def test_without_a_sender_nothing_is_built(sender: str) -> None:
    with pytest.raises(NotConfigured) as caught:
        MailBuilder(campaign(), sender)
    assert "SMTP_FROM" in caught.value.message("el")
    with pytest.raises(NotConfigured):
        MailBuilder(campaign(), SENDER, reply_to=sender or "x")


@pytest.mark.parametrize("to", ["", "nobody", "a@b.gr\r\nBcc: x@y.gr", "a@b.gr;c@d.gr"])
def test_a_bad_address_is_refused(to: str) -> None:
    with pytest.raises(InvalidInput):
        build(MailBuilder(campaign(), SENDER), to)


def test_optional_headers() -> None:
    builder = MailBuilder(
        campaign(),
        '"KK Tires, \\"Λάστιχα\\"" <info@kktires.example>',
        reply_to="Πωλήσεις, Αθήνα <sales@kktires.example>",
        list_id="news.kktires.example",
        feedback_id="camp_1:campaign:kkdesk:kktires",
    )
    message = parsed(build(builder))
    assert message["List-Id"] == "<news.kktires.example>"
    assert message["Feedback-ID"] == "camp_1:campaign:kkdesk:kktires"
    assert message["Precedence"] == "bulk"
    assert message["Date"].datetime.timestamp() == DATE
    (reply,) = message["Reply-To"].addresses
    assert (reply.display_name, reply.addr_spec) == ("Πωλήσεις, Αθήνα", "sales@kktires.example")
    (sender,) = message["From"].addresses
    assert sender.addr_spec == "info@kktires.example"


@given(display=st.text(alphabet='ab ,"\\Γ.=?', min_size=1, max_size=120))
def test_display_names_survive(display: str) -> None:
    line = address_header("To", EnvelopeAddress("g@mail1.example", name=display))
    assert all(len(part) <= 76 for part in line.split(b"\r\n") if b'"' not in part)
    message = message_from_bytes(line + b"\r\n", policy=default)
    (address,) = message["To"].addresses
    assert address.addr_spec == "g@mail1.example"
    # The standard library reads a blank into a name between two encoded words, where RFC 2047 has none.
    assert "".join(address.display_name.split()) == "".join(display.split())


@pytest.mark.parametrize("display", ["a" * 1200, 'a "b", ' * 300, "\\" * 400, "Χ" * 900])
def test_no_display_name_bursts_the_line(display: str) -> None:
    line = address_header("Reply-To", EnvelopeAddress(f"{'g' * 64}@mail1.example", name=display))
    assert max(map(len, line.split(b"\r\n"))) <= 998
    (address,) = message_from_bytes(line + b"\r\n", policy=default)["Reply-To"].addresses
    assert "".join(address.display_name.split()) == "".join(display.split())


def test_pictures_and_attachments() -> None:
    data = "data:image/gif;base64," + base64.b64encode(PICTURE).decode()
    compiled = campaign(
        f'<img src="{data}"><img src="https://blob.example/λ.png">',
        inline_images=[InlineImage("https://blob.example/λ.png", "image/png", b"png" * 100, "λογότυπο.png")],
    )
    files = [
        Attachment("Τιμοκατάλογος χειμερινών ελαστικών και ζαντών 2024.pdf", "application/pdf", bytes(range(256)) * 20),
        Attachment("../../κακό.eml", "message/rfc822", b"Subject: x\r\n\r\n"),
        Attachment("x\r\nBcc: y", "not a type", b""),
    ]
    message = parsed(build(MailBuilder(compiled, SENDER, attachments=files)))
    assert message.get_content_type() == "multipart/mixed"
    alternative, *attached = message.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    text, related = alternative.iter_parts()
    assert (text.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    html, *pictures = related.iter_parts()
    assert [picture.get_content() for picture in pictures] == [PICTURE, b"png" * 100]
    for picture in pictures:
        assert picture.get_content_disposition() == "inline"
        assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html.get_content()
    assert pictures[1].get_filename() == "λογότυπο.png"
    assert [part.get_content_type() for part in attached] == ["application/pdf"] + ["application/octet-stream"] * 2
    assert [part.get_content() for part in attached] == [file.content for file in files]
    assert [part.get_filename() for part in attached] == [files[0].file_name, ".._.._κακό.eml", "x Bcc: y"]


def test_a_greek_local_part_goes_out_in_utf_8() -> None:
    mail = build(MailBuilder(campaign(), SENDER), "γιώργος@ΕΛΑΣΤΙΚΆ.gr")
    assert mail.recipient == "γιώργος@xn--hxajlrfd1di.gr"
    assert "\r\nTo: γιώργος@xn--hxajlrfd1di.gr\r\n".encode() in b"\r\n" + mail.content


def test_without_a_greek_address_the_mail_is_ascii() -> None:
    assert build(
        MailBuilder(campaign("<p>{{company}}</p>", "{{company}}"), SENDER), values={"company": "Ω🚗"}
    ).content.isascii()


def test_bodies_of_two_mails_share_nothing_personal() -> None:
    builder = MailBuilder(campaign("<p>{{firstName}}</p>", "{{firstName}}"), SENDER)
    one = build(builder, values={"firstName": "Άννα"})
    two = builder.build("rcpt_2", "h@mail1.example", {"firstName": "Ζωή"}, message_id="<2@kk.example>", date=DATE)
    assert "Ζωή" in part_text(parsed(two), "html")
    assert "Άννα" not in part_text(parsed(two), "html") and "rcpt_1" not in two.content.decode()
    assert one.content != two.content

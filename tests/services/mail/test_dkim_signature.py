"""DKIM: whatever is signed verifies with dkimpy, also as a real mail server delivers it; whatever is changed does not."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kkdesk.model.errors import NotConfigured
from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.composer import CampaignComposer
from kkdesk.services.mail.dkim_signature import (
    SIGNED_HEADERS,
    DkimSettings,
    DkimSigner,
    canonical_body,
    canonical_lines,
)
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.smtp_connect import SmtpServer
from kkdesk.services.mail.tracking import Signer
from kkdesk.services.mail.transport import OutgoingMail, nothing_to_note
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.servers.mta import MailServer

DATE = 1_700_000_000
LINKS = {"EMAIL_TRACKING_SECRET": "s", "NEXTAUTH_URL": "https://crm.example.gr"}


@functools.cache
def private_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(
    form: PrivateFormat = PrivateFormat.TraditionalOpenSSL,
    encryption: KeySerializationEncryption | None = None,
    bits: int = 2048,
) -> str:
    return private_key(bits).private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


@functools.cache
def signer() -> DkimSigner:
    return DkimSigner(DkimSettings("kktires.gr", "s1", pem()))


def verifies(mail: bytes, by: DkimSigner | None = None) -> bool:
    record = (by or signer()).public_record.encode()
    names: list[bytes] = []

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        names.append(name)
        return record

    verdict = dkim.verify(mail, dnsfunc=look_up)
    assert names == [b"s1._domainkey.kktires.gr."]
    return bool(verdict)


def mail(to: str = "g@mail1.example", attachment: bytes | None = b"\x00 file") -> OutgoingMail:
    campaign = CompiledCampaign.compile(
        campaign_id="camp_1",
        subject="Χειμερινά  ελαστικά για {{company}}",
        html='<p>Γεια\t  σας  {{company}}</p>\n.\n..\n<a href="https://kktires.gr/?a=1&b=2">x</a>  \n',
        signer=Signer("s", "https://crm.example.gr"),
    )
    files = [] if attachment is None else [Attachment("α.bin", "application/pdf", attachment)]
    builder = MailBuilder(
        campaign,
        "Ελαστικά ΚΚ <info@kktires.gr>",
        reply_to="sales@kktires.gr",
        feedback_id="camp_1:newsletter:kkdesk:kktires",
        attachments=files,
        dkim=signer(),
    )
    return builder.build("rcpt_1", to, {"company": "Α   & Β"}, message_id="<1@kktires.gr>", date=DATE)


@pytest.mark.parametrize("attachment", [None, b"", b"x" * 50_000])
@pytest.mark.parametrize("to", ["g@mail1.example", "γιώργος@mail1.example"])
def test_a_campaigns_mail_verifies(to: str, attachment: bytes | None) -> None:
    content = mail(to, attachment).content
    assert content.startswith(b"DKIM-Signature: ")
    assert all(len(line) <= 78 for line in content.partition(b"\r\nTo:")[0].split(b"\r\n"))
    assert verifies(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"),
        (b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Last"),
        (b"Feedback-ID: camp_1", b"Feedback-ID: camp_2"),
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nFrom: boss@kktires.gr\r\n"),
        (b"\r\nFrom: ", b"\r\nFrom: boss@kktires.gr\r\nFrom: "),
        (b"Reply-To: sales@", b"Reply-To: thief@"),
        (b"\r\n--", b"\r\nx\r\n--"),
        (b"Message-ID: <1@", b"Message-ID: <2@"),
        (b"Subject: ", b"Subject: x"),
    ],
)
def test_whatever_is_changed_does_not_verify(old: bytes, new: bytes) -> None:
    content = mail().content
    assert old in content
    assert not verifies(content.replace(old, new, 1))


@pytest.mark.parametrize("name", ["Reply-To", "Feedback-ID", "Content-Transfer-Encoding"])
def test_headers_that_a_mail_has_not_cannot_be_added(name: str) -> None:
    bare = b"From: a@kktires.gr\r\nSubject: x\r\n"
    signed = signer().header(bare, b"x\r\n", at=DATE) + bare
    assert verifies(signed + b"\r\nx\r\n")
    assert verifies(signed + b"X-Other: x\r\n\r\nx\r\n")
    assert not verifies(signed + name.encode() + b": x\r\n\r\nx\r\n")


words = st.text("aβ \t.=\r\n", max_size=30).map(lambda text: text.replace("\r", "").replace("\n", "\r\n").encode())


@settings(max_examples=150)
@given(subject=words, body=words, tail=words)
def test_dkimpy_agrees_whatever_blanks_there_are(subject: bytes, body: bytes, tail: bytes) -> None:
    folded = b" ".join(subject.split(b"\r\n"))
    head = b"From: a@kktires.gr\r\nsubject :" + folded + b"\r\n\t folded \r\n"
    head = head.replace(b"subject :", b"Subject:")
    body += b"\r\n"  # as every mail ends
    header = signer().header(head, body, at=DATE)
    assert verifies(header + head + b"\r\n" + body)
    in_parts = signer().header(head, body, canonical_lines(tail + b"\r\n--end--\r\n"), at=DATE)
    whole = signer().header(head, body + tail + b"\r\n--end--\r\n", at=DATE)
    assert in_parts == whole


@pytest.mark.parametrize(
    ("body", "canonical"), [(b"", b""), (b"\r\n\r\n", b""), (b"a \t b \r\n\r\n", b"a b\r\n"), (b"a", b"a\r\n")]
)
def test_canonical_bodies(body: bytes, canonical: bytes) -> None:
    assert canonical_body(body) == canonical


def test_as_a_mail_server_delivers_it(mta: MailServer) -> None:
    sent = mail()

    async def send() -> None:
        server = SmtpServer(
            host=mta.host,
            port=mta.port,
            secure=False,
            user=mta.user,
            password=mta.password,
            ca_file=str(mta.certificate.authority),
            answer_seconds=60.0,
        )
        transport = SmtpTransport(server, lambda: DATE, connections=1)
        try:
            assert (await transport.send(sent, nothing_to_note)).result == "sent"
        finally:
            await transport.close()

    mta.clear()
    asyncio.run(send())
    mta.wait_for(1)
    (path,) = (mta.folder / "mail" / "new").iterdir()
    delivered = path.read_bytes()
    assert b"Return-path:" in delivered
    assert verifies(delivered)
    assert not verifies(delivered.replace(b"Feedback-ID: camp_1", b"Feedback-ID: camp_2"))


def test_what_is_signed() -> None:
    tag = mail().content.partition(b"h=")[2].partition(b";")[0]
    assert b"".join(tag.split()).decode().split(":") == list(SIGNED_HEADERS)
    assert SIGNED_HEADERS.count("from") == 2
    assert {"list-unsubscribe", "list-unsubscribe-post", "feedback-id"} < set(SIGNED_HEADERS)
    changing = DkimSigner(DkimSettings("kktires.gr", "s1", pem()), message_id_changes=True)
    head = b"From: a@kktires.gr\r\nMessage-ID: <1@x>\r\n"
    signed = changing.header(head, b"x", at=DATE) + head + b"\r\nx"
    assert verifies(signed, changing) and verifies(signed.replace(b"<1@x>", b"<2@x>"), changing)


@pytest.mark.parametrize("form", [PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\\n"])
def test_keys_as_people_have_them(form: PrivateFormat, line_break: str) -> None:
    made = DkimSigner(DkimSettings(" KKTires.gr. ", "S1", pem(form).replace("\n", line_break)))
    assert (made.domain, made.public_record) == ("kktires.gr", signer().public_record)


def bad_settings() -> list[DkimSettings]:
    other = ed25519.Ed25519PrivateKey.generate()
    foreign = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    locked = pem(PrivateFormat.PKCS8, BestAvailableEncryption(b"p"))
    return [
        DkimSettings("kktires.gr", "s1", ""),
        DkimSettings("kktires.gr", "s1", "κλειδί"),
        DkimSettings("kktires.gr", "s1", pem()[:-200]),
        DkimSettings("kktires.gr", "s1", foreign),
        DkimSettings("kktires.gr", "s1", locked),
        DkimSettings("kktires.gr", "", pem()),
        DkimSettings("kktires.gr", "a; b", pem()),
        DkimSettings("kktires", "s1", pem()),
        DkimSettings("kk tires.gr", "s1", pem()),
    ]


@pytest.mark.parametrize("number", range(9))
def test_what_is_no_use_is_said_when_it_is_loaded(number: int) -> None:
    with pytest.raises(NotConfigured, match="DKIM"):
        DkimSigner(bad_settings()[number])


@pytest.mark.parametrize("key", [{}, {"DKIM_PRIVATE_KEY": "x"}])
def test_the_composer_says_so_before_anything_is_made(tmp_path: Path, key: dict[str, str]) -> None:
    env = {**LINKS, "DKIM_DOMAIN": "kktires.gr", "DKIM_SELECTOR": "s1"}
    for variables, fails in (({**env, **key}, True), ({**env, "DKIM_PRIVATE_KEY": pem()}, False)):
        chosen = Settings(Profile.at(tmp_path, variables), variables)
        check = CampaignComposer(chosen, Secrets(chosen, str(tmp_path))).check()
        if fails:
            with pytest.raises(NotConfigured, match="DKIM"):
                asyncio.run(check)
        else:
            asyncio.run(check)

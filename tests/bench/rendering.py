"""Microseconds for one mail with 20 links, alone and with an attachment of 1 MB, signed (DKIM) and not.

Beside it the standard library makes the same mail: `EmailMessage` from the same texts, each part encoded for each
mail, as one would write it without much thought; dkimpy signs it. Turn about, medians; the ratio says how many mails
are made in the time that the plain way takes for one.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kkdesk.model.clock import athens_time
from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.dkim_signature import SIGNED_HEADERS, DkimSettings, DkimSigner
from kkdesk.services.mail.message import Attachment, MailBuilder
from kkdesk.services.mail.tracking import Signer
from tests.bench import Context

_SENDER, _RECIPIENT, _DATE = "KK Tires <info@kktires.example>", "g@mail1.example", 1_700_000_000
_BODY = "".join(
    f'<p>Αγαπητέ {{{{firstName|φίλε πελάτη}}}}, προσφορά {n}: <a href="https://www.kktires.example/offers/{n}?a=1&b=2">'
    "δείτε ελαστικά τεσσάρων εποχών σε τιμές γνωριμίας</a> ως το τέλος του μήνα.</p>\n"
    for n in range(20)
)
_VALUES = {"firstName": "Γιώργος"}


def measure(_context: Context, rounds: int = 5) -> dict[str, int | float]:
    """Medians of the rounds in microseconds, and their ratios."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    signer = DkimSigner(DkimSettings("kktires.example", "s1", pem.decode("ascii")))
    campaign = CompiledCampaign.compile(
        campaign_id="camp_bench",
        subject="Προσφορά για {{firstName}}",
        html=_BODY,
        signer=Signer("bench", "https://crm.example"),
    )
    results: dict[str, int | float] = {"links": 20}
    for name, attachment in (("20 links", b""), ("20 links + 1 MB", os.urandom(1_000_000))):
        for signed in (False, True):
            files = [Attachment("τιμές.pdf", "application/pdf", attachment)] if attachment else []
            builder = MailBuilder(campaign, _SENDER, attachments=files, dkim=signer if signed else None)
            ours = _ours(builder)
            plain = _plain(campaign, attachment, pem if signed else b"")
            case = f"{name}, DKIM" if signed else name
            results |= _compared(case, ours, plain, rounds, 300 if not attachment else 100)
    return results


def _compared(
    case: str, ours: Callable[[int], bytes], plain: Callable[[int], bytes], rounds: int, repeats: int
) -> dict[str, int | float]:
    taken, beside = [], []
    for _ in range(rounds):
        taken.append(_microseconds(ours, repeats))
        beside.append(_microseconds(plain, max(3, repeats // 30)))
    ratio = statistics.median(other / own for own, other in zip(taken, beside, strict=True))
    return {
        f"µs a mail, {case}": round(statistics.median(taken)),
        f"µs, EmailMessage, {case}": round(statistics.median(beside)),
        f"times as fast, {case}": round(ratio, 1),
    }


def _microseconds(make: Callable[[int], bytes], repeats: int) -> float:
    make(0)
    began = time.perf_counter()
    for number in range(repeats):
        make(number)
    return (time.perf_counter() - began) / repeats * 1e6


def _ours(builder: MailBuilder) -> Callable[[int], bytes]:
    def make(number: int) -> bytes:
        message_id = f"<{number}@kktires.example>"
        return builder.build(f"rcpt_{number}", _RECIPIENT, _VALUES, message_id=message_id, date=_DATE).content

    return make


def _plain(campaign: CompiledCampaign, attachment: bytes, pem: bytes) -> Callable[[int], bytes]:
    def make(number: int) -> bytes:
        texts = campaign.render(f"rcpt_{number}", _VALUES)
        message = EmailMessage(policy=SMTP)
        message["To"] = _RECIPIENT
        message["Subject"] = texts.subject
        message["Date"] = format_datetime(athens_time(_DATE))
        message["Message-ID"] = f"<{number}@kktires.example>"
        message["List-Unsubscribe"] = f"<{texts.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["From"] = _SENDER
        message["Precedence"] = "bulk"
        message.set_content(texts.text, cte="quoted-printable")
        message.add_alternative(texts.html, subtype="html", cte="quoted-printable")
        if attachment:
            message.add_attachment(attachment, "application", "pdf", filename="τιμές.pdf")
        content = message.as_bytes()
        if not pem:
            return content
        canonical = (b"relaxed", b"relaxed")
        names = [name.encode("ascii") for name in SIGNED_HEADERS]
        signature: bytes = dkim.sign(
            content, b"s1", b"kktires.example", pem, canonicalize=canonical, include_headers=names
        )
        return signature + content

    return make

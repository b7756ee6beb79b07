"""The finished mail: RFC 5322 bytes for one recipient.

Everything that is the same in all mails of a campaign (header lines, encoded text between the gaps, pictures,
attachments) is encoded once. Building one mail then is filling gaps and joining bytes.
"""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import athens_time
from kkdesk.model.email_address import EnvelopeAddress, for_envelope
from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.mail.campaign_template import CompiledCampaign
from kkdesk.services.mail.dkim_signature import DkimSigner, canonical_lines
from kkdesk.services.mail.mime_headers import address_header, text_header, token_header
from kkdesk.services.mail.personalise import MergeValues, one_line
from kkdesk.services.mail.quoted_printable import EncodedText
from kkdesk.services.mail.slots import Filling
from kkdesk.services.mail.tracking import well_formed
from kkdesk.services.mail.transport import OutgoingMail
from kkdesk.services.mail.verp import return_path

_MIME_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.IGNORECASE | re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_UTF8_PART: Final = b"Content-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that every mail of a campaign carries."""

    file_name: str
    mime_type: str
    content: bytes


class MailBuilder:
    """Makes the mails of one campaign. Safe to share between tasks."""

    def __init__(
        self,
        campaign: CompiledCampaign,
        sender: str,
        *,
        reply_to: str = "",
        bounce_address: str = "",
        attachments: Sequence[Attachment] = (),
        list_id: str = "",
        feedback_id: str = "",
        dkim: DkimSigner | None = None,
    ) -> None:
        """`sender` is an address with or without a name, as in SMTP_FROM.

        `bounce_address` is what bounces come back to (see `verp`); without one they come to the sender.
        `list_id` (RFC 2919, without brackets) and `feedback_id` (Gmail's `a:b:c:SenderId`) are left out when empty.
        `dkim` signs every mail. Raises `NotConfigured` when sender or reply-to is missing or no address.
        """
        self._sender = _configured(sender, "SMTP_FROM")
        self._bounces = _configured(bounce_address, "BOUNCE_ADDRESS").address if bounce_address.strip() else ""
        self._campaign = campaign
        self._html, self._text = EncodedText(campaign.html), EncodedText(campaign.text)
        # With nothing to fill in, the subject is the same line in every mail.
        self._subject = None if campaign.subject.slots else text_header("Subject", campaign.subject.fixed[0])
        fixed = [address_header("From", self._sender)]
        if reply_to.strip():
            fixed.append(address_header("Reply-To", _configured(reply_to, "SMTP_REPLY_TO")))
        if list_id:
            fixed.append(token_header("List-Id", f"<{list_id}>"))
        if feedback_id:
            fixed.append(token_header("Feedback-ID", feedback_id))
        fixed += (
            token_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            token_header("Precedence", "bulk"),
            token_header("MIME-Version", "1.0"),
        )
        self._before_text, self._between, self._after_html = _frame(b"".join(fixed), campaign, attachments)
        self._dkim = dkim
        self._canonical_tail = canonical_lines(self._after_html) if dkim else b""

    @property
    def message_domain(self) -> str:
        """The domain for Message-IDs, in ASCII: that of the sender's address."""
        return self._sender.address.rpartition("@")[2]

    def untracked(self) -> MailBuilder:
        """The builder of the same mails without tracking (`CompiledCampaign.untracked`); all else is shared with it."""
        other = copy.copy(self)
        other._campaign = self._campaign.untracked()
        other._html = EncodedText(other._campaign.html)
        return other

    def build(self, recipient_id: str, to: str, values: MergeValues, *, message_id: str, date: int) -> OutgoingMail:
        """The mail for one recipient; `date` in Unix seconds, `message_id` with its angle brackets.

        Raises `InvalidInput` when `to` is no address that can be mailed, or is more than one.
        """
        recipient = for_envelope(to)
        if not _MESSAGE_ID.fullmatch(message_id):
            raise ValueError(f"not a Message-ID: {message_id!r}")
        filling = Filling(recipient_id, values)
        unsubscribe = self._campaign.unsubscribe
        url = f"{unsubscribe.head}{filling.form_encoded_id}{unsubscribe.middle}{filling.signature(unsubscribe)}"
        content = [
            address_header("To", recipient),
            self._subject or text_header("Subject", self._campaign.subject.fill(filling)),
            f"Date: {format_datetime(athens_time(date))}\r\nMessage-ID: {message_id}\r\n".encode("ascii"),
            token_header("List-Unsubscribe", f"<{url}>"),
            token_header("X-KKDesk-Recipient", quote(well_formed(recipient_id), safe="") or "-"),
            self._before_text,
            *self._text.fill(filling),
            self._between,
            *self._html.fill(filling),
            b"\r\n",
        ]
        if self._dkim:
            # What differs from mail to mail is put together first; the attachments are copied once, at the end.
            head, _, body = (changing := b"".join(content)).partition(b"\r\n\r\n")
            content = [self._dkim.header(head + b"\r\n", body, self._canonical_tail, at=date), changing]
        content.append(self._after_html)
        envelope_sender = return_path(self._bounces, message_id) if self._bounces else self._sender.address
        return OutgoingMail(message_id, envelope_sender, recipient.address, b"".join(content))


def _configured(address: str, setting: str) -> EnvelopeAddress:
    try:
        return for_envelope(address)
    except InvalidInput as error:
        raise NotConfigured(
            Bilingual(
                f"Ο αποστολέας ή η διεύθυνση απαντήσεων ({setting}) λείπει ή δεν είναι σωστή διεύθυνση.",
                f"The sender or reply address ({setting}) is missing or not a proper address.",
            ),
            kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
            next_step=Bilingual(
                "Συμπληρώστε την, π.χ. KK Tires <info@kktires.gr>, στις ρυθμίσεις αλληλογραφίας.",
                "Enter one, such as KK Tires <info@kktires.gr>, in the mail settings.",
            ),
        ) from error


def _frame(headers: bytes, campaign: CompiledCampaign, attachments: Sequence[Attachment]) -> tuple[bytes, bytes, bytes]:
    """What stands before the text, between it and the HTML, and behind: mixed(alternative(text, related(HTML)))."""
    # "=_" occurs in no encoded body: quoted-printable writes "=" as =3D, base64 has it at the very end only.
    stem = f"=_kkdesk_{secrets.token_hex(12)}".encode("ascii")
    mixed, alternative, related = (stem + suffix for suffix in (b"_m", b"_a", b"_r"))
    before, between, after = headers, b"\r\n--" + alternative + b"\r\n", b""
    if attachments:
        before += _opening(b"mixed", mixed)
    before += _opening(b"alternative", alternative) + _UTF8_PART % b"plain"
    if campaign.inline_images:
        between += _opening(b'related; type="text/html"', related)
        for image in campaign.inline_images:
            part = _part(image.content, image.mime_type, image.file_name, "inline", f"<{image.content_id}>")
            after += b"--" + related + b"\r\n" + part
        after += b"--" + related + b"--\r\n"
    between += _UTF8_PART % b"html"
    after += b"--" + alternative + b"--\r\n"
    for attachment in attachments:
        part = _part(attachment.content, attachment.mime_type, attachment.file_name, "attachment", None)
        after += b"--" + mixed + b"\r\n" + part
    return before, between, after + (b"--" + mixed + b"--\r\n" if attachments else b"")


def _opening(subtype: bytes, boundary: bytes) -> bytes:
    """Header lines of a multipart, the empty line behind them and its first boundary."""
    return b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n\r\n--%b\r\n' % (subtype, boundary, boundary)


def _part(content: bytes, mime_type: str, file_name: str, disposition: str, content_id: str | None) -> bytes:
    """A file as a MIME part in base64, ending in a line break."""
    known = mime_type if _MIME_TYPE.fullmatch(mime_type) else "application/octet-stream"
    main, _, sub = known.lower().partition("/")
    if main in {"message", "multipart"}:
        main, sub = "application", "octet-stream"
    # The standard library decodes a name that looks like an encoded word, and writes what was in it: line breaks too.
    name = one_line(re.sub(r"[/\\]", "_", well_formed(file_name))).replace("=?", "=_").strip() or None
    part = EmailMessage(policy=SMTP)
    part.set_content(content, main, sub, disposition=disposition, filename=name, cid=content_id)
    del part["MIME-Version"]
    encoded = part.as_bytes()
    # The line break before a boundary belongs to the boundary; an empty file has none of its own.
    return encoded if content else encoded + b"\r\n"

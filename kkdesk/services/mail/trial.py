"""A mail to oneself that shows whether the mail settings work."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock, athens_time
from kkdesk.model.email_address import EnvelopeAddress, for_envelope
from kkdesk.model.errors import InvalidInput, MailRefused, MailTemporary, MailUnconfirmed, NotConfigured
from kkdesk.model.ids import ulid
from kkdesk.services.mail.mime_headers import address_header
from kkdesk.services.mail.transport import Outcome, OutgoingMail, Transport, nothing_to_note
from kkdesk.services.settings import Settings

_NOTHING_SENT = Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent.")
_SUBJECT = "Δοκιμή του KK Desk / KK Desk test"
_TEXT = """\
Οι ρυθμίσεις αλληλογραφίας του KK Desk λειτουργούν: αυτό το μήνυμα έφτασε.

The mail settings of KK Desk work: this mail has arrived.
"""
#: While mails only go to the folder nobody needs a sender.
_FOLDER_SENDER = "kkdesk@localhost.localdomain"


async def send_trial(settings: Settings, transport: Transport, address: str, clock: Clock) -> Outcome:
    """Send a test mail to `address` with the settings in force.

    Raises `InvalidInput` for an address that is none, `NotConfigured` without a proper sender, `Offline`, `DiskFull`,
    and the `MailError` family when the server does not take it.
    """
    to = for_envelope(address)
    sender = _sender(settings)
    message_id = f"<{ulid().lower()}@{sender.address.rpartition('@')[2]}>"
    return _taken(await transport.send(_mail(sender, to, message_id, clock()), nothing_to_note))


def _sender(settings: Settings) -> EnvelopeAddress:
    text = settings.text("SMTP_FROM") or ("" if settings.text("SMTP_HOST") else _FOLDER_SENDER)
    try:
        return for_envelope(text)
    except InvalidInput as error:
        raise NotConfigured(
            Bilingual("Λείπει ο αποστολέας των μηνυμάτων.", "The sender of mails is missing."),
            kept=_NOTHING_SENT,
            next_step=Bilingual(
                "Συμπληρώστε τον στις ρυθμίσεις, π.χ. KK Tires <info@kktires.gr>.",
                "Enter it in the settings, such as KK Tires <info@kktires.gr>.",
            ),
        ) from error


def _mail(sender: EnvelopeAddress, to: EnvelopeAddress, message_id: str, now: int) -> OutgoingMail:
    body = EmailMessage(policy=SMTP.clone(utf8=sender.smtputf8 or to.smtputf8))
    body["Subject"] = _SUBJECT
    body["Date"] = format_datetime(athens_time(now))
    body["Message-ID"] = message_id
    body["MIME-Version"] = "1.0"
    body.set_content(_TEXT, cte="quoted-printable")
    # Addresses are written by us: the standard library would take some of them apart.
    head = address_header("From", sender) + address_header("To", to)
    return OutgoingMail(message_id, sender.address, to.address, head + body.as_bytes())


def _taken(outcome: Outcome) -> Outcome:
    answer = " ".join(str(part) for part in (outcome.code, outcome.status, outcome.text) if part)
    if outcome.result == "refused":
        raise MailRefused(
            Bilingual(f"Ο διακομιστής αρνήθηκε το μήνυμα: {answer}", f"The server refused the mail: {answer}"),
            kept=_NOTHING_SENT,
        )
    if outcome.result == "deferred":
        raise MailTemporary(
            Bilingual(f"Ο διακομιστής δεν το δέχεται τώρα: {answer}", f"The server does not take it now: {answer}"),
            kept=_NOTHING_SENT,
            next_step=Bilingual("Δοκιμάστε ξανά σε λίγο.", "Try again in a moment."),
        )
    if outcome.result == "unconfirmed":
        raise MailUnconfirmed(
            Bilingual("Η σύνδεση διακόπηκε μετά την παράδοση.", "The connection broke after the mail was handed over."),
            next_step=Bilingual("Δείτε αν έφτασε.", "See whether it arrived."),
        )
    return outcome

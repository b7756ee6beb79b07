"""Which way mails leave: the mail server of the settings or, without one, the mail folder."""

from __future__ import annotations

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.mail.folder import FolderTransport
from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.smtp_connect import SmtpServer
from kkdesk.services.mail.transport import Transport
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile

_MAX_CONNECTIONS = 10


async def open_transport(settings: Settings, secrets: Secrets, profile: Profile, clock: Clock) -> Transport:
    """The transport that the settings ask for; it connects with the first mail. The caller closes it.

    EMAIL_TRANSPORT `smtp` never falls back to the folder. Raises `NotConfigured` (no server, a user without a
    password, an unusable certificate file) and `InvalidInput` (a port that is no number, a way that is not known).
    """
    host = settings.text("SMTP_HOST")
    way = settings.text("EMAIL_TRANSPORT").strip().lower()
    if way not in {"", "smtp"}:
        # Mails that silently took another way would count as sent.
        raise _unknown_way(way)
    if not host and way == "smtp":
        raise _no_server()
    if not host:
        return FolderTransport(profile.mail, clock)
    user = settings.text("SMTP_USER")
    server = SmtpServer(
        host=host,
        port=settings.number("SMTP_PORT", 1, 65535),
        secure=settings.flag("SMTP_SECURE"),
        user=user,
        password=await secrets.require("SMTP_PASS") if user else "",
        ca_file=settings.text("SMTP_CA_FILE"),
        answer_seconds=float(settings.number("SMTP_TIMEOUT_SECONDS", 1, 3600)),
    )
    return SmtpTransport(server, clock, connections=settings.number("EMAIL_JOB_CONCURRENCY", 1, _MAX_CONNECTIONS))


_NOTHING_SENT = Bilingual("Τίποτα δεν στάλθηκε· τα μηνύματα μένουν στην ουρά.", "Nothing was sent; mails stay queued.")


def _unknown_way(way: str) -> InvalidInput:
    return InvalidInput(
        Bilingual(
            f"Η αποστολή με «{way}» (EMAIL_TRANSPORT) δεν υποστηρίζεται.",
            f"Sending by “{way}” (EMAIL_TRANSPORT) is not supported.",
        ),
        kept=_NOTHING_SENT,
        next_step=Bilingual("Ορίστε smtp ή αφήστε το κενό.", "Set smtp, or leave it empty."),
    )


def _no_server() -> NotConfigured:
    return NotConfigured(
        Bilingual("Λείπει ο διακομιστής αλληλογραφίας (SMTP_HOST).", "The mail server (SMTP_HOST) is missing."),
        kept=_NOTHING_SENT,
        next_step=Bilingual("Δώστε τον στις Ρυθμίσεις.", "Give it in Settings."),
    )

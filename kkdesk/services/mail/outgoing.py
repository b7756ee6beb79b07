"""Which way mails leave: the mail server or Gmail account of the settings or, without one, the mail folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.google_account import oauth_client, refresh_token
from kkdesk.services.google_token import TOKEN_ENDPOINT, RefreshedTokens
from kkdesk.services.mail.folder import FolderTransport
from kkdesk.services.mail.gmail import GMAIL, GmailTransport
from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.smtp_connect import SmtpServer
from kkdesk.services.mail.transport import Transport
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.database import Database
from kkdesk.store.profile import Profile

if TYPE_CHECKING:
    from kkdesk.services.sign_in.service import SignIn

_MAX_CONNECTIONS = 10


@dataclass(frozen=True, slots=True)
class Ways:
    """What ways of sending are made of."""

    settings: Settings
    secrets: Secrets
    profile: Profile
    clock: Clock
    db: Database
    org_id: str
    #: Who has signed in at this computer, if anybody: asked when mails are to leave by Gmail.
    sign_in: Callable[[], SignIn | None] = lambda: None


async def open_transport(ways: Ways) -> Transport:
    """The transport that the settings ask for; it connects with the first mail. The caller closes it.

    EMAIL_TRANSPORT is smtp, gmail or folder; empty, it is the mail server where there is one, else the folder. Raises
    `NotConfigured` (no server, a user without a password, no Google account, an unusable certificate file) and
    `InvalidInput` (a port that is no number, a way that is not known).
    """
    host = ways.settings.text("SMTP_HOST")
    match ways.settings.text("EMAIL_TRANSPORT").lower() or ("smtp" if host else "folder"):
        case "folder":
            return FolderTransport(ways.profile.mail, ways.clock)
        case "smtp" if host:
            return await _smtp(host, ways.settings, ways.secrets, ways.clock)
        case "smtp":
            raise _no_server()
        case "gmail":
            return await _gmail(ways)
        case way:
            # Mails that silently took another way would count as sent.
            raise _unknown_way(way)


async def _gmail(ways: Ways) -> Transport:
    sign_in = ways.sign_in()
    if sign_in is not None and sign_in.account is not None and sign_in.may_send_mail:
        ours = sign_in.account.identity.email.lower()
        if ways.settings.text("GMAIL_ACCOUNT").lower() in {"", ours}:
            return GmailTransport(sign_in.tokens, ways.clock, base_url=GMAIL)
    client = await oauth_client(ways.settings, ways.secrets)
    token = await refresh_token(ways.db, ways.org_id, ways.settings, ways.secrets)
    tokens = RefreshedTokens(client, token, ways.clock, endpoint=TOKEN_ENDPOINT)
    return GmailTransport(tokens, ways.clock, base_url=GMAIL)


async def _smtp(host: str, settings: Settings, secrets: Secrets, clock: Clock) -> Transport:
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
        next_step=Bilingual(
            "Ορίστε smtp, gmail ή folder, ή αφήστε το κενό.", "Set smtp, gmail or folder, or leave it empty."
        ),
    )


def _no_server() -> NotConfigured:
    return NotConfigured(
        Bilingual("Λείπει ο διακομιστής αλληλογραφίας (SMTP_HOST).", "The mail server (SMTP_HOST) is missing."),
        kept=_NOTHING_SENT,
        next_step=Bilingual("Δώστε τον στις Ρυθμίσεις.", "Give it in Settings."),
    )

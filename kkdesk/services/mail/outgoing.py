"""Which way mails leave: the mail server of the settings or, without one, the mail folder."""

from __future__ import annotations

from kkdesk.model.clock import Clock
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

    Raises `NotConfigured` (a user without a password, an unusable certificate file) and `InvalidInput` (a port that
    is no number).
    """
    host = settings.text("SMTP_HOST")
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

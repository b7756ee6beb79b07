"""Where the bounce mailbox is, and what people are told when it cannot be read.

The one place where the errors of IMAPClient, imaplib and the network become ours.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from imapclient import exceptions  # type: ignore[import-untyped]

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KKDeskError, MailServerRefused, NotConfigured, Offline
from kkdesk.services.mail.smtp_connect import is_loopback
from kkdesk.services.settings import Settings

#: RFC 3501: the port on which TLS begins with STARTTLS. On every other one it begins with the connection.
_STARTTLS_PORT: Final = 143
#: Dovecot says how long each answer took: the same trouble in other words each time.
_TOOK = re.compile(r"\s*\([\d.]+ \+ [^()]*secs\)\.?")
_KEPT = Bilingual("Η αποστολή δεν επηρεάζεται.", "Sending is not affected.")
_CHECK = Bilingual(
    "Ελέγξτε τις «Επιστροφές μηνυμάτων» στις Ρυθμίσεις (BOUNCE_IMAP_…).",
    "Check “Returned mails” in the settings (BOUNCE_IMAP_…).",
)


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    """Where and how to sign in. `implicit_tls`: TLS from the first byte; else STARTTLS."""

    host: str
    port: int
    user: str
    folder: str = "INBOX"
    ca_file: str = ""
    implicit_tls: bool = True
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> MailboxAccount:
        """As `settings` have it, without the password. Raises `NotConfigured` or `InvalidInput`."""
        host, user = settings.text("BOUNCE_IMAP_HOST"), settings.text("BOUNCE_IMAP_USER")
        if not host or not user:
            raise NotConfigured(
                Bilingual(
                    "Λείπει ο διακομιστής ή το όνομα χρήστη των επιστροφών (BOUNCE_IMAP_HOST, BOUNCE_IMAP_USER).",
                    "Server or user name of the bounce mailbox is missing (BOUNCE_IMAP_HOST, BOUNCE_IMAP_USER).",
                ),
                kept=_KEPT,
                next_step=_CHECK,
            )
        port = settings.number("BOUNCE_IMAP_PORT", 1, 65535)
        folder = settings.text("BOUNCE_IMAP_FOLDER") or "INBOX"
        return cls(host, port, user, folder, settings.text("BOUNCE_IMAP_CA_FILE"), port != _STARTTLS_PORT)

    @property
    def may_be_plain(self) -> bool:
        """A password never crosses a network in the clear."""
        return is_loopback(self.host)

    def identity(self, org_id: str) -> str:
        """The mailbox's id in `kk_mailboxes`."""
        return f"{org_id}:{self.user}@{self.host}/{self.folder}"


def trust(account: MailboxAccount) -> ssl.SSLContext:
    """Certificates are checked, always: against the system's authorities and those of `ca_file`.

    Raises `NotConfigured` when the file cannot be used.
    """
    context = ssl.create_default_context()
    if account.ca_file:
        try:
            context.load_verify_locations(Path(account.ca_file).expanduser())
        except (OSError, ValueError) as error:
            raise NotConfigured(
                Bilingual(
                    f"Το αρχείο πιστοποιητικών δεν διαβάζεται (BOUNCE_IMAP_CA_FILE): {account.ca_file}",
                    f"The certificate file cannot be read (BOUNCE_IMAP_CA_FILE): {account.ca_file}",
                ),
                kept=_KEPT,
                next_step=_CHECK,
            ) from error
    return context


@contextmanager
def translated(account: MailboxAccount) -> Iterator[None]:
    """Within it, errors of the mailbox come out as `Offline` or `MailServerRefused`."""
    try:
        yield
    except KKDeskError:
        raise
    # Values and look-ups: what IMAPClient meets in answers that are not as they should be.
    except (exceptions.IMAPClientError, OSError, ValueError, LookupError) as error:
        raise as_mailbox_error(error, account) from error


def as_mailbox_error(error: Exception, account: MailboxAccount) -> KKDeskError:
    """What a person is told about a mailbox that cannot be read."""
    where = f"{account.host}:{account.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _refused(
            f"Το πιστοποιητικό του διακομιστή επιστροφών {where} δεν είναι έγκυρο ({error.verify_message}).",
            f"The certificate of the bounce mailbox's server {where} is not valid ({error.verify_message}).",
            Bilingual(
                "Ελέγξτε το όνομα του διακομιστή ή ορίστε το BOUNCE_IMAP_CA_FILE.",
                "Check the server's name, or set BOUNCE_IMAP_CA_FILE.",
            ),
        )
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _refused(
            f"Η ασφαλής σύνδεση (TLS) με τον διακομιστή επιστροφών {where} απέτυχε.",
            f"The secure connection (TLS) to the bounce mailbox's server {where} failed.",
            Bilingual("Ελέγξτε το BOUNCE_IMAP_PORT.", "Check BOUNCE_IMAP_PORT."),
        )
    if isinstance(error, socket.gaierror):
        return _offline(
            f"Ο διακομιστής επιστροφών {account.host} δεν βρέθηκε.",
            f"The bounce mailbox's server {account.host} was not found.",
        )
    # imaplib's word for a connection that ended; IMAPClient says "login" of one that ended during the sign-in.
    cut = isinstance(error, exceptions.IMAPClientAbortError)
    if isinstance(error, OSError) or cut or isinstance(error.__context__, exceptions.IMAPClientAbortError):
        return _offline(
            f"Δεν υπάρχει σύνδεση με τον διακομιστή επιστροφών {where}.",
            f"There is no connection to the bounce mailbox's server {where}.",
        )
    said = _TOOK.sub("", " ".join(str(error).split())).removeprefix("b").strip("'\"")[:200].rstrip(".")
    if isinstance(error, exceptions.LoginError):
        return _refused(
            f"Ο διακομιστής επιστροφών {where} δεν δέχτηκε το όνομα χρήστη ή τον κωδικό: {said}",
            f"The bounce mailbox's server {where} did not accept user name or password: {said}",
        )
    return _refused(
        f"Το γραμματοκιβώτιο επιστροφών {account.folder} στον {where} δεν διαβάζεται: {said}",
        f"The bounce mailbox {account.folder} at {where} cannot be read: {said}",
    )


def no_tls(account: MailboxAccount) -> MailServerRefused:
    """What a person is told when the server has no STARTTLS."""
    where = f"{account.host}:{account.port}"
    return _refused(
        f"Ο διακομιστής επιστροφών {where} δεν προσφέρει ασφαλή σύνδεση και ο κωδικός δεν στέλνεται χωρίς αυτήν.",
        f"The bounce mailbox's server {where} offers no secure connection, and the password is not sent without one.",
        Bilingual("Χρησιμοποιήστε τη θύρα 993 (BOUNCE_IMAP_PORT).", "Use port 993 (BOUNCE_IMAP_PORT)."),
    )


def _refused(el: str, en: str, next_step: Bilingual = _CHECK) -> MailServerRefused:
    return MailServerRefused(Bilingual(el, en), kept=_KEPT, next_step=next_step)


def _offline(el: str, en: str) -> Offline:
    next_step = Bilingual("Θα δοκιμαστεί ξανά αυτόματα.", "It will be tried again by itself.")
    return Offline(Bilingual(el, en), kept=_KEPT, next_step=next_step)

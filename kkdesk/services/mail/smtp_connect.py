"""Opening an SMTP connection: TLS, certificate, sign-in. The one place where aiosmtplib's errors become ours."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import aiosmtplib

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import KKDeskError, MailServerRefused, NotConfigured, Offline
from kkdesk.services.mail.replies import split_status
from kkdesk.services.mail.smtp_dialog import SmtpDialog

#: RFC 5321, 4.5.3.2.6: a shorter wait for the answer to the content makes duplicates.
FINAL_DOT_SECONDS: Final = 600.0
#: RFC 5321, 4.5.3.2.5: for each block of the content.
BLOCK_SECONDS: Final = 180.0
_IMPLICIT_TLS_PORT: Final = 465
_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")

_KEPT = Bilingual("Κανένα μήνυμα δεν χάθηκε.", "No mail was lost.")
_CHECK_SETTINGS = Bilingual(
    "Ελέγξτε τις ρυθμίσεις αλληλογραφίας και συνεχίστε την αποστολή.", "Check the mail settings and resume sending."
)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how to connect. `secure`: TLS from the first byte; else STARTTLS where it is offered."""

    host: str
    port: int
    secure: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    answer_seconds: float = 60.0
    final_dot_seconds: float = FINAL_DOT_SECONDS
    block_seconds: float = BLOCK_SECONDS

    @property
    def implicit_tls(self) -> bool:
        """Whether TLS begins with the connection: asked for, or the port that means it."""
        return self.secure or self.port == _IMPLICIT_TLS_PORT

    @property
    def starttls_required(self) -> bool:
        """A password never crosses a network in the clear."""
        return bool(self.user) and not self.implicit_tls and not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def trust(ca_file: str) -> ssl.SSLContext:
    """Certificates are checked, always: against the system's authorities (or SSL_CERT_FILE) and those of `ca_file`.

    Raises `NotConfigured` when the file cannot be used.
    """
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(Path(ca_file).expanduser())
        except (OSError, ValueError) as error:
            raise NotConfigured(
                Bilingual(
                    f"Το αρχείο πιστοποιητικών δεν διαβάζεται (SMTP_CA_FILE): {ca_file}",
                    f"The certificate file cannot be read (SMTP_CA_FILE): {ca_file}",
                ),
                kept=_KEPT,
                next_step=_CHECK_SETTINGS,
            ) from error
    return context


async def connect(server: SmtpServer, context: ssl.SSLContext, clock: Clock) -> SmtpDialog:
    """A connection that is ready for mail.

    Raises `Offline` when the server cannot be reached or has no time, `MailServerRefused` when it, or its
    certificate, will not do.
    """
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=_own_name(),
        timeout=server.answer_seconds,
        use_tls=server.implicit_tls,
        start_tls=False,
        tls_context=context,
    )
    transport: asyncio.BaseTransport | None = None
    try:
        await client.connect()
        transport = client.transport
        await _greet(client)
        if server.starttls_required or (not server.implicit_tls and client.supports_extension("starttls")):
            await client.starttls()
            transport = client.transport
        if server.user:
            await client.login(server.user, server.password)
        await _greet(client)
    except BaseException as error:
        if isinstance(transport, asyncio.Transport):
            # aiosmtplib closes politely, which over TLS goes on long after everybody has lost interest.
            transport.abort()
        if isinstance(error, aiosmtplib.SMTPException | OSError | UnicodeError):
            raise as_mail_error(error, server) from error
        raise
    dialog = SmtpDialog(
        client.esmtp_extensions,
        clock,
        answer_seconds=server.answer_seconds,
        final_dot_seconds=server.final_dot_seconds,
        block_seconds=server.block_seconds,
    )
    # From here on the connection is ours: aiosmtplib takes one answer at a time, pipelining needs several.
    dialog.take_over(cast("asyncio.Transport", client.transport))
    return dialog


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, or HELO for a server of old, unless that has been said in the present state of the connection."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()


def as_mail_error(error: Exception, server: SmtpServer) -> KKDeskError:
    """What a person is told about a connection that did not come about."""
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) and error.__cause__ else error
    where = f"{server.host}:{server.port}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _refused(
            f"Το πιστοποιητικό του διακομιστή {where} δεν είναι έγκυρο ({cause.verify_message}).",
            f"The certificate of mail server {where} is not valid ({cause.verify_message}).",
            Bilingual(
                "Ελέγξτε το όνομα του διακομιστή ή ορίστε το SMTP_CA_FILE.",
                "Check the server's name, or set SMTP_CA_FILE.",
            ),
        )
    if isinstance(cause, ssl.SSLError):
        return _refused(
            f"Η ασφαλής σύνδεση (TLS) με τον {where} απέτυχε.",
            f"The secure connection (TLS) to {where} failed.",
            Bilingual("Ελέγξτε τη θύρα και το SMTP_SECURE.", "Check the port and SMTP_SECURE."),
        )
    if isinstance(cause, aiosmtplib.SMTPResponseException):
        return _as_answer(cause, where)
    if isinstance(cause, UnicodeError):
        return _refused(
            f"Το όνομα διακομιστή δεν είναι σωστό: {server.host}", f"The server's name is not valid: {server.host}"
        )
    if isinstance(cause, socket.gaierror):
        return _offline(
            f"Ο διακομιστής αλληλογραφίας {server.host} δεν βρέθηκε.", f"The mail server {server.host} was not found."
        )
    if isinstance(cause, TimeoutError):
        return _offline(f"Ο διακομιστής αλληλογραφίας {where} δεν απαντά.", f"The mail server {where} does not answer.")
    if isinstance(cause, OSError):
        return _offline(
            f"Δεν έγινε σύνδεση με τον διακομιστή αλληλογραφίας {where}.", f"No connection to the mail server {where}."
        )
    # Plain exceptions with aiosmtplib's own words: no STARTTLS, no AUTH, no method of it that both know.
    return _lacking(str(cause), where)


def _lacking(what: str, where: str) -> KKDeskError:
    if what.startswith("SMTP STARTTLS"):
        return _refused(
            f"Ο διακομιστής {where} δεν προσφέρει ασφαλή σύνδεση (STARTTLS) και ο κωδικός δεν στέλνεται χωρίς αυτήν.",
            f"Mail server {where} offers no secure connection (STARTTLS), and the password is not sent without one.",
            Bilingual("Ελέγξτε τη θύρα και το SMTP_SECURE.", "Check the port and SMTP_SECURE."),
        )
    if "auth" in what.lower():
        return _refused(
            f"Ο διακομιστής {where} δεν δέχεται σύνδεση με όνομα χρήστη και κωδικό (AUTH).",
            f"Mail server {where} does not take a user name and password (AUTH).",
        )
    return _refused(
        f"Ο διακομιστής {where} δεν μπορεί να χρησιμοποιηθεί ({what}).", f"Mail server {where} cannot be used ({what})."
    )


def _as_answer(error: aiosmtplib.SMTPResponseException, where: str) -> KKDeskError:
    status, text = split_status(error.message)
    said = " ".join(part for part in (str(error.code), status, text[:200]) if part)
    if error.code < 200:
        # aiosmtplib's number for an answer that has none.
        return _refused(
            f"Στη διεύθυνση {where} δεν απαντά διακομιστής αλληλογραφίας (SMTP).",
            f"What answers at {where} is not a mail server (SMTP).",
            Bilingual(
                "Ελέγξτε το όνομα και τη θύρα στις ρυθμίσεις αλληλογραφίας.",
                "Check the name and the port in the mail settings.",
            ),
        )
    if 400 <= error.code < 500:
        return _offline(
            f"Ο διακομιστής αλληλογραφίας {where} δεν δέχεται τώρα συνδέσεις: {said}",
            f"The mail server {where} takes no connections now: {said}",
        )
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _refused(
            f"Ο διακομιστής {where} δεν δέχτηκε το όνομα χρήστη ή τον κωδικό: {said}",
            f"Mail server {where} did not accept user name or password: {said}",
            Bilingual(
                "Διορθώστε τα στις ρυθμίσεις αλληλογραφίας και συνεχίστε την αποστολή.",
                "Correct them in the mail settings and resume sending.",
            ),
        )
    return _refused(f"Ο διακομιστής {where} αρνήθηκε τη σύνδεση: {said}", f"Mail server {where} refused us: {said}")


def sender_refused(sender: str, said: str) -> MailServerRefused:
    """What a person is told when the server takes no mail from the sender."""
    return _refused(
        f"Ο διακομιστής δεν δέχεται τον αποστολέα {sender}: {said}",
        f"The server does not accept sender {sender}: {said}",
    )


def _refused(el: str, en: str, next_step: Bilingual = _CHECK_SETTINGS) -> MailServerRefused:
    return MailServerRefused(Bilingual(el, en), kept=_KEPT, next_step=next_step)


def _offline(el: str, en: str) -> Offline:
    return Offline(
        Bilingual(el, en),
        kept=_KEPT,
        next_step=Bilingual("Η αποστολή θα δοκιμαστεί ξανά αυτόματα.", "Sending will be tried again by itself."),
    )


def _own_name() -> str:
    """How we greet: the computer's name in the form of a domain, as some servers insist on; no DNS is asked."""
    name = socket.gethostname()
    if not _HOST_NAME.fullmatch(name):
        return "kkdesk.localdomain"
    return name if "." in name else f"{name}.localdomain"

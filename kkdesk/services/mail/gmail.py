"""`GmailTransport`: mails through the Gmail API (`users.messages.send`) instead of a mail server.

The API replaces the Message-ID and the envelope sender: return paths that name the mail do not exist here, and bounces
come to the account's inbox. It has no idempotency either: whatever breaks after a request has begun leaves the mail in
doubt. Source: developers.google.com/workspace/gmail/api, discovery document 20261005.
"""

from __future__ import annotations

import base64
import json
from typing import Final

import httpx
import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import MailQuotaReached, MailServerRefused, Offline, SignInNeeded
from kkdesk.services.google_token import AccessTokens
from kkdesk.services.mail.gmail_answers import GmailRefusal, read_refusal
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail

_log = structlog.get_logger(__name__)

GMAIL: Final = "https://gmail.googleapis.com"
_SEND: Final = "/gmail/v1/users/me/messages/send"
_UPLOAD: Final = "/upload/gmail/v1/users/me/messages/send?uploadType=media"
#: Bytes of the largest mail, and those beyond which it is uploaded as it is and not as JSON.
MAX_BYTES: Final = 36_700_160
_LARGE: Final = 4_000_000
#: 6,000 quota units a minute and 100 units a mail (projects since May 2026).
PER_MINUTE: Final = 60
_LANES: Final = 4
# A shorter wait for the answer makes duplicates; see RFC 5321, 4.5.3.2.6, of the same question.
_TIMEOUTS: Final = httpx.Timeout(600.0, connect=30.0)
# Kept open for less than a server would: one that closes in the very moment of a request leaves a mail in doubt.
_LIMITS: Final = httpx.Limits(max_connections=_LANES, keepalive_expiry=20.0)
_NOT_BEGUN: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class GmailTransport:
    """Sends as one Google account. Implements `kkdesk.services.mail.transport.Transport`."""

    lanes = _LANES
    per_minute: int | None = PER_MINUTE

    def __init__(self, tokens: AccessTokens, clock: Clock, *, base_url: str = GMAIL) -> None:
        """Connects when the first mail comes."""
        self._tokens = tokens
        self._clock = clock
        self._base_url = base_url
        self._http: httpx.AsyncClient | None = None

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        """See `Transport.send`. Also raises `SignInNeeded` and `NotConfigured`, for the account's token."""
        if len(mail.content) > MAX_BYTES:
            text = f"the mail has {len(mail.content)} bytes, Gmail takes {MAX_BYTES}"
            return Outcome("refused", self._clock(), "sender", 552, "5.3.4", text)
        token = await self._tokens.token()
        await before_content()
        for last in (False, True):
            try:
                response = await self._post(mail, token)
            except _NOT_BEGUN as error:
                raise _offline() from error
            except httpx.RequestError as error:  # Also an answer that cannot be unpacked.
                return Outcome("unconfirmed", self._clock(), "content", text=type(error).__name__)
            if response.status_code != httpx.codes.UNAUTHORIZED:
                return self._outcome(response)
            # Refused before anything was done: with a new token it may be asked again.
            self._tokens.forget(token)
            if not last:
                token = await self._tokens.token()
        raise _sign_in_again()

    async def close(self) -> None:
        """See `Transport.close`."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _post(self, mail: OutgoingMail, token: str) -> httpx.Response:
        # The account's Message-ID takes the place of ours, by which a bounce would know the mail.
        content = b"X-KKDesk-Message-ID: %b\r\n" % mail.message_id.encode("ascii") + mail.content
        if self._http is None:
            self._http = httpx.AsyncClient(base_url=self._base_url, timeout=_TIMEOUTS, limits=_LIMITS)
        authorization = {"Authorization": f"Bearer {token}"}
        if len(content) > _LARGE:
            headers = authorization | {"Content-Type": "message/rfc822"}
            return await self._http.post(_UPLOAD, content=content, headers=headers)
        raw = base64.urlsafe_b64encode(content).decode("ascii")
        return await self._http.post(_SEND, json={"raw": raw}, headers=authorization)

    def _outcome(self, response: httpx.Response) -> Outcome:
        """What became of the mail. Raises when the answer is about the account and not about this mail."""
        status, now = response.status_code, self._clock()
        if status == httpx.codes.OK:
            return Outcome("sent", now, "content", status, text=f"gmail {_id_of(response.content)}")
        refusal = read_refusal(status, response.content)
        _log.info("gmail_refused", status=status, reason=refusal.reason)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Outcome("unconfirmed", now, "content", status, text=refusal.text or refusal.reason)
        if refusal.over_the_limit:
            raise _over_the_limit(refusal)
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            return Outcome("refused", now, "sender", 552, "5.3.4", refusal.text)
        if status == httpx.codes.BAD_REQUEST and refusal.reason != "failedPrecondition":
            # Of this mail alone, and nothing that its address is to blame for.
            return Outcome("refused", now, "content", text=refusal.text or "badRequest")
        raise _account_refused(refusal)


def _id_of(content: bytes) -> str:
    try:
        found = json.loads(content)["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        # It was taken all the same: 200 says so, not the body.
        return ""
    return found if isinstance(found, str) else ""


def _over_the_limit(refusal: GmailRefusal) -> MailQuotaReached:
    return MailQuotaReached(
        Bilingual(
            "Το Gmail έφτασε το όριο αποστολής του λογαριασμού.",
            f"Gmail's sending limit of the account has been reached: {refusal.text or refusal.reason}",
        ),
        refusal.until,
        kept=_KEPT,
        next_step=Bilingual(
            "Η αποστολή θα συνεχιστεί αυτόματα μόλις επιτραπεί.", "Sending goes on by itself as soon as it is allowed."
        ),
    )


def _account_refused(refusal: GmailRefusal) -> MailServerRefused:
    said = " ".join(part for part in (str(refusal.http_status), refusal.reason, refusal.text) if part)
    if refusal.reason == "domainPolicy":
        return _refused(
            "Ο διαχειριστής του τομέα δεν επιτρέπει την αποστολή μέσω Gmail API.",
            "The domain's administrator does not allow sending through the Gmail API.",
            Bilingual("Ζητήστε του άδεια, ή στείλτε μέσω SMTP.", "Ask them, or send by SMTP."),
        )
    if "scope" in refusal.text.lower():
        return _refused(
            "Ο λογαριασμός Google δεν έχει δώσει άδεια για αποστολή μηνυμάτων.",
            "The Google account has not given leave to send mails.",
            Bilingual(
                "Συνδεθείτε ξανά και επιτρέψτε την αποστολή (gmail.send).",
                "Sign in again and allow sending (gmail.send).",
            ),
        )
    return _refused(
        f"Το Gmail αρνείται την αποστολή: {said}",
        f"Gmail refuses to send: {said}",
        Bilingual("Ελέγξτε τον λογαριασμό και τις ρυθμίσεις του.", "Check the account and its settings."),
    )


def _refused(el: str, en: str, next_step: Bilingual) -> MailServerRefused:
    return MailServerRefused(Bilingual(el, en), kept=_KEPT, next_step=next_step)


def _sign_in_again() -> SignInNeeded:
    return SignInNeeded(
        Bilingual("Το Gmail δεν δέχεται πια τη σύνδεσή μας.", "Gmail no longer takes our sign-in."),
        kept=_KEPT,
        next_step=Bilingual("Συνδεθείτε ξανά με τον λογαριασμό Google.", "Sign in to the Google account again."),
    )


def _offline() -> Offline:
    return Offline(
        Bilingual("Δεν υπάρχει σύνδεση με το Gmail.", "There is no connection to Gmail."),
        kept=_KEPT,
        next_step=Bilingual("Η αποστολή θα δοκιμαστεί ξανά αυτόματα.", "Sending will be tried again by itself."),
    )


_KEPT: Final = Bilingual("Όσα μηνύματα δεν στάλθηκαν μένουν στην ουρά.", "Mails that were not sent stay in the queue.")

"""What Vercel Blob refuses, in words.

An error is JSON, `{"error": {"code", "message"}}`; some kinds are told from the message alone. The messages are the
server's and may repeat what it was sent: the token never gets into ours.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import ClassVar, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import (
    Conflict,
    KKDeskError,
    NotAllowed,
    NotConfigured,
    NotFound,
    Offline,
    QuotaReached,
    SignInNeeded,
)

#: Of these the service's own client says that they may be tried again (npm @vercel/blob 2.8).
RETRIED: Final = frozenset({"unknown_error", "service_unavailable", "internal_server_error"})
#: What an answer without a code of its own is taken for.
_BY_STATUS: Final = {401: "forbidden", 403: "forbidden", 404: "not_found", 412: "precondition_failed"} | {
    429: "rate_limited",
    503: "service_unavailable",
}
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST: Final = 200
_TOKENS: Final = frozenset({"forbidden", "not_allowed", "client_token_not_allowed"})
_CLOSED: Final = frozenset({"store_suspended", "store_not_found"})


class BlobRefused(KKDeskError):
    """Vercel Blob does not do what was asked; `reason` is its own word for why."""

    code: ClassVar[str] = "blob_refused"

    def __init__(self, what: Bilingual, reason: str, *, kept: Bilingual, next_step: Bilingual) -> None:
        super().__init__(what, kept=kept, next_step=next_step)
        self.reason = reason


class BlobExists(NotAllowed):
    """There is a file of that name already, and it is not to be overwritten."""

    code: ClassVar[str] = "blob_exists"
    #: Whether this was not the first try: an earlier one may have put it there.
    tried_before: bool = False


class BlobRateLimited(QuotaReached):
    """Too many requests; `seconds` until it may go on, None when nobody said."""

    code: ClassVar[str] = "blob_rate_limited"

    def __init__(
        self, what: Bilingual, seconds: int | None = None, *, kept: Bilingual, next_step: Bilingual | None = None
    ) -> None:
        super().__init__(what, kept=kept, next_step=next_step)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not a good one: its code, what the server says, and the seconds it wants to be left alone."""

    status: int
    code: str
    message: str = ""
    retry_after: int | None = None


def read_refusal(status: int, retry_after: str, content: bytes, token: str) -> Refusal:
    """The error of an answer; unknown codes stay as they are. The secret of `token` is cut out of its text."""
    secret = token.split("_", 4)[4]
    code, message = (text.replace(secret, "…") for text in _said(content))
    if not _CODE.fullmatch(code):
        code = _BY_STATUS.get(status, "unknown_error" if status >= 500 else "bad_request")
    message = "".join(letter if letter.isprintable() else " " for letter in message[:_LONGEST]).strip()
    seconds = int(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 7 else None
    return Refusal(status, code, message, seconds)


def refused(refusal: Refusal, kept: Bilingual) -> KKDeskError:
    """The error for `refusal`. `kept` says what has become of what was asked."""
    said = refusal.message.lower()
    if refusal.code == "rate_limited":
        return BlobRateLimited(_RATE, refusal.retry_after, kept=kept, next_step=_LATER)
    if refusal.code in _TOKENS or "token expired" in said:
        return SignInNeeded(_TOKEN_REFUSED, kept=kept, next_step=_NEW_TOKEN)
    if refusal.code in _CLOSED:
        return NotAllowed(_STORE_CLOSED, kept=kept, next_step=_LOOK_AT_VERCEL)
    if refusal.code == "not_found":
        return NotFound(_GONE, kept=kept)
    if refusal.code == "precondition_failed":
        return Conflict(_CHANGED, kept=kept)
    if "already exists" in said:
        return BlobExists(_EXISTS, kept=kept)
    if refusal.code in RETRIED:
        return Offline(_faulty(refusal), kept=kept, next_step=_LATER)
    return BlobRefused(_not_done(refusal), refusal.code, kept=kept, next_step=_TELL_US)


def no_connection(kept: Bilingual) -> Offline:
    """No answer came. What was asked may have been done all the same."""
    return Offline(
        Bilingual("Το Vercel Blob δεν απαντά.", "Vercel Blob does not answer."),
        kept=kept,
        next_step=Bilingual(
            "Ελέγξτε τη σύνδεση στο διαδίκτυο και δοκιμάστε ξανά.",
            "Check the connection to the internet and try again.",
        ),
    )


def unreadable(kept: Bilingual) -> Offline:
    """Something answered that is not the API: a network's sign-in page, a proxy."""
    return Offline(
        Bilingual("Η απάντηση δεν είναι του Vercel Blob.", "The answer is not one of Vercel Blob."),
        kept=kept,
        next_step=Bilingual(
            "Ελέγξτε τη ρύθμιση VERCEL_BLOB_API_URL και το δίκτυο.", "Check VERCEL_BLOB_API_URL and the network."
        ),
    )


def no_token(kept: Bilingual) -> NotConfigured:
    """What is given cannot be a token."""
    return NotConfigured(
        Bilingual(
            "Το BLOB_READ_WRITE_TOKEN δεν είναι token του Vercel Blob.",
            "BLOB_READ_WRITE_TOKEN is no token of Vercel Blob.",
        ),
        kept=kept,
        next_step=Bilingual(
            "Αντιγράψτε το ξανά από το Vercel («Storage»)· αρχίζει με vercel_blob_rw_.",
            "Copy it again from Vercel (“Storage”); it begins with vercel_blob_rw_.",
        ),
    )


def _said(content: bytes) -> tuple[str, str]:
    try:
        error = json.loads(content)["error"]
        code, message = error.get("code"), error.get("message")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "", ""
    return code if isinstance(code, str) else "", message if isinstance(message, str) else ""


def _faulty(refusal: Refusal) -> Bilingual:
    return Bilingual(
        f"Το Vercel Blob έχει δικό του σφάλμα (HTTP {refusal.status}, {refusal.code}).",
        f"Vercel Blob has a fault of its own (HTTP {refusal.status}, {refusal.code}).",
    )


def _not_done(refusal: Refusal) -> Bilingual:
    said = ": ".join(part for part in (refusal.code, refusal.message) if part)
    return Bilingual(f"Το Vercel Blob αρνείται: {said}", f"Vercel Blob refuses: {said}")


_TOKEN_REFUSED: Final = Bilingual(
    "Το Vercel Blob δεν δέχεται το BLOB_READ_WRITE_TOKEN.", "Vercel Blob does not take BLOB_READ_WRITE_TOKEN."
)
_NEW_TOKEN: Final = Bilingual(
    "Αντιγράψτε το token ξανά από το Vercel («Storage») στις ρυθμίσεις.",
    "Copy the token again from Vercel (“Storage”) into the settings.",
)
_STORE_CLOSED: Final = Bilingual(
    "Ο χώρος αρχείων στο Vercel Blob δεν υπάρχει πια ή έχει ανασταλεί.",
    "The Vercel Blob store does not exist any more, or is suspended.",
)
_LOOK_AT_VERCEL: Final = Bilingual("Δείτε τον στο vercel.com («Storage»).", "Look at it on vercel.com (“Storage”).")
_GONE: Final = Bilingual("Το αρχείο δεν υπάρχει στο Vercel Blob.", "The file is not in Vercel Blob.")
_CHANGED: Final = Bilingual(
    "Το αρχείο στο Vercel Blob άλλαξε στο μεταξύ.", "The file in Vercel Blob has changed in the meantime."
)
_EXISTS: Final = Bilingual(
    "Υπάρχει ήδη αρχείο με αυτό το όνομα στο Vercel Blob.", "There is a file of that name in Vercel Blob already."
)
_RATE: Final = Bilingual(
    "Το Vercel Blob δέχθηκε πολλά αιτήματα σε λίγη ώρα.", "Vercel Blob has had many requests in a short time."
)
_LATER: Final = Bilingual("Δοκιμάστε ξανά αργότερα.", "Try again later.")
_TELL_US: Final = Bilingual(
    "Αν επαναληφθεί, στείλτε μας το αρχείο logs/kkdesk.log.",
    "If it happens again, send us the file logs/kkdesk.log.",
)

"""Signed links of a mail: open pixel, clicks, unsubscribing. Byte for byte the web CRM's.

A signature is HMAC-SHA-256 over kind, campaign, recipient (and destination) joined by a vertical bar, in base64url
without padding. The address a link begins with is the origin of NEXTAUTH_URL.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote_plus

import ada_url

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured
from kkdesk.model.web_text import trim

#: Longest click destination, in UTF-16 units, that the click endpoint accepts.
MAX_DESTINATION = 4096

#: Bytes of a block of SHA-256.
_BLOCK = 64
_WEB_SCHEMES = ("http:", "https:")


class Verifier:
    """Checks signatures. Needs the secret alone, so links of mails sent earlier keep working without a base address."""

    def __init__(self, secret: str | None) -> None:
        """`secret` is EMAIL_TRACKING_SECRET as it stands. Raises `NotConfigured` when it is missing or blank."""
        key = trim(well_formed(secret or ""))
        if not key:
            raise NotConfigured(
                Bilingual(
                    "Λείπει το κλειδί υπογραφής των συνδέσμων (EMAIL_TRACKING_SECRET).",
                    "The key that signs the links (EMAIL_TRACKING_SECRET) is missing.",
                ),
                kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
                next_step=Bilingual(
                    "Ορίστε το στις ρυθμίσεις αλληλογραφίας: χωρίς αυτό δεν λειτουργεί η διαγραφή από τη λίστα.",
                    "Set it in the mail settings: without it nobody could unsubscribe.",
                ),
            )
        # HMAC (RFC 2104) from two keyed hashes: copying those takes a third of what copying an `hmac` object does, and
        # a mail needs two dozen.
        secret_key = key.encode("utf-8")
        block = (secret_key if len(secret_key) <= _BLOCK else hashlib.sha256(secret_key).digest()).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def sign(self, value: str) -> str:
        """The signature of `value`: 43 characters of base64url."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(well_formed(value).encode("utf-8"))
        outer.update(inner.digest())
        return base64.urlsafe_b64encode(outer.digest())[:43].decode("ascii")

    def verify_open(self, campaign_id: str, recipient_id: str, signature: str) -> bool:
        """Whether `signature` belongs to the open pixel of this recipient."""
        return self._matches(f"open|{campaign_id}|{recipient_id}", signature)

    def verify_click(self, campaign_id: str, recipient_id: str, destination: str, signature: str) -> bool:
        """Whether `signature` belongs to a click of this recipient to `destination`, compared exactly as given.

        Endpoints pass the destination through `normalize_destination` first.
        """
        return self._matches(f"click|{campaign_id}|{recipient_id}|{destination}", signature)

    def verify_unsubscribe(self, campaign_id: str, recipient_id: str, signature: str) -> bool:
        """Whether `signature` belongs to the unsubscribe link of this recipient."""
        return self._matches(f"unsub|{campaign_id}|{recipient_id}", signature)

    def _matches(self, value: str, signature: str) -> bool:
        return hmac.compare_digest(self.sign(value).encode("ascii"), well_formed(signature).encode("utf-8"))


class Signer(Verifier):
    """Makes the signed links of mails, and checks them."""

    def __init__(self, secret: str | None, base_url: str | None) -> None:
        """Takes EMAIL_TRACKING_SECRET and NEXTAUTH_URL as they stand.

        Raises `NotConfigured` when either is missing or unusable: a mail without a working unsubscribe link must
        not leave.
        """
        super().__init__(secret)
        self.base_url = require_origin(base_url)

    def open_url(self, campaign_id: str, recipient_id: str) -> str:
        """Address of the open pixel."""
        return self.open_link(campaign_id).url(recipient_id)

    def click_url(self, campaign_id: str, recipient_id: str, destination: str) -> str:
        """Address that counts a click and leads to `destination`, which is signed exactly as given."""
        return self.click_link(campaign_id, destination).url(recipient_id)

    def unsubscribe_url(self, campaign_id: str, recipient_id: str) -> str:
        """Address of the unsubscribe page, also the target of the one-click POST."""
        return self.unsubscribe_link(campaign_id).url(recipient_id)

    def open_link(self, campaign_id: str) -> SignedLink:
        """The open pixel of a campaign, for any of its recipients."""
        return SignedLink(self, "open", "/api/email/tracking", campaign_id)

    def click_link(self, campaign_id: str, destination: str) -> SignedLink:
        """A click of a campaign, for any of its recipients."""
        return SignedLink(self, "click", "/api/email/click", campaign_id, destination)

    def unsubscribe_link(self, campaign_id: str) -> SignedLink:
        """The unsubscribe link of a campaign, for any of its recipients."""
        return SignedLink(self, "unsub", "/api/unsubscribe", campaign_id)


class SignedLink:
    """One link of a campaign with the recipient left open: `head` + recipient id + `middle` + signature."""

    __slots__ = ("_sign", "_signed_head", "_signed_tail", "head", "middle")

    def __init__(self, signer: Signer, kind: str, path: str, campaign_id: str, destination: str | None = None) -> None:
        self._sign = signer.sign
        self._signed_head = f"{kind}|{campaign_id}|"
        self._signed_tail = "" if destination is None else f"|{destination}"
        self.head = f"{signer.base_url}{path}?cid={form_encoded(campaign_id)}&rid="
        self.middle = "&sig=" if destination is None else f"&u={form_encoded(destination)}&sig="

    def signature(self, recipient_id: str) -> str:
        """What follows `middle` for this recipient."""
        return self._sign(f"{self._signed_head}{recipient_id}{self._signed_tail}")

    def url(self, recipient_id: str) -> str:
        """The whole address for this recipient."""
        return f"{self.head}{form_encoded(recipient_id)}{self.middle}{self.signature(recipient_id)}"


def origin_of(text: str | None) -> str | None:
    """Origin (scheme, host, port) of an http(s) address; None when it is missing, blank or no such address."""
    parsed = _parse(trim(text or ""))
    return None if parsed is None else str(parsed.origin)


def require_origin(text: str | None) -> str:
    """As `origin_of`, but raises `NotConfigured` where that answers None."""
    origin = origin_of(text)
    if origin is None:
        raise NotConfigured(
            Bilingual(
                "Λείπει ή δεν είναι έγκυρη η δημόσια διεύθυνση των συνδέσμων (NEXTAUTH_URL).",
                "The public address of the links (NEXTAUTH_URL) is missing or not valid.",
            ),
            kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
            next_step=Bilingual(
                "Ορίστε την πλήρη διεύθυνση, π.χ. https://crm.example.gr, στις ρυθμίσεις αλληλογραφίας.",
                "Set the whole address, such as https://crm.example.gr, in the mail settings.",
            ),
        )
    return origin


def normalize_destination(url: str) -> str | None:
    """`url` as the WHATWG URL Standard writes it: the form in which clicks are signed.

    None for what cannot be tracked: other schemes than http(s), no address at all, or one beyond `MAX_DESTINATION`,
    which the click endpoint would refuse.
    """
    if utf16_units(url) > MAX_DESTINATION:
        return None
    parsed = _parse(url)
    if parsed is None:
        return None
    href = str(parsed.href)
    return href if len(href) <= MAX_DESTINATION else None


def form_encoded(text: str) -> str:
    """`text` as a query value in WHATWG form encoding: space is plus, bare are letters, digits and `*-._` only."""
    return quote_plus(well_formed(text), safe="*").replace("~", "%7E")


def utf16_units(text: str) -> int:
    """Length of `text` as JavaScript counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def well_formed(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD, as JavaScript does before UTF-8; they cannot be encoded."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _parse(url: str) -> ada_url.URL | None:
    try:
        parsed = ada_url.URL(well_formed(url))
    except ValueError:
        return None
    return parsed if parsed.protocol in _WEB_SCHEMES else None

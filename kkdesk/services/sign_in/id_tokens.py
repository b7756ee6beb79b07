"""Checking id_tokens: OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725 on what goes wrong with JWTs."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock
from kkdesk.model.errors import SignInFailed
from kkdesk.model.identity import Identity
from kkdesk.services.sign_in.provider import Provider, UnknownKey

#: Seconds by which clocks may differ.
LEEWAY: Final = 60
#: Seconds of the longest life that a token may claim; Google's is an hour.
_LONGEST_LIFE: Final = 24 * 3600
#: Characters of the longest token that is looked at; Google's has some 1,200.
_LONGEST: Final = 16_000
_ALGORITHM: Final = "RS256"
_GOOGLE: Final = "https://accounts.google.com"
_SUBJECT: Final = re.compile(r"[\x21-\x7e]{1,255}")


class IdTokenRefused(SignInFailed):
    """An id_token is not to be trusted. `reason` is a word for logs and programs; the token is nowhere in it."""

    code = "id_token_refused"

    def __init__(self, reason: str) -> None:
        what, next_step = _WORDS.get(reason, _UNTRUSTED)
        super().__init__(what, kept=_KEPT, next_step=next_step)
        self.reason = reason


class IdTokens:
    """Checks tokens that one provider made for this program."""

    def __init__(
        self, provider: Provider, audiences: Collection[str], clock: Clock, *, hosted_domain: str = ""
    ) -> None:
        """`audiences`: our client ids; with `hosted_domain` only accounts of that Workspace domain pass."""
        self._provider = provider
        self._audiences = frozenset(audiences)
        self._clock = clock
        self._hosted_domain = hosted_domain.strip().lower()

    async def verify(self, token: str, *, nonce: str | None = None) -> Identity:
        """Whom the token names. With `nonce` it must hold just that one.

        Raises `IdTokenRefused`, and `Offline` when the provider's keys cannot be had.
        """
        claims = await self._signed_claims(token)
        self._check_origin(claims)
        self._check_time(claims)
        if nonce is not None and not _same(claims.get("nonce"), nonce):
            raise IdTokenRefused("nonce")
        return self._identity(claims)

    async def _signed_claims(self, token: str) -> Mapping[str, Any]:
        # Imported here: cryptography takes longer than a window may wait at its start.
        from joserfc import jws, jwt
        from joserfc.errors import BadSignatureError, JoseError

        if not token or len(token) > _LONGEST or not token.isascii():
            raise IdTokenRefused("malformed")
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
            raise IdTokenRefused("malformed") from None
        # Before any key is looked at: the token must not choose how it is checked.
        if header.get("alg") != _ALGORITHM:
            raise IdTokenRefused("algorithm")
        key_id = header.get("kid")
        if not isinstance(key_id, str) or not key_id or len(key_id) > 200:
            raise IdTokenRefused("unknown_key")
        try:
            key = await self._provider.key(key_id)
        except UnknownKey:
            raise IdTokenRefused("unknown_key") from None
        try:
            return jwt.decode(token, key, algorithms=[_ALGORITHM]).claims
        except BadSignatureError:
            raise IdTokenRefused("signature") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise IdTokenRefused("malformed") from None

    def _check_origin(self, claims: Mapping[str, Any]) -> None:
        issuers = {self._provider.issuer, f"{self._provider.issuer}/"}
        if self._provider.issuer == _GOOGLE:
            issuers.add("accounts.google.com")
        if claims.get("iss") not in issuers:
            raise IdTokenRefused("issuer")
        audience = claims.get("aud")
        named = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
        party = claims.get("azp")
        # For several at once, or for somebody else besides us, it may be used by them: that is not for us to take.
        if not named or not all(isinstance(one, str) and one in self._audiences for one in named):
            raise IdTokenRefused("audience")
        if party is not None and party not in self._audiences:
            raise IdTokenRefused("audience")

    def _check_time(self, claims: Mapping[str, Any]) -> None:
        expires, issued = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
        if expires is None or issued is None or not 0 <= expires - issued <= _LONGEST_LIFE:
            raise IdTokenRefused("malformed")
        reason = _outside(expires, issued, self._clock())
        if reason:
            skew = self._provider.skew
            right = skew is not None and abs(skew) > LEEWAY and not _outside(expires, issued, self._clock() - skew)
            raise IdTokenRefused("clock" if right else reason)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject, email = claims.get("sub"), claims.get("email")
        if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
            raise IdTokenRefused("malformed")
        # One of Google's own samples has it as text.
        if claims.get("email_verified") not in (True, "true") or not isinstance(email, str) or "@" not in email:
            raise IdTokenRefused("email_not_verified")
        domain = _text(claims.get("hd")).lower()
        if self._hosted_domain and domain != self._hosted_domain:
            raise IdTokenRefused("hosted_domain")
        return Identity(subject, email[:320], _text(claims.get("name")), _text(claims.get("picture")), domain)


def _outside(expires: int, issued: int, now: int) -> str:
    if now >= expires + LEEWAY:
        return "expired"
    return "not_yet" if issued > now + LEEWAY else ""


def _seconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 40:
        return None
    return int(value)


def _text(value: object) -> str:
    return value[:500] if isinstance(value, str) else ""


def _same(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode("utf-8", "surrogatepass"), expected.encode())


_KEPT: Final = Bilingual("Τίποτα δεν άλλαξε.", "Nothing was changed.")
_AGAIN: Final = Bilingual("Συνδεθείτε ξανά από την αρχή.", "Sign in again from the start.")
_UNTRUSTED: Final = (
    Bilingual(
        "Η απάντηση της Google δεν επαληθεύεται και δεν έγινε δεκτή.",
        "Google's answer cannot be verified, and was not taken.",
    ),
    _AGAIN,
)
_SET_CLOCK: Final = Bilingual(
    "Βάλτε το ρολόι να ρυθμίζεται αυτόματα και συνδεθείτε ξανά.",
    "Let the clock be set automatically, and sign in again.",
)
_CLOCK_OFF: Final = Bilingual(
    "Το ρολόι του υπολογιστή διαφέρει πολύ από της Google.", "This computer's clock differs too much from Google's."
)
_WORDS: Final[Mapping[str, tuple[Bilingual, Bilingual]]] = {
    "clock": (_CLOCK_OFF, _SET_CLOCK),
    "expired": (Bilingual("Η απάντηση της Google έχει λήξει.", "Google's answer has expired."), _SET_CLOCK),
    "not_yet": (
        Bilingual("Η απάντηση της Google έχει μελλοντική ώρα.", "Google's answer is dated in the future."),
        _SET_CLOCK,
    ),
    "email_not_verified": (
        Bilingual(
            "Η Google δεν έχει επαληθεύσει τη διεύθυνση αυτού του λογαριασμού.",
            "Google has not verified this account's address.",
        ),
        Bilingual("Συνδεθείτε με άλλον λογαριασμό.", "Sign in with another account."),
    ),
    "hosted_domain": (
        Bilingual("Ο λογαριασμός δεν ανήκει στην εταιρεία.", "The account is not one of the company's."),
        Bilingual("Συνδεθείτε με τον εταιρικό σας λογαριασμό.", "Sign in with your account of the company."),
    ),
}

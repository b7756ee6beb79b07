"""Tokens kept in `accounts`: AES-256-GCM, in the web CRM's form `enc:v1:` + base64url(IV, ciphertext, tag)."""

from __future__ import annotations

import base64
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput, NotConfigured

PREFIX = "enc:v1:"
KEY_BYTES = 32
_IV_BYTES = 12
_TAG_BYTES = 16
_ADDITIONAL_DATA = b"kktires-oauth-token"

_FOREIGN = re.compile(r"[^A-Za-z0-9+/]")
_URL_SAFE = str.maketrans("-_", "+/")

_HOW_TO_MAKE_A_KEY = Bilingual(
    "Δημιουργήστε ένα με «openssl rand -base64 32» και ορίστε το ως OAUTH_TOKEN_ENCRYPTION_KEY.",
    "Make one with `openssl rand -base64 32` and set it as OAUTH_TOKEN_ENCRYPTION_KEY.",
)


def parse_key(base64_text: str | None) -> bytes | None:
    """The 32-byte key written as base64 (standard or URL letters, padding optional, foreign characters ignored).

    None means that no key is set: plain tokens can still be read then. Raises `NotConfigured` for a key that is set
    but is not 32 bytes, because the web CRM silently stores tokens in clear with such a key.
    """
    if base64_text is None:
        return None
    key = _decode_base64(base64_text)
    if len(key) != KEY_BYTES:
        raise NotConfigured(
            Bilingual(
                f"Το κλειδί κρυπτογράφησης των token έχει {len(key)} byte αντί για {KEY_BYTES}.",
                f"The token encryption key has {len(key)} bytes instead of {KEY_BYTES}.",
            ),
            kept=Bilingual("Δεν αποθηκεύτηκε κανένα token.", "No token was stored."),
            next_step=_HOW_TO_MAKE_A_KEY,
        )
    return key


def encrypt_token(plain: str, key: bytes | None, iv: bytes | None = None) -> str:
    """`plain` as it is stored. Always encrypts, also a text that happens to begin with the prefix.

    `iv` (12 bytes) is for tests with known answers; left out, a random one is drawn. Raises `NotConfigured` without
    a key: a token is never stored in clear.
    """
    if iv is not None and len(iv) != _IV_BYTES:
        raise ValueError(f"iv must be {_IV_BYTES} bytes, not {len(iv)}")
    nonce = os.urandom(_IV_BYTES) if iv is None else iv
    sealed = AESGCM(_required(key)).encrypt(nonce, plain.encode("utf-8"), _ADDITIONAL_DATA)
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode("ascii")


def decrypt_token(value: str, key: bytes | None) -> str:
    """The token that `value` stands for; a value without the prefix is a plain token and comes back as it is.

    Raises `NotConfigured` when a key is needed and missing, `InvalidInput` when the value is too short, was altered
    or was encrypted with another key.
    """
    if not value.startswith(PREFIX):
        return value
    usable_key = _required(key)
    payload = _decode_base64(value[len(PREFIX) :])
    if len(payload) < _IV_BYTES + _TAG_BYTES:
        raise InvalidInput(
            Bilingual("Το αποθηκευμένο token είναι ελλιπές.", "The stored token is incomplete."),
            next_step=_SIGN_IN_AGAIN,
        )
    try:
        plain = AESGCM(usable_key).decrypt(payload[:_IV_BYTES], payload[_IV_BYTES:], _ADDITIONAL_DATA)
    except InvalidTag as error:
        raise InvalidInput(
            Bilingual(
                "Το αποθηκευμένο token έχει αλλοιωθεί ή κρυπτογραφήθηκε με άλλο κλειδί.",
                "The stored token was altered or encrypted with another key.",
            ),
            next_step=_SIGN_IN_AGAIN,
        ) from error
    return plain.decode("utf-8", "replace")


def decrypt_account_token(value: str | None, key: bytes | None) -> str | None:
    """A token column of `accounts`: None for null and for the empty text, else as `decrypt_token`."""
    return decrypt_token(value, key) if value else None


_SIGN_IN_AGAIN = Bilingual(
    "Συνδεθείτε ξανά στον λογαριασμό, ή ορίστε το κλειδί με το οποίο αποθηκεύτηκε.",
    "Sign in to the account again, or set the key it was stored with.",
)


def _required(key: bytes | None) -> bytes:
    if key is None or len(key) != KEY_BYTES:
        raise NotConfigured(
            Bilingual("Λείπει το κλειδί κρυπτογράφησης των token.", "The token encryption key is missing or unusable."),
            next_step=_HOW_TO_MAKE_A_KEY,
        )
    return key


def _decode_base64(text: str) -> bytes:
    """As Node decodes: both alphabets, foreign characters skipped, the first '=' ends it, odd bits are dropped."""
    digits = _FOREIGN.sub("", text.partition("=")[0].translate(_URL_SAFE))
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return base64.b64decode(digits + "=" * (-len(digits) % 4))

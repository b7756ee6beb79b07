"""DKIM signatures (RFC 6376; rsa-sha256, relaxed/relaxed) over finished mails.

Without a signature over both unsubscribe headers one-click does not count (RFC 8058, 4). dkimpy costs 15 ms of pure
Python for each RSA-2048 signature, and takes a mail of 1 MB apart line by line: at 100 mails a second neither is
possible. So RSA is `cryptography`'s, what is the same in all mails is brought into canonical form once, and dkimpy
judges a trial signature whenever a key is loaded (and every signature in the tests).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import dkim
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured

#: What is signed. A header that a mail does not have is named all the same: nobody can add it then. `from` stands
#: twice because every mail has one: a second one cannot be added either.
SIGNED_HEADERS: Final = (
    "from", "from", "to", "subject", "date", "message-id", "reply-to", "list-unsubscribe", "list-unsubscribe-post",
    "feedback-id", "mime-version", "content-type", "content-transfer-encoding",
)  # fmt: skip
#: RFC 8301, 3.2: shorter keys are not to be used.
_MIN_BITS: Final = 1024
_LABEL: Final = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_SELECTOR: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_BLANKS: Final = re.compile(rb"[ \t]+")
_FOLDED: Final = re.compile(rb"\r\n(?=[ \t])")
_TRIAL: Final = b"From: a@example.org\r\nTo: b@example.org\r\nSubject:  trial\r\n\r\nA \t trial. \r\n\r\n"
_WIDTH: Final = 72


@dataclass(frozen=True, slots=True)
class DkimSettings:
    """DKIM_DOMAIN, DKIM_SELECTOR and the secret DKIM_PRIVATE_KEY (PEM) as they stand."""

    domain: str
    selector: str
    private_key: str


class DkimSigner:
    """Signs mails of one domain. Safe to share between tasks."""

    def __init__(self, settings: DkimSettings, *, message_id_changes: bool = False) -> None:
        """`message_id_changes`: the way out replaces the Message-ID (Gmail's API does), so it is left unsigned.

        Raises `NotConfigured` when domain, selector or key cannot be used: now, not in the middle of a campaign.
        """
        #: The domain that signs, in ASCII.
        self.domain = _ascii_domain(settings.domain)
        selector = settings.selector.strip().lower()
        if not _SELECTOR.fullmatch(selector):
            raise _unusable("Ο επιλογέας (DKIM_SELECTOR) δεν είναι σωστός.", "The selector (DKIM_SELECTOR) is not one.")
        self._key = _load(settings.private_key)
        names = [name for name in SIGNED_HEADERS if not (message_id_changes and name == "message-id")]
        self._names = [name.encode("ascii") for name in names]
        listed = _wrapped(":".join(names), ":").encode("ascii")
        self._head = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain};\r\n s={selector}; t=".encode("ascii")
        self._middle = b";\r\n h=" + listed + b";\r\n bh="
        self._try_out()

    @property
    def public_record(self) -> str:
        """The TXT record that belongs to the key, for `<selector>._domainkey.<domain>`."""
        key = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(key).decode('ascii')}"

    def header(self, head: bytes, body: bytes, canonical_tail: bytes = b"", *, at: int) -> bytes:
        """The header line, with its line break, that goes before the mail. `at` is the time in Unix seconds.

        `head` are the mail's header lines with their line breaks and without the empty line, `body` what follows.
        Where the body's end is the same in many mails, it may be given as `canonical_tail` in its canonical form
        (`canonical_lines`); `body` then ends in a line break.
        """
        digest = hashlib.sha256(canonical_lines(body) if canonical_tail else canonical_body(body))
        digest.update(canonical_tail)
        body_hash = base64.b64encode(digest.digest())
        value = b"".join((self._head, b"%d" % at, self._middle, body_hash, b";\r\n b="))
        hashed = hashlib.sha256(b"".join(_signed_lines(head, self._names)))
        hashed.update(_canonical_header(b"dkim-signature", value))
        signature = self._key.sign(hashed.digest(), padding.PKCS1v15(), Prehashed(SHA256()))
        text = base64.b64encode(signature).decode("ascii")
        return b"".join((b"DKIM-Signature: ", value, _wrapped(text, "", used=3).encode("ascii"), b"\r\n"))

    def _try_out(self) -> None:
        head, _, body = _TRIAL.partition(b"\r\n\r\n")
        mail = self.header(head + b"\r\n", body, at=1) + _TRIAL
        record = self.public_record.encode("ascii")
        if not dkim.verify(mail, dnsfunc=lambda _name, **_options: record):
            raise _unusable("Η δοκιμαστική υπογραφή δεν επαληθεύεται.", "The trial signature does not verify.")


def canonical_lines(lines: bytes) -> bytes:
    """Whole lines of a body in relaxed form (RFC 6376, 3.4.4, a): blanks single, none at the end of a line."""
    if b"\t" in lines or b"  " in lines:
        lines = _BLANKS.sub(b" ", lines)
    return lines.replace(b" \r\n", b"\r\n").removesuffix(b" ")


def canonical_body(body: bytes) -> bytes:
    """A whole body in relaxed form (RFC 6376, 3.4.4): no empty lines at its end, a line break behind the last."""
    lines = canonical_lines(body)
    while lines.endswith(b"\r\n\r\n"):
        lines = lines[:-2]
    if lines in {b"", b"\r\n"}:
        return b""
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _ascii_domain(domain: str) -> str:
    try:
        name = domain.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = ""
    if not _DOMAIN.fullmatch(name):
        raise _unusable("Ο τομέας (DKIM_DOMAIN) δεν είναι σωστός.", "The domain (DKIM_DOMAIN) is not one.")
    return name


def _load(pem: str) -> rsa.RSAPrivateKey:
    # In a file of environment variables the line breaks are often written as \n.
    text = pem.strip().replace("\\n", "\n")
    try:
        key = load_pem_private_key(text.encode("utf-8"), password=None)
    except TypeError as error:
        raise _unusable("Το κλειδί έχει κωδικό πρόσβασης.", "The key is protected by a passphrase.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _unusable("Το κλειδί δεν διαβάζεται ως PEM.", "The key cannot be read as PEM.") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _unusable("Το κλειδί δεν είναι RSA.", "The key is not an RSA key.")
    if key.key_size < _MIN_BITS:
        raise _unusable(
            f"Το κλειδί έχει μόνο {key.key_size} bit· χρειάζονται 2048.", f"The key has {key.key_size} bits, not 2048."
        )
    return key


def _unusable(el: str, en: str) -> NotConfigured:
    return NotConfigured(
        Bilingual(f"Τα μηνύματα δεν μπορούν να υπογραφούν (DKIM). {el}", f"Mails cannot be signed (DKIM). {en}"),
        kept=Bilingual("Δεν στάλθηκε τίποτα.", "Nothing was sent."),
        next_step=Bilingual(
            "Διορθώστε τις ρυθμίσεις DKIM, ή αδειάστε το DKIM_DOMAIN για αποστολή χωρίς υπογραφή.",
            "Correct the DKIM settings, or empty DKIM_DOMAIN to send without a signature.",
        ),
    )


def _signed_lines(head: bytes, names: Sequence[bytes]) -> list[bytes]:
    """The header lines to be signed in canonical form, of headers that stand several times the last first."""
    fields: dict[bytes, list[bytes]] = {}
    for line in _FOLDED.sub(b"", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(value)
    return [_canonical_header(name, fields[name].pop()) + b"\r\n" for name in names if fields.get(name)]


def _canonical_header(name: bytes, value: bytes) -> bytes:
    """RFC 6376, 3.4.2, without the line break at its end."""
    return name + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")


def _wrapped(text: str, at: str, used: int = 3) -> str:
    """`text` on lines of at most 75; cut behind `at`, or anywhere."""
    lines, rest, width = [], text, _WIDTH - used
    while len(rest) > width:
        cut = rest.rfind(at, 0, width) + 1 if at else width
        lines.append(rest[:cut])
        rest, width = rest[cut:], _WIDTH
    return "\r\n ".join([*lines, rest])

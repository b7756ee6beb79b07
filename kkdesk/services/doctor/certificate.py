"""The certificate that a server shows, and what is wrong with one that is not to be trusted."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from typing import Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.services.doctor.asking import NoAnswer

#: Seconds for connecting and the handshake together.
_SECONDS: Final = 10.0
#: The reasons of OpenSSL (X509_V_ERR_…).
_NOT_YET_VALID, _EXPIRED = 9, 10
_SELF_SIGNED: Final = frozenset({18, 19})
_UNKNOWN_AUTHORITY: Final = frozenset({20, 21})
_OTHER_NAME: Final = frozenset({62, 64})


class Untrusted(Exception):
    """The certificate is not to be trusted; `why` says what is wrong with it, `next_step` what to do."""

    def __init__(self, why: Bilingual, next_step: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is valid: until when (Unix seconds), and who gave it."""

    ends_at: float
    issuer: str


async def look_at(host: str, address: str, port: int, tls: ssl.SSLContext) -> Certificate:
    """The certificate that `host` shows at `address`. Raises `Untrusted` and `NoAnswer`."""
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(address, port, ssl=tls, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(error, host) from None
    except ssl.SSLError:
        raise Untrusted(_NO_TLS, _SEE_TO_TLS) from None
    except TimeoutError:
        raise NoAnswer("slow") from None
    except OSError:
        raise NoAnswer("unreachable") from None
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert()
    finally:
        # What the other side still wants to say does not matter, and not waiting for it cannot take long.
        writer.transport.abort()
    return Certificate(float(ssl.cert_time_to_seconds(shown["notAfter"])), _issuer(shown))


def _issuer(shown: dict[str, object]) -> str:
    names: dict[str, str] = {}
    issuer = shown.get("issuer")
    for part in issuer if isinstance(issuer, tuple) else ():
        names.update(dict(part))
    return (names.get("organizationName") or names.get("commonName") or "")[:80]


def _untrusted(error: ssl.SSLCertVerificationError, host: str) -> Untrusted:
    match error.verify_code:
        case code if code == _EXPIRED:
            return Untrusted(Bilingual("Το πιστοποιητικό έληξε.", "The certificate has expired."), _RENEW)
        case code if code == _NOT_YET_VALID:
            return Untrusted(
                Bilingual("Το πιστοποιητικό δεν ισχύει ακόμα.", "The certificate is not valid yet."),
                Bilingual(
                    "Ελέγξτε το ρολόι αυτού του υπολογιστή και του διακομιστή.",
                    "Check the clocks of this computer and of the server.",
                ),
            )
        case code if code in _OTHER_NAME:
            return Untrusted(
                Bilingual(f"Το πιστοποιητικό δεν είναι για το {host}.", f"The certificate is not for {host}."),
                Bilingual(
                    "Προσθέστε το όνομα στον διακομιστή που μιλά TLS (στη Vercel: «Domains»).",
                    "Add the name to the server that speaks TLS (at Vercel: “Domains”).",
                ),
            )
        case code if code in _SELF_SIGNED:
            return Untrusted(
                Bilingual(
                    "Το πιστοποιητικό το υπέγραψε ο ίδιος ο διακομιστής, ή μια άγνωστη αρχή.",
                    "The certificate is self-signed, or signed by an authority that nobody knows.",
                ),
                _GET_ONE,
            )
        case code if code in _UNKNOWN_AUTHORITY:
            return Untrusted(
                Bilingual(
                    "Δεν είναι γνωστό ποιος έδωσε το πιστοποιητικό: άγνωστη αρχή, ή λείπει το ενδιάμεσο.",
                    "Nobody knows who gave the certificate: an unknown authority, or the one in between is missing.",
                ),
                _GET_ONE,
            )
    return Untrusted(
        Bilingual(
            f"Το πιστοποιητικό δεν είναι έγκυρο (OpenSSL {error.verify_code}).",
            f"The certificate is not valid (OpenSSL {error.verify_code}).",
        ),
        _GET_ONE,
    )


_RENEW: Final = Bilingual(
    "Ανανεώστε το, και δείτε γιατί δεν ανανεώθηκε μόνο του.", "Renew it, and see why it was not renewed by itself."
)
_GET_ONE: Final = Bilingual(
    "Πάρτε πιστοποιητικό από αρχή που όλοι ξέρουν (π.χ. Let's Encrypt), με όλη την αλυσίδα του.",
    "Get a certificate from an authority that everybody knows (e.g. Let's Encrypt), with its whole chain.",
)
_NO_TLS: Final = Bilingual("Στη θύρα αυτή δεν απαντά TLS.", "No TLS answers at this port.")
_SEE_TO_TLS: Final = Bilingual(
    "Βάλτε μπροστά έναν διακομιστή που μιλά TLS (Caddy, nginx).",
    "Put a server in front that speaks TLS (Caddy, nginx).",
)

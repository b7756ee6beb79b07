"""Which keyring is used, and what is said of one that cannot be.

Backends that keep secrets in a readable file, or nowhere, are never used, not even as one of several in a chain. Those
of the operating systems come first. One that nobody here knows is used where there is none of them, as whoever
installed it for `keyring` chose it, and `kkdesk doctor` names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KeyringLocked, KeyringMissing, KeyringSilent, SecretsUnavailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

#: Modules of the operating systems' keyrings: Secret Service, KWallet, Keychain, Credential Manager.
_KNOWN: Final = tuple(
    f"keyring.backends.{name}." for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
)
#: Modules whose backends keep nothing, or keep it where others can read it. `keyrings.alt` has files of several kinds,
#: some of them encrypted by a password that is asked for at a terminal, which a window has not.
_NOWHERE: Final = ("keyring.backends.fail.", "keyring.backends.null.")
_WEAK: Final = "keyrings.alt."
_PLAIN: Final = ("plaintext", "plain_text", "jsonkeyring", "unencrypted")


def usable_backend() -> KeyringBackend:
    """The backend that secrets go to. Raises `KeyringMissing` when there is none that keeps them safe."""
    import keyring

    refused: list[str] = []
    unknown: list[KeyringBackend] = []
    for backend in _chained(keyring.get_keyring()):
        if is_known(backend):
            return backend
        if _is_weak(backend):
            refused.append(name_of(backend))
        elif not _keeps_nothing(backend):
            unknown.append(backend)
    if unknown:
        return unknown[0]
    raise _missing(refused)


def is_known(backend: KeyringBackend) -> bool:
    """Whether it is an operating system's own."""
    return any(name.startswith(_KNOWN) for name in _lineage(backend))


def name_of(backend: KeyringBackend) -> str:
    """What a backend is called."""
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"


def trouble(error: BaseException) -> SecretsUnavailable:
    """What a person is told about a backend's failure. Its text is left out: nobody knows what is in it."""
    from keyring.errors import KeyringLocked as Locked
    from keyring.errors import NoKeyringError

    if isinstance(error, SecretsUnavailable):
        return error
    kind = type(error).__name__
    if isinstance(error, Locked) or kind in {"LockedException", "PromptDismissedException"}:
        return KeyringLocked(
            Bilingual("Η κλειδοθήκη του συστήματος είναι κλειδωμένη.", "The system keyring is locked."),
            next_step=Bilingual(
                "Ξεκλειδώστε την (συνήθως με τον κωδικό του υπολογιστή) και δοκιμάστε ξανά.",
                "Unlock it (usually by this computer's password) and try again.",
            ),
        )
    if isinstance(error, NoKeyringError):
        return _missing([])
    return SecretsUnavailable(
        Bilingual(
            f"Η κλειδοθήκη του συστήματος δεν απαντά σωστά ({kind}).",
            f"The system keyring does not answer properly ({kind}).",
        ),
        next_step=Bilingual(
            "Αποσυνδεθείτε από τον υπολογιστή και συνδεθείτε ξανά, ή χρησιμοποιήστε μεταβλητή περιβάλλοντος.",
            "Log out of this computer and in again, or use an environment variable.",
        ),
    )


def silent() -> KeyringSilent:
    """The keyring has not answered in time: it may be asking for a password somewhere."""
    return KeyringSilent(
        Bilingual("Η κλειδοθήκη του συστήματος δεν απαντά.", "The system keyring does not answer."),
        next_step=Bilingual(
            "Δείτε αν ένα άλλο παράθυρο ζητά τον κωδικό της, και δοκιμάστε ξανά.",
            "See whether another window asks for its password, and try again.",
        ),
    )


def damaged(name: str) -> SecretsUnavailable:
    """An entry was written in several parts, and they do not fit together."""
    return SecretsUnavailable(
        Bilingual(
            f"Το μυστικό {name} στην κλειδοθήκη είναι αλλοιωμένο.", f"The secret {name} in the keyring is damaged."
        ),
        next_step=Bilingual("Δώστε το ξανά στις Ρυθμίσεις.", "Give it again in Settings."),
    )


def forgetful() -> SecretsUnavailable:
    """What is read back is not what was written."""
    return SecretsUnavailable(
        Bilingual("Η κλειδοθήκη του συστήματος δεν κρατά ό,τι της δίνεται.", "The system keyring keeps nothing."),
        next_step=Bilingual(
            "Εγκαταστήστε άλλη· σε διακομιστή αρκούν μεταβλητές περιβάλλοντος.",
            "Install another one; on a server environment variables will do.",
        ),
    )


def _chained(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    from keyring.backends.chainer import ChainerBackend

    if isinstance(backend, ChainerBackend):
        yield from backend.backends
    else:
        yield backend


def _keeps_nothing(backend: KeyringBackend) -> bool:
    return any(name.startswith(_NOWHERE) for name in _lineage(backend))


def _is_weak(backend: KeyringBackend) -> bool:
    return any(name.startswith(_WEAK) or any(word in name.lower() for word in _PLAIN) for name in _lineage(backend))


def _lineage(backend: KeyringBackend) -> list[str]:
    """The names of its class and of those it comes from: a weak one stays weak in another package."""
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(backend).__mro__]


def _missing(refused: list[str]) -> KeyringMissing:
    names = ", ".join(refused)
    el, en = "Ο υπολογιστής δεν έχει κλειδοθήκη.", "This computer has no keyring."
    if names:
        el = f"Η μόνη κλειδοθήκη του υπολογιστή γράφει τα μυστικά σε απλό αρχείο και δεν χρησιμοποιείται ({names})."
        en = f"The only keyring of this computer writes secrets to a plain file, and is not used ({names})."
    return KeyringMissing(
        Bilingual(el, en),
        next_step=Bilingual(
            "Εγκαταστήστε μία (π.χ. gnome-keyring ή KWallet)· σε διακομιστή αρκούν μεταβλητές περιβάλλοντος.",
            "Install a keyring (such as gnome-keyring or KWallet); on a server environment variables will do.",
        ),
    )

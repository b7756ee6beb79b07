"""Which keyring is used, and what is said of one that cannot be.

Backends that keep secrets in a readable file, or nowhere, are never used, not even as one of several in a chain. One
that nobody here knows is: whoever installed it for `keyring` chose it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KeyringLocked, KeyringMissing, SecretsUnavailable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

#: Modules whose backends keep nothing, or keep it where others can read it. `keyrings.alt` has files of several kinds,
#: some of them encrypted by a password that is asked for at a terminal, which a window has not.
_WEAK: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_PLAIN: Final = ("plaintext", "plain_text", "jsonkeyring", "unencrypted")


def usable_backend() -> KeyringBackend:
    """The backend that secrets go to. Raises `KeyringMissing` when there is none that keeps them safe."""
    import keyring

    refused: list[str] = []
    for backend in _chained(keyring.get_keyring()):
        if _is_weak(backend):
            refused.append(_name(backend))
        else:
            return backend
    raise _missing([name for name in refused if not name.startswith("keyring.backends.")])


def backend_name() -> str:
    """What the keyring in use is called, empty when there is none."""
    try:
        return _name(usable_backend())
    except KeyringMissing:
        return ""


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
            kept=_SESSION,
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
        kept=_SESSION,
        next_step=Bilingual(
            "Αποσυνδεθείτε από τον υπολογιστή και συνδεθείτε ξανά, ή χρησιμοποιήστε μεταβλητή περιβάλλοντος.",
            "Log out of this computer and in again, or use an environment variable.",
        ),
    )


def silent() -> SecretsUnavailable:
    """The keyring has not answered in time: it may be asking for a password somewhere."""
    return SecretsUnavailable(
        Bilingual("Η κλειδοθήκη του συστήματος δεν απαντά.", "The system keyring does not answer."),
        kept=_SESSION,
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


def _chained(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    from keyring.backends.chainer import ChainerBackend

    if isinstance(backend, ChainerBackend):
        yield from backend.backends
    else:
        yield backend


def _is_weak(backend: KeyringBackend) -> bool:
    name = _name(backend)
    return name.startswith(_WEAK) or any(word in name.lower() for word in _PLAIN)


def _name(backend: KeyringBackend) -> str:
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"


def _missing(refused: list[str]) -> KeyringMissing:
    names = ", ".join(refused)
    el, en = "Ο υπολογιστής δεν έχει κλειδοθήκη.", "This computer has no keyring."
    if names:
        el = f"Η μόνη κλειδοθήκη του υπολογιστή γράφει τα μυστικά σε απλό αρχείο και δεν χρησιμοποιείται ({names})."
        en = f"The only keyring of this computer writes secrets to a plain file, and is not used ({names})."
    return KeyringMissing(
        Bilingual(el, en),
        kept=_SESSION,
        next_step=Bilingual(
            "Εγκαταστήστε μία (π.χ. gnome-keyring ή KWallet)· σε διακομιστή αρκούν μεταβλητές περιβάλλοντος.",
            "Install a keyring (such as gnome-keyring or KWallet); on a server environment variables will do.",
        ),
    )


_SESSION: Final = Bilingual("Το μυστικό μένει μόνο σε αυτή τη συνεδρία.", "The secret is kept for this session only.")

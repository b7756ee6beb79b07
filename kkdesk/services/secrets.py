"""Secrets: from the environment, else from the system keyring; never in a file, a log or an argument."""

from __future__ import annotations

import asyncio
import secrets as randomness

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.services.settings import SETTINGS, Settings

_SERVICE = "KK Desk"
_SECRET_NAMES = frozenset(setting.name for setting in SETTINGS if setting.secret)


class Secrets:
    """Secrets of one profile. `profile_name` tells profiles on one computer apart in the keyring."""

    def __init__(self, settings: Settings, profile_name: str) -> None:
        """Touches neither keyring nor file."""
        self._settings = settings
        self._profile_name = profile_name
        self._session: dict[str, str] = {}

    async def get(self, name: str) -> str:
        """The secret, or empty text when none is stored.

        Raises `SecretsUnavailable` when only the keyring could know and it cannot be asked.
        """
        if (value := self._settings.from_environment(_known(name))) is not None:
            return value
        if name in self._session:
            return self._session[name]
        return await asyncio.to_thread(self._read, name)

    async def require(self, name: str) -> str:
        """The secret. Raises `NotConfigured` when there is none."""
        try:
            value = await self.get(name)
        except SecretsUnavailable as error:
            raise _missing(name) from error
        if not value:
            raise _missing(name)
        return value

    async def put(self, name: str, value: str) -> None:
        """Keep the secret in the keyring; empty text forgets it.

        Raises `SecretsUnavailable` when the keyring refuses; the secret then lives in this session only.
        """
        self._session[_known(name)] = value
        await asyncio.to_thread(self._write, name, value)
        del self._session[name]

    async def new(self, name: str) -> str:
        """A new random secret, kept in the keyring. Raises `SecretsUnavailable` when it cannot be: nothing is kept."""
        value = randomness.token_urlsafe(32)
        try:
            await self.put(name, value)
        except SecretsUnavailable:
            self._session.pop(name, None)
            raise
        return value

    async def tracking_secret(self) -> str:
        """The key of tracking links; made and kept on first use where nothing else sets it.

        Raises `NotConfigured` when there is none and the keyring cannot keep a new one: links that could not be
        verified tomorrow must not be mailed today.
        """
        try:
            value = await self.get("EMAIL_TRACKING_SECRET") or await self.new("EMAIL_TRACKING_SECRET")
        except SecretsUnavailable as error:
            raise _missing("EMAIL_TRACKING_SECRET") from error
        return value

    def _read(self, name: str) -> str:
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(_SERVICE, self._entry(name)) or ""
        except KeyringError as error:
            raise _unavailable(error) from error

    def _write(self, name: str, value: str) -> None:
        import keyring
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            if value:
                keyring.set_password(_SERVICE, self._entry(name), value)
                return
            keyring.delete_password(_SERVICE, self._entry(name))
        except PasswordDeleteError:
            return  # It was not there: forgotten already.
        except KeyringError as error:
            raise _unavailable(error) from error

    def _entry(self, name: str) -> str:
        return f"{name} ({self._profile_name})"


def _known(name: str) -> str:
    if name not in _SECRET_NAMES:
        raise ValueError(f"not a secret: {name}")
    return name


def _missing(name: str) -> NotConfigured:
    return NotConfigured(
        Bilingual(f"Λείπει το μυστικό {name}.", f"The secret {name} is missing."),
        kept=Bilingual("Τίποτα δεν στάλθηκε.", "Nothing was sent."),
        next_step=Bilingual(
            "Δώστε το στις Ρυθμίσεις ή ως μεταβλητή περιβάλλοντος.",
            "Give it in Settings, or as an environment variable.",
        ),
    )


def _unavailable(error: Exception) -> SecretsUnavailable:
    kind = type(error).__name__
    return SecretsUnavailable(
        Bilingual(
            f"Η κλειδοθήκη του συστήματος δεν είναι διαθέσιμη ({kind}).",
            f"The system keyring is not available ({kind}).",
        ),
        kept=Bilingual("Το μυστικό μένει μόνο σε αυτή τη συνεδρία.", "The secret is kept for this session only."),
        next_step=Bilingual(
            "Ξεκλειδώστε την κλειδοθήκη ή χρησιμοποιήστε μεταβλητή περιβάλλοντος.",
            "Unlock the keyring, or use an environment variable.",
        ),
    )

"""Secrets: from the environment, else from the system keyring; never in a file, a log or an argument."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import KeyringMissing, KeyringSilent, NotConfigured, SecretsUnavailable
from kkdesk.services.keyring_calls import KeyringCalls
from kkdesk.services.settings import SETTINGS, Settings

if TYPE_CHECKING:
    from kkdesk.services.keyring_entries import KeyringEntries

SECRET_NAMES: Final = tuple(setting.name for setting in SETTINGS if setting.secret)


class Secrets:
    """Secrets of one profile. `profile_name` tells profiles on one computer apart in the keyring."""

    def __init__(self, settings: Settings, profile_name: str) -> None:
        """Touches neither keyring nor file."""
        self._settings = settings
        self._profile_name = profile_name
        self._session: dict[str, str] = {}
        self._keyring = KeyringCalls()

    async def get(self, name: str) -> str:
        """The secret, or empty text when none is stored.

        Raises `SecretsUnavailable` when only the keyring could know and it cannot be asked.
        """
        if (value := self._settings.from_environment(_known(name))) is not None:
            return value
        if name in self._session:
            return self._session[name]
        return await self._keyring.ask(lambda entries: entries.read(self._entry(name)))

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
        entry = self._entry(name)
        await self._keyring.ask(
            lambda entries: entries.write(entry, value) if value else entries.delete(entry), writes=True
        )
        self._session.pop(name, None)

    @property
    def session_only(self) -> frozenset[str]:
        """Names of those that the keyring refused: they are gone when the program ends."""
        return frozenset(name for name, value in self._session.items() if value)

    def hand_over(self) -> Mapping[str, str]:
        """Those of this session alone, for a process of ours that cannot find them in the keyring."""
        return {name: self._session[name] for name in self.session_only}

    def take_over(self, values: Mapping[str, str]) -> None:
        """What `hand_over` gave another process of this session."""
        self._session |= {_known(name): value for name, value in values.items()}

    async def forget_all(self) -> list[str]:
        """Delete every entry of this profile; the names of those that are still there.

        Never raises: where there is no keyring there is nothing to delete.
        """
        self._session.clear()
        left: list[str] = []
        for place, name in enumerate(SECRET_NAMES):
            try:
                await self._keyring.ask(_deleting(self._entry(name)), writes=True)
            except KeyringMissing:
                return []
            except KeyringSilent:
                return [*left, *SECRET_NAMES[place:]]
            except SecretsUnavailable:
                left.append(name)
        return left

    async def try_keyring(self) -> str:
        """Keep something as long as a private key, read it back and forget it; what the keyring is called.

        Raises `SecretsUnavailable` when it does not do so.
        """
        entry, word = f"doctor ({self._profile_name})", randomness.token_hex(1700)

        def work(entries: KeyringEntries) -> str:
            entries.write(entry, word)
            entries.delete(entry)
            return entries.backend_name

        return await self._keyring.ask(work, writes=True)

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

    def _entry(self, name: str) -> str:
        return f"{name} ({self._profile_name})"


def _known(name: str) -> str:
    if name not in SECRET_NAMES:
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


def _deleting(entry: str) -> Callable[[KeyringEntries], None]:
    return lambda entries: entries.delete(entry)

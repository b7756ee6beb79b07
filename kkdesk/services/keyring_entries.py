"""Entries of the keyring, of any length. Windows takes 2,560 bytes of UTF-16 for one (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).

A longer value lies in numbered parts, and its entry says how many and what their digest is. Parts are of two
generations in turn: the new ones are written beside the old ones, then the entry, in one step, then the old ones go. So
whoever is killed in between leaves the old value or the new one. Parts are written upwards and deleted downwards: what
is left of them is always found from the first on.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.services.keyring_backend import damaged, forgetful, name_of

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "KK Desk"
#: UTF-16 units of the longest value that is written as it is, and of a part.
LONGEST: Final = 1200
_GENERATIONS: Final = ("a", "b")
_HEAD: Final = re.compile(r"kkdesk-parts:1:(?P<generation>[ab]):(?P<count>[1-9]\d{0,3}):(?P<digest>[0-9a-f]{64})")
#: Another process may write while one reads; it does so once.
_TRIES: Final = 3

_log = structlog.get_logger(__name__)


class KeyringEntries:
    """The entries in one backend. Every call may block, and raises whatever the backend does."""

    def __init__(self, backend: KeyringBackend) -> None:
        """Asks nothing yet."""
        self._backend = backend

    @property
    def backend_name(self) -> str:
        """What the keyring is called."""
        return name_of(self._backend)

    def read(self, entry: str) -> str:
        """The value, empty when there is none. Raises `SecretsUnavailable` for parts that do not fit together."""
        for _ in range(_TRIES):
            value = self._get(entry)
            head = _HEAD.fullmatch(value)
            if head is None:
                return value
            numbers = range(int(head["count"]))
            whole = "".join(self._get(_part(entry, head["generation"], number)) for number in numbers)
            if _digest(whole) == head["digest"]:
                return whole
        raise damaged(entry.partition(" ")[0])

    def write(self, entry: str, value: str) -> None:
        """Keep `value` in place of what was there. Raises `SecretsUnavailable` when it does not read back."""
        before = _HEAD.fullmatch(self._get(entry))
        generation, parts = "", []
        if _units(value) <= LONGEST and not _HEAD.fullmatch(value):
            self._backend.set_password(SERVICE, entry, value)
        else:
            generation = "b" if before and before["generation"] == "a" else "a"
            parts = _split(value)
            for number, part in enumerate(parts):
                self._backend.set_password(SERVICE, _part(entry, generation, number), part)
            head = f"kkdesk-parts:1:{generation}:{len(parts)}:{_digest(value)}"
            self._backend.set_password(SERVICE, entry, head)
        if self.read(entry) != value:
            raise forgetful()
        try:
            self._sweep(entry, {generation: len(parts)})
        except Exception as error:  # noqa: BLE001 - the value is kept, and the next writing sweeps again
            _log.info("keyring_not_swept", kind=type(error).__name__)

    def delete(self, entry: str) -> None:
        """Forget it, with what an interrupted writing may have left. May be called when there is none."""
        self._delete_one(entry)
        self._sweep(entry, {})

    def _get(self, entry: str) -> str:
        return self._backend.get_password(SERVICE, entry) or ""

    def _sweep(self, entry: str, live: dict[str, int]) -> None:
        """Delete all parts but the first so many of a generation that are `live`."""
        for generation in _GENERATIONS:
            first = end = live.get(generation, 0)
            while self._backend.get_password(SERVICE, _part(entry, generation, end)) is not None:
                end += 1
            for number in reversed(range(first, end)):
                self._delete_one(_part(entry, generation, number))

    def _delete_one(self, entry: str) -> None:
        # Backends differ in what they say of deleting nothing.
        if self._backend.get_password(SERVICE, entry) is not None:
            self._backend.delete_password(SERVICE, entry)


def _part(entry: str, generation: str, number: int) -> str:
    return f"{entry} [{generation}{number}]"


def _split(value: str) -> list[str]:
    """Parts of at most `LONGEST` units; no letter is cut in two."""
    parts: list[str] = []
    part: list[str] = []
    units = 0
    for letter in value:
        size = _units(letter)
        if units + size > LONGEST:
            parts.append("".join(part))
            part, units = [], 0
        part.append(letter)
        units += size
    return [*parts, "".join(part)]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""Entries of the keyring, of any length. Windows takes 2,560 bytes of UTF-16 for one (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).

A longer value lies in numbered parts, and its entry says how many and what their digest is. Parts are of two
generations in turn: the new ones are written beside the old ones, then the entry, in one step, then the old ones go. So
whoever is killed in between leaves the old value or the new one.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from kkdesk.services.keyring_backend import damaged

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "KK Desk"
#: UTF-16 units of the longest value that is written as it is, and of a part.
LONGEST: Final = 1200
_GENERATIONS: Final = ("a", "b")
_HEAD: Final = re.compile(r"kkdesk-parts:1:(?P<generation>[ab]):(?P<count>\d{1,4}):(?P<digest>[0-9a-f]{64})")


class KeyringEntries:
    """The entries in one backend. Every call may block, and raises whatever the backend does."""

    def __init__(self, backend: KeyringBackend) -> None:
        """Asks nothing yet."""
        self._backend = backend

    def read(self, entry: str) -> str:
        """The value, empty when there is none. Raises `SecretsUnavailable` for parts that do not fit together."""
        value = self._backend.get_password(SERVICE, entry) or ""
        head = _HEAD.fullmatch(value)
        if head is None:
            return value
        parts = [
            self._backend.get_password(SERVICE, _part(entry, head["generation"], number))
            for number in range(int(head["count"]))
        ]
        whole = "".join(part or "" for part in parts)
        if _digest(whole) != head["digest"]:
            raise damaged(entry.partition(" ")[0])
        return whole

    def write(self, entry: str, value: str) -> None:
        """Keep `value` in place of what was there."""
        before = self._generation(entry)
        if _units(value) <= LONGEST and not _HEAD.fullmatch(value):
            self._backend.set_password(SERVICE, entry, value)
        else:
            generation = "b" if before == "a" else "a"
            parts = _split(value)
            for number, part in enumerate(parts):
                self._backend.set_password(SERVICE, _part(entry, generation, number), part)
            head = f"kkdesk-parts:1:{generation}:{len(parts)}:{_digest(value)}"
            self._backend.set_password(SERVICE, entry, head)
            self._delete_parts(entry, generation, len(parts))
        if before:
            self._delete_parts(entry, before, 0)

    def delete(self, entry: str) -> None:
        """Forget it, with what an interrupted writing may have left. May be called when there is none."""
        self._delete_one(entry)
        for generation in _GENERATIONS:
            self._delete_parts(entry, generation, 0)

    def _generation(self, entry: str) -> str:
        head = _HEAD.fullmatch(self._backend.get_password(SERVICE, entry) or "")
        return head["generation"] if head else ""

    def _delete_parts(self, entry: str, generation: str, first: int) -> None:
        number = first
        while self._delete_one(_part(entry, generation, number)):
            number += 1

    def _delete_one(self, entry: str) -> bool:
        """Whether it was there. Backends differ in what they say of deleting nothing."""
        if self._backend.get_password(SERVICE, entry) is None:
            return False
        self._backend.delete_password(SERVICE, entry)
        return True


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

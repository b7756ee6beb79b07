"""A keyring whose every secret can be found again wherever it went."""

from __future__ import annotations

from keyring.backend import KeyringBackend


def planted(name: str) -> str:
    """The secret called `name`: no other text has it in it."""
    return f"planted{name.replace('_', '').lower()}0123456789abcdef"


class PlantedKeyring(KeyringBackend):
    """Has every secret. `PYTHON_KEYRING_BACKEND` names it for another process."""

    priority = 1.0

    def get_password(self, service: str, username: str) -> str | None:
        if username in self.kept:
            return self.kept[username]
        name, _, rest = username.partition(" ")
        # Parts of long values and the doctor's own word are not there.
        return planted(name) if "[" not in rest and name.isupper() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop(username, None)

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

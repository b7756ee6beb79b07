"""A profile: the folder in which one installation keeps its data."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Profile:
    """Names of what lies in a profile folder. Nothing is made until somebody writes."""

    folder: Path

    @classmethod
    def at(cls, folder: Path | str | None, env: Mapping[str, str] = os.environ) -> Profile:
        """The profile at `folder`, else at `KKDESK_DATA`, else at the platform's place for data."""
        return cls(Path(folder or env.get("KKDESK_DATA") or _usual_place()).expanduser().absolute())

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.folder / "crm.db"

    @property
    def search_index(self) -> Path:
        """Derived data: may be deleted, is built again."""
        return self.folder / "search.db"

    @property
    def mail(self) -> Path:
        """Where mails go as `.eml` files while no mail server is set."""
        return self.folder / "mail"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.folder / "logs"

    @property
    def settings_file(self) -> Path:
        """Settings that are not secret, as a JSON object."""
        return self.folder / "settings.json"

    def read_settings(self) -> dict[str, Any]:
        """The stored settings; empty when there are none yet. Raises `InvalidInput` when the file is broken."""
        try:
            text = self.settings_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        try:
            found = json.loads(text)
        except ValueError as error:
            raise self._broken() from error
        if not isinstance(found, dict):
            raise self._broken()
        return found

    def write_settings(self, settings: Mapping[str, Any]) -> None:
        """Replace the stored settings in one step: a crash leaves the old file or the new one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.settings_file.with_suffix(".json.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(settings, file, ensure_ascii=False, indent=2, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.settings_file)

    def _broken(self) -> InvalidInput:
        return InvalidInput(
            Bilingual(
                f"Το αρχείο ρυθμίσεων δεν διαβάζεται: {self.settings_file}",
                f"The settings file cannot be read: {self.settings_file}",
            ),
            kept=Bilingual("Τα δεδομένα σας είναι ασφαλή.", "Your data is safe."),
            next_step=Bilingual(
                "Διορθώστε το ή μετονομάστε το· το πρόγραμμα θα φτιάξει νέο.",
                "Correct it, or rename it; the program will make a new one.",
            ),
        )


def _usual_place() -> Path:
    import platformdirs

    return platformdirs.user_data_path("KK Desk", appauthor=False)

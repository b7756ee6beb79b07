"""A profile: the folder in which one installation keeps its data."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull, InvalidInput, StoreError


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
    def replica(self) -> Path:
        """The folder of the replica of the company's database: derived data, is fetched again."""
        return self.folder / "replica"

    @property
    def outbox(self) -> Path:
        """Changes that the company's database has not got yet. Never derived, never thrown away."""
        return self.folder / "outbox.db"

    @property
    def search_index(self) -> Path:
        """Derived data: may be deleted, is built again."""
        return self.folder / "search.db"

    @property
    def mail(self) -> Path:
        """Where mails go as `.eml` files while no mail server is set."""
        return self.folder / "mail"

    @property
    def campaign_files(self) -> Path:
        """Attachments and pictures of campaigns by their SHA-256: derived data, are fetched again."""
        return self.folder / "campaign-files"

    @property
    def visits(self) -> Path:
        """Opens and clicks that the database has not taken yet. Never derived, never thrown away."""
        return self.folder / "visits"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.folder / "logs"

    @property
    def settings_file(self) -> Path:
        """Settings that are not secret, as a JSON object."""
        return self.folder / "settings.json"

    @property
    def sign_in_file(self) -> Path:
        """Who has signed in; no secret is in it."""
        return self.folder / "sign-in.json"

    @property
    def wiping_mark(self) -> Path:
        """Lies there while the company's data is being deleted: what was begun is finished at the next start."""
        return self.folder / "wiping.json"

    def read_settings(self) -> dict[str, Any]:
        """The stored settings; empty when there are none yet. Raises `InvalidInput` when the file is broken."""
        try:
            text = self.settings_file.read_text(encoding="utf-8")
            found = json.loads(text)
        except (FileNotFoundError, NotADirectoryError):
            # Whoever makes the folder says what is wrong with it.
            return {}
        except (OSError, ValueError) as error:
            raise self._broken() from error
        if not isinstance(found, dict):
            raise self._broken()
        return found

    def write_settings(self, settings: Mapping[str, Any]) -> None:
        """Replace the stored settings in one step: a crash, or a full disk, leaves the old file or the new one.

        Raises `DiskFull` or `StoreError` when they cannot be written.
        """
        new = self.settings_file.with_suffix(".json.new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with new.open("w", encoding="utf-8") as file:
                json.dump(settings, file, ensure_ascii=False, indent=2, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.settings_file)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> StoreError:
        kept = Bilingual("Οι ρυθμίσεις μένουν όπως ήταν.", "The settings stay as they were.")
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return DiskFull(
                Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."),
                kept=kept,
                next_step=Bilingual("Ελευθερώστε χώρο και αποθηκεύστε ξανά.", "Free some space and save again."),
            )
        return StoreError(
            Bilingual(
                f"Το αρχείο ρυθμίσεων δεν γράφεται: {self.settings_file}",
                f"The settings file cannot be written: {self.settings_file}",
            ),
            kept=kept,
            next_step=Bilingual(
                "Ελέγξτε ότι έχετε δικαίωμα εγγραφής στον φάκελο.", "Check that you may write to the folder."
            ),
        )

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

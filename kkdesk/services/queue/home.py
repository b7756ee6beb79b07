"""A worker's home: the folder in the profile that holds its journal and what it knows of its own past.

The home remembers its last claim outside the database. A database that knows of an older one only has been restored
from a backup: what it calls pending may have been mailed long ago, and waits for a person's word.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kkdesk.model.ids import ulid
from kkdesk.services.queue.journal import unwritable
from kkdesk.store.file_lock import try_lock

_LOCK_PAUSE = 0.01
_FILE = "home.json"


def known_home(folder: Path) -> str:
    """The home that lives in `folder`; empty when no worker has been there yet. Blocks for one small file."""
    try:
        return str(json.loads((folder / _FILE).read_text(encoding="utf-8"))["home"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


class Home:
    """The folder of a profile's workers, one for each database. Several, in one process or in many, may share it."""

    def __init__(self, folder: Path) -> None:
        """Read what the folder knows, or begin it. Blocks for one small file.

        Raises `DiskFull` or `StoreError` when it cannot be written.
        """
        self.folder = folder
        self._file = folder / _FILE
        with self._alone():
            self.id, self.last_claim = self._read()
            if not self.id:
                # A home that is new, or has lost its memory: jobs that another was busy with are not its own.
                self.id = ulid()
                self._write()

    def remember(self, claim_id: str) -> None:
        """Keep `claim_id` as the latest claim, if it is. Blocks for one small file; raises as the constructor."""
        with self._alone():
            _, known = self._read()
            self.last_claim = max(known, self.last_claim, claim_id)
            if self.last_claim != known:
                self._write()

    def _read(self) -> tuple[str, str]:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            return str(stored["home"]), str(stored["last_claim"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return "", ""

    def _write(self) -> None:
        new = self._file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"home": self.id, "last_claim": self.last_claim}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other worker of this home reads or writes in here."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.folder / "home.lock", os.O_CREAT | os.O_RDWR, 0o600)
            try:
                while not try_lock(lock):
                    time.sleep(_LOCK_PAUSE)
                yield
            finally:
                os.close(lock)
        except OSError as error:
            raise unwritable(error) from error

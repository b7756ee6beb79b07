"""A worker's home: the folder in the profile that holds its journal and what it knows of its own past.

The home remembers its last claim outside the database. A database that knows of an older one only has been restored
from a backup: what it calls pending may have been mailed long ago, and waits for a person's word.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from kkdesk.model.ids import ulid
from kkdesk.services.queue.journal import unwritable


class Home:
    """The folder `queue/` of a profile."""

    def __init__(self, folder: Path) -> None:
        """Read what the folder knows, or begin it. Blocks for one small file.

        Raises `DiskFull` or `StoreError` when it cannot be written.
        """
        self.folder = folder
        self._file = folder / "home.json"
        self.id, self.last_claim = self._read()
        if not self.id:
            self.id = ulid()
            self._begin()

    def remember(self, claim_id: str) -> None:
        """Keep `claim_id` as the latest claim, if it is. Blocks for one small file; raises as the constructor."""
        # Another worker of this home may have written since.
        _, known = self._read()
        self.last_claim = max(known, self.last_claim, claim_id)
        if self.last_claim != known:
            self._write()

    def _read(self) -> tuple[str, str]:
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
            return str(stored["home"]), str(stored["last_claim"])
        except FileNotFoundError:
            return "", ""
        except (ValueError, KeyError, TypeError):
            # A home that lost its memory is a new home: jobs that the old one was busy with are held.
            return "", ""

    def _begin(self) -> None:
        """Keep the new identity, unless another worker that starts in the same moment has kept one already."""
        try:
            new = self._written()
            try:
                os.link(new, self._file)
            except FileExistsError:
                known, self.last_claim = self._read()
                if known:
                    self.id = known
                else:  # What is there does not read: it has lost its memory.
                    new.replace(self._file)
            finally:
                new.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(error) from error

    def _write(self) -> None:
        try:
            self._written().replace(self._file)
        except OSError as error:
            raise unwritable(error) from error

    def _written(self) -> Path:
        # A name of its own for each: workers may share a process.
        new = self._file.with_name(f"{self._file.name}.{secrets.token_hex(8)}")
        self.folder.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8") as file:
            json.dump({"home": self.id, "last_claim": self.last_claim}, file)
            file.flush()
            os.fsync(file.fileno())
        return new

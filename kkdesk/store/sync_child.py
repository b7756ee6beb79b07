"""The process that fetches frames into the replica. It talks to its parent in lines of JSON.

    in   {"path", "url", "token", "check"}   fetch what is new; `check`: look first whether the file is sound
    out  {"frames"} | {"trouble", "text"}

The driver writes lines of its own to standard output: ours leave by another descriptor.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any, Final

from kkdesk.store.file_lock import try_lock
from kkdesk.store.replica_file import frames_in, is_begun, is_sound

#: How long an orphan gets to end, in seconds: less than the parent's deadline.
_LOCK_SECONDS: Final = 10.0


def main() -> int:
    """Serve until standard input ends; the exit code."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    child = _Child()
    for line in sys.stdin:
        _say(out, child.fetch(**json.loads(line)))
    return 0


class _Child:
    """Keeps the connection of the last request, which is good for the next one to the same place."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._lock: int | None = None
        self._locked = False
        self._made_for: tuple[str, str, str] | None = None

    def fetch(self, path: str, url: str, token: str, *, check: bool) -> dict[str, Any]:
        """The answer to one request."""
        file = Path(path)
        if not self._alone(file.parent):
            return {"trouble": "offline", "text": "another sync process has not ended yet"}
        if check and file.exists() and not (is_begun(file) and is_sound(file)):
            self._connection = None
            return {"trouble": "rejected", "text": "the file is damaged"}
        from kkdesk.store.libsql_driver import connect, trouble_of

        try:
            if self._connection is None or self._made_for != (path, url, token):
                self._connection = None
                self._connection = connect(file, url, token)
                self._made_for = (path, url, token)
            self._connection.sync()
        except BaseException as error:  # noqa: BLE001 - the driver panics with BaseExceptions; all of them are told
            self._connection = None
            text = str(error).replace(token, "…") if token else str(error)
            return {"trouble": trouble_of(text), "text": text[:500]}
        return {"frames": frames_in(file)}

    def _alone(self, folder: Path) -> bool:
        """Whether no other process writes there: one whose parent was killed may still be at work."""
        if self._lock is None:
            self._lock = os.open(folder / "sync.lock", os.O_RDWR | os.O_CREAT, 0o600)
        end = time.monotonic() + _LOCK_SECONDS
        while not self._locked and time.monotonic() < end:
            self._locked = try_lock(self._lock)
            if not self._locked:
                time.sleep(0.05)
        return self._locked


def _say(out: IO[str], message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())

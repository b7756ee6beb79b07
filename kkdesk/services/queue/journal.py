"""A worker's own book of what it handed over, kept beside the database.

The database says `claimed` for a whole batch; the journal says, mail by mail, which of them really were handed to a
server and what it answered. After a crash only mails that were started and not answered are in doubt.

Each line is a checksum and a JSON array, e.g. `5f1c2d3a ["start","<…>"]`. A start is on the disk before the content
of its mail leaves, so a line that was not finished belongs to a mail that was not sent.
"""

from __future__ import annotations

import asyncio
import errno
import os
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from urllib.parse import quote, unquote

import orjson
import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import DiskFull, StoreError
from kkdesk.model.os_reasons import os_reason
from kkdesk.services.mail.transport import Outcome, Result, Stage
from kkdesk.store.file_lock import try_lock

SUFFIX = ".journal"
#: Bytes after which a journal is written anew without what the database knows by now.
COMPACT_AT = 4_000_000

# Windows has no fdatasync.
_to_disk = getattr(os, "fdatasync", os.fsync)
_RESULTS = frozenset({"sent", "deferred", "refused", "unconfirmed"})
_BINARY: int = getattr(os, "O_BINARY", 0)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class JournalView:
    """What a journal says. `damaged`: a line in its middle does not read, so a missing start proves nothing."""

    last_claim: str = ""
    started: frozenset[str] = frozenset()
    answered: dict[str, Outcome] = field(default_factory=dict)
    damaged: bool = False


def read_journal(content: bytes) -> JournalView:
    """Read a journal as a crash may have left it. Never fails: what does not read is reported as damage."""
    lines = content.split(b"\n")
    started: set[str] = set()
    answered: dict[str, Outcome] = {}
    last_claim = ""
    damaged = False
    # After the last line break stands nothing, or a line that was never finished.
    for line in lines[:-1]:
        entry = _read_line(line)
        match entry:
            case ["claim", str(claim)]:
                last_claim = max(last_claim, claim)
            case ["start", str(message_id)]:
                started.add(message_id)
            case ["back", str(message_id)]:
                started.discard(message_id)
            case ["answer", str(message_id), *parts] if (outcome := _read_outcome(parts)) is not None:
                answered[message_id] = outcome
            case _:
                damaged = True
    return JournalView(last_claim, frozenset(started), answered, damaged)


class Journal:
    """The journal of one running worker: an open, locked file in `folder`."""

    def __init__(self, folder: Path, worker: str, last_claim: str = "") -> None:
        """Make the file and lock it; `last_claim` is the home's latest before.

        Raises `DiskFull` or `StoreError` when the folder cannot be written.
        """
        self._folder = folder
        self._worker = worker
        self._generation = 0
        self._open: dict[str, list[bytes]] = {}
        self._claim = b""
        #: The home's latest claim; empty before the first.
        self.last_claim = last_claim
        self._starting: list[tuple[str, asyncio.Future[None]]] = []
        self._syncing: asyncio.Task[None] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._path, self._file, self._size = self._make(b"")
        except OSError as error:
            raise unwritable(error) from error

    def claimed(self, claim_id: str) -> None:
        """Note that the database has given us this claim. Raises `DiskFull` or `StoreError`."""
        self.last_claim = claim_id
        self._claim = _line(["claim", claim_id])
        self._write(self._claim)

    async def start(self, message_id: str) -> None:
        """Note that a mail is about to be handed over; returns once that is safely on the disk.

        Raises `DiskFull` or `StoreError`: then the mail must not leave.
        """
        synced = asyncio.get_running_loop().create_future()
        self._starting.append((message_id, synced))
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync())
        await synced

    def answer(self, message_id: str, outcome: Outcome) -> None:
        """Note what became of a mail. Raises `DiskFull` or `StoreError`; without the note it is in doubt, no worse."""
        said = (outcome.result, outcome.at, outcome.stage, outcome.code, outcome.status, outcome.text)
        line = _line(["answer", message_id, *said])
        self._open.setdefault(message_id, []).append(line)
        self._write(line)

    def given_back(self, message_id: str) -> None:
        """Note that a mail that was started has certainly not left. Raises as `answer`, and as harmlessly."""
        line = _line(["back", message_id])
        self._open.setdefault(message_id, []).append(line)
        self._write(line)

    def recorded(self, message_ids: Iterable[str]) -> None:
        """The database knows these now: they need not be kept."""
        for message_id in message_ids:
            self._open.pop(message_id, None)
        if self._size > COMPACT_AT and self._syncing is None:
            self._compact()

    def close(self, *, keep: bool) -> None:
        """Let go of the file; without `keep` it is removed, everything in it being recorded."""
        os.close(self._file)
        if not keep:
            _remove(self._path)

    async def _sync(self) -> None:
        """Bring the starts that wait to the disk: one write and one sync for all of them."""
        loop = asyncio.get_running_loop()
        try:
            while self._starting:
                starting, self._starting = self._starting, []
                lines = {message_id: _line(["start", message_id]) for message_id, _ in starting}
                error: StoreError | None = None
                try:
                    self._write(b"".join(lines.values()))
                    self._open.update((message_id, [line]) for message_id, line in lines.items())
                    await loop.run_in_executor(None, _to_disk, self._file)
                except StoreError as problem:
                    error = problem
                except OSError as problem:
                    error = unwritable(problem)
                for _, future in starting:
                    if future.cancelled():
                        continue
                    if error is None:
                        future.set_result(None)
                    else:
                        future.set_exception(error)
        finally:
            self._syncing = None

    def _write(self, line: bytes) -> None:
        # A short append goes to the system's cache, in microseconds; only `start` waits for the disk.
        try:
            _write_whole(self._file, line)
        except OSError as error:
            # No room for the rest: take the torn line away, so that the next one is readable.
            os.ftruncate(self._file, self._size)
            raise unwritable(error) from error
        self._size += len(line)

    def _compact(self) -> None:
        """Go on in a new file that holds what is still open. A crash in between leaves both, which say the same."""
        content = b"".join([self._claim, *(line for lines in self._open.values() for line in lines)])
        old_path, old_file = self._path, self._file
        try:
            self._path, self._file, self._size = self._make(content)
        except OSError as error:
            # The old file goes on serving; a full disk will be met by the next start.
            _log.warning("journal_not_compacted", error=type(error).__name__)
            return
        os.close(old_file)
        _remove(old_path)

    def _make(self, content: bytes) -> tuple[Path, int, int]:
        while True:
            self._generation += 1
            path = self._folder / f"{quote(self._worker, safe='')}~{self._generation}{SUFFIX}"
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | _BINARY, 0o600)
            if try_lock(file) and _is_still(path, file):
                break
            # Another worker saw it in the moment before it was locked, and clears it away as a dead one's.
            os.close(file)
        try:
            _write_whole(file, content)
            os.fsync(file)
        except OSError:
            os.close(file)
            _remove(path)
            raise
        return path, file, len(content)


class LeftJournal:
    """The journal of a worker that is no more, locked against others who would read it too."""

    def __init__(self, worker: str, files: Sequence[tuple[Path, int]]) -> None:
        """Use `left_journals`."""
        self.worker = worker
        self._files = files

    def read(self) -> JournalView:
        """What it says. Raises `OSError`."""
        views = [read_journal(path.read_bytes()) for path, _ in self._files]
        answered = {message_id: outcome for view in views for message_id, outcome in view.answered.items()}
        return JournalView(
            max(view.last_claim for view in views),
            frozenset[str]().union(*(view.started for view in views)),
            answered,
            any(view.damaged for view in views),
        )

    def close(self, *, remove: bool) -> None:
        """Let go of it; with `remove` it is deleted, the database knowing all of it."""
        for path, file in self._files:
            os.close(file)
            if remove:
                _remove(path)


def left_journals(folder: Path) -> list[LeftJournal]:
    """The journals in `folder` whose workers have ended without clearing up. The caller closes them."""
    found: dict[str, list[tuple[Path, int]]] = {}
    alive: set[str] = set()
    listed = sorted(folder.glob(f"*~*{SUFFIX}"))
    for path in listed:
        worker = _worker_of(path)
        try:
            file = os.open(path, os.O_RDWR | _BINARY)
        except OSError:
            # Its worker has just removed it, or holds it in a way that Windows does not share.
            alive.add(worker)
            continue
        if try_lock(file) and _is_still(path, file):
            found.setdefault(worker, []).append((path, file))
        else:
            os.close(file)
            alive.add(worker)
    # A living worker goes on in a new file before it lets go of the old one.
    alive |= {_worker_of(path) for path in folder.glob(f"*~*{SUFFIX}") if path not in listed}
    left = [LeftJournal(worker, files) for worker, files in found.items() if worker not in alive]
    for worker in alive & found.keys():
        LeftJournal(worker, found[worker]).close(remove=False)
    return left


def _worker_of(path: Path) -> str:
    return unquote(path.name.rpartition("~")[0])


def _is_still(path: Path, file: int) -> bool:
    """Whether the open file is the one that has the name now."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _write_whole(file: int, content: bytes) -> None:
    if os.write(file, content) != len(content):
        raise OSError(errno.ENOSPC, "short write")


def _line(entry: list[object]) -> bytes:
    body = orjson.dumps(entry)
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _read_line(line: bytes) -> list[object] | None:
    checksum, _, body = line.partition(b" ")
    if b"%08x" % zlib.crc32(body) != checksum:
        return None
    try:
        entry = orjson.loads(body)
    except ValueError:
        return None
    return entry if isinstance(entry, list) else None


def _read_outcome(parts: list[object]) -> Outcome | None:
    match parts:
        case [str(result), int(at), str(stage), None | int() as code, str(status), str(text)] if result in _RESULTS:
            return Outcome(cast("Result", result), at, cast("Stage", stage), code, status, text)
    return None


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        # Windows: somebody is reading it. The next worker finds nothing to settle in it and removes it.
        _log.info("journal_not_removed")


def unwritable(error: OSError) -> StoreError:
    """What a person is told when the journal, or anything beside it, cannot be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(
            Bilingual("Ο δίσκος είναι γεμάτος· η αποστολή σταμάτησε.", "The disk is full; sending has stopped."),
            kept=Bilingual("Κανένα μήνυμα δεν χάθηκε.", "No mail was lost."),
            next_step=Bilingual("Ελευθερώστε χώρο· η αποστολή θα συνεχιστεί.", "Free some space; sending will go on."),
        )
    return StoreError(
        Bilingual(
            f"Το ημερολόγιο αποστολής δεν γράφεται: {os_reason(error).el}",
            f"The send journal cannot be written: {os_reason(error).en}",
        ),
        kept=Bilingual("Κανένα μήνυμα δεν χάθηκε.", "No mail was lost."),
        next_step=Bilingual(
            "Ελέγξτε ότι ο φάκελος του προφίλ είναι εγγράψιμος.", "Check that the profile folder can be written."
        ),
    )

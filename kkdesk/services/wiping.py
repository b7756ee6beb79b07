"""Taking the company's data off this computer: after signing out, or when the company lets its user in no more.

What is begun is finished: a mark lies in the profile until nothing is left, and the next start goes on from there. Kept
are the settings, the look of the window, the log, and a `crm.db` that was this computer's own and never the company's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.store.replica_file import connect_to_replica

if TYPE_CHECKING:
    from kkdesk.services.secrets import Secrets
    from kkdesk.store.profile import Profile

_log = structlog.get_logger(__name__)

#: Names in a profile's folder that are nobody's data.
_KEPT: Final = frozenset({"settings.json", "settings.json.new", "window.ini", "window.lock", "logs", "wiping.json"})
#: A database of this computer's own, with the copies that were made of it.
_OWN: Final = "crm.db"


@dataclass(frozen=True, slots=True)
class WipeReport:
    """What could not be taken away: paths, and entries of the keyring. Both empty: all is gone."""

    files: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left."""
        return not (self.files or self.secrets)


async def wipe(profile: Profile, secrets: Secrets) -> WipeReport:
    """Delete the company's data and every secret of the profile. Nobody may have the database open.

    Never raises for a file or an entry that resists: the report names it, and the mark stays.
    """
    await asyncio.to_thread(_mark, profile)
    secrets_left = await secrets.forget_all()
    files_left = await asyncio.to_thread(_delete, profile)
    report = WipeReport(tuple(files_left), tuple(secrets_left))
    if report.is_complete:
        await asyncio.to_thread(profile.wiping_mark.unlink, missing_ok=True)
    else:
        _log.warning("wipe_incomplete", files=len(files_left), secrets=len(secrets_left))
    return report


def _mark(profile: Profile) -> None:
    """Write down that all is to go, and which database it is of: its replica, which tells, goes first."""
    mark = profile.wiping_mark
    if mark.exists():
        return
    profile.folder.mkdir(parents=True, exist_ok=True)
    # A disk without room for it must not keep the data here.
    with contextlib.suppress(OSError), mark.open("w", encoding="utf-8") as file:
        json.dump({"identity": _company_identity(profile)}, file)
        file.flush()
        os.fsync(file.fileno())


def _delete(profile: Profile) -> list[str]:
    """The paths that are still there."""
    identity = _marked_identity(profile)
    for path in sorted(profile.folder.iterdir()):
        if path.name in _KEPT or (_is_own(path) and not _is_companys(path, identity)):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    # By looking again, as only that tells what is left of a folder.
    left = (path for path in profile.folder.rglob("*") if not path.is_dir())
    return [str(path) for path in left if _must_go(profile, path, identity)]


def _must_go(profile: Profile, path: Path, identity: str) -> bool:
    first = profile.folder / path.relative_to(profile.folder).parts[0]
    return first.name not in _KEPT and not (_is_own(first) and not _is_companys(first, identity))


def _is_own(path: Path) -> bool:
    return path.name.startswith(_OWN)


def _is_companys(path: Path, identity: str) -> bool:
    """Whether an own database, or what SQLite keeps beside it, has become the company's by being uploaded."""
    for ending in ("-wal", "-shm"):
        if path.name.endswith(ending):
            database = path.with_name(path.name.removesuffix(ending))
            return not database.exists() or _is_companys(database, identity)
    return bool(identity) and _identity_of(path) == identity


def _company_identity(profile: Profile) -> str:
    found = (_identity_of(path) for path in sorted(profile.replica.glob("replica-*.db"), reverse=True))
    return next((identity for identity in found if identity), "")


def _marked_identity(profile: Profile) -> str:
    try:
        return str(json.loads(profile.wiping_mark.read_text(encoding="utf-8"))["identity"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _identity_of(path: Path) -> str:
    """What kk_identity says, empty for what is no database of ours."""
    try:
        with closing(connect_to_replica(path)) as connection:
            row = connection.execute("SELECT id FROM kk_identity LIMIT 1").fetchone()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""

"""Opening the workspace when the server starts, also while its database is away.

A reader's picture and page need no database, and what they did is kept on the disk meanwhile; so the server starts all
the same, and tries again until it has the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.clock import Clock, system_clock
from kkdesk.model.errors import DatabaseNewer, KKDeskError, Offline, SignInNeeded, StoreError
from kkdesk.model.row import Row
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.database import Args
from kkdesk.store.profile import Profile
from kkdesk.workspace import Workspace

#: Seconds that the start waits for the database, and between attempts after that, the first and the longest.
FIRST_SECONDS: Final = 5.0
_RETRY: Final = (1.0, 30.0)

_log = structlog.get_logger("cloud_endpoints")


@dataclass(frozen=True)
class Home:
    """Where the endpoints find their settings and their database."""

    folder: Path | str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Clock = system_clock

    @property
    def profile(self) -> Profile:
        """The folder of what this server keeps."""
        return Profile.at(self.folder, self.environment)

    @property
    def settings(self) -> Settings:
        """Settings of the environment. Raises `InvalidInput` for a broken settings file."""
        return Settings(self.profile, self.environment)

    @property
    def secrets(self) -> Secrets:
        """Secrets of the environment; a server has usually no keyring."""
        return Secrets(self.settings, str(self.profile.folder))

    async def open(self) -> Workspace:
        """Open the workspace. Raises what `Workspace.open` does."""
        return await Workspace.open(self.folder, self.environment, self.clock, at_server=True)


class OpeningDatabase:
    """The workspace's database, once it is there; until then it is `Offline` (a `Database`)."""

    def __init__(self, home: Home) -> None:
        """Touches nothing yet."""
        self._home = home
        self._opening: asyncio.Task[None] | None = None
        self.workspace: Workspace | None = None

    @property
    def clock(self) -> Clock:
        """See `Database.clock`; this computer's while there is none."""
        return self.workspace.clock if self.workspace else self._home.clock

    def now(self) -> int:
        """Unix seconds, by `clock`."""
        return self.clock()

    async def start(self) -> None:
        """Open it, or go on trying.

        Raises what no waiting puts right: a setting, a database of a newer version, a token that is not taken.
        """
        self._opening = asyncio.create_task(self._open())
        await asyncio.wait({self._opening}, timeout=FIRST_SECONDS)
        if self._opening.done():
            self._opening.result()

    def require(self) -> Workspace:
        """The open workspace. Raises `Offline` while there is none."""
        if self.workspace is None:
            raise _not_yet()
        return self.workspace

    async def query(self, sql: str, args: Args = ()) -> list[Row]:
        """See `Database.query`."""
        return await self.require().db.query(sql, args)

    async def apply(self, change: Change) -> Applied:
        """See `Database.apply`."""
        return await self.require().db.apply(change)

    async def data_version(self) -> int:
        """See `Database.data_version`."""
        return await self.require().db.data_version()

    async def close(self) -> None:
        """Close what is open, and try no more."""
        if self._opening is not None:
            self._opening.cancel()
            with contextlib.suppress(asyncio.CancelledError, KKDeskError):
                await self._opening
        if self.workspace is not None:
            await self.workspace.close()

    async def _open(self) -> None:
        wait = _RETRY[0]
        while True:
            try:
                self.workspace = await self._home.open()
            except (DatabaseNewer, SignInNeeded) as error:
                _log.error("database_refused", code=error.code, error=error.what.en)
                raise
            except (Offline, StoreError) as error:
                _log.error("database_away", code=error.code, error=error.what.en, seconds=wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _RETRY[1])
            else:
                return


def _not_yet() -> Offline:
    return Offline(
        Bilingual("Η βάση δεδομένων δεν απαντά ακόμη.", "The database does not answer yet."),
        kept=Bilingual("Τίποτα δεν χάθηκε.", "Nothing was lost."),
        next_step=Bilingual("Δοκιμάστε ξανά σε λίγο.", "Try again in a little while."),
    )

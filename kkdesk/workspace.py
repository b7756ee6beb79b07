"""The composition root: a profile and settings in, a database and the services out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.model.clock import Clock, system_clock
from kkdesk.services.history import History
from kkdesk.services.organisation import Organisation, local_actor
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.local import LocalDatabase
from kkdesk.store.profile import Profile

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.store.database import Database


class Workspace:
    """Everything that the window, the command and the endpoints work with.

    Services are made on first use and import what they need then, so that a start pays only for what it shows.
    """

    def __init__(
        self, profile: Profile, settings: Settings, secrets: Secrets, db: Database, actor: Actor, clock: Clock
    ) -> None:
        """Use `Workspace.open`."""
        self.profile = profile
        self.settings = settings
        self.secrets = secrets
        self.db = db
        self.actor = actor
        self.clock = clock

    @classmethod
    async def open(
        cls,
        folder: Path | str | None = None,
        env: Mapping[str, str] = os.environ,
        clock: Clock = system_clock,
    ) -> Workspace:
        """Open the profile at `folder` (see `Profile.at`), making or upgrading its database.

        Raises `InvalidInput` for a broken settings file and the `StoreError` family for the database.
        """
        profile = Profile.at(folder, env)
        settings = Settings(profile, env)
        db = await LocalDatabase.open(profile.database, clock)
        try:
            actor = await local_actor(db, settings.text("DEFAULT_ORG_ID"), clock)
        except BaseException:
            await db.close()
            raise
        return cls(profile, settings, Secrets(settings, str(profile.folder)), db, actor, clock)

    async def close(self) -> None:
        """Let go of everything. May be called twice."""
        await self.db.close()

    @cached_property
    def history(self) -> History:
        """Past changes and undo."""
        return History(self.db, self.actor, self.clock)

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation the actor works in."""
        return Organisation(self.db, self.actor, self.clock)

"""The way in: what is known of a profile before its database is open, and whether anybody may come in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.clock import Clock, system_clock
from kkdesk.model.errors import SignInNeeded
from kkdesk.services.database_tokens import DatabaseTokens, database_tokens, is_brokered
from kkdesk.services.local_actor import local_actor
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile

if TYPE_CHECKING:
    from kkdesk.model.actor import Actor
    from kkdesk.services.sign_in.account_file import SignedIn
    from kkdesk.services.sign_in.service import SignIn
    from kkdesk.store.database import Database


@dataclass(frozen=True)
class Entry:
    """A profile with its settings, its secrets, and who has signed in."""

    profile: Profile
    settings: Settings
    secrets: Secrets
    clock: Clock

    @classmethod
    def at(
        cls, folder: Path | str | None = None, env: Mapping[str, str] = os.environ, clock: Clock = system_clock
    ) -> Entry:
        """That of the profile at `folder` (see `Profile.at`). Raises `InvalidInput` for a broken settings file."""
        profile = Profile.at(folder, env)
        settings = Settings(profile, env)
        return cls(profile, settings, Secrets(settings, str(profile.folder)), clock)

    @cached_property
    def sign_in(self) -> SignIn:
        """The Google account of the person at this computer. Where nobody signs in, a start does without it."""
        from kkdesk.services.sign_in.service import SignIn

        return SignIn(self.profile, self.settings, self.secrets, self.clock)

    @property
    def account(self) -> SignedIn | None:
        """Who has signed in."""
        return self.sign_in.account if self.profile.sign_in_file.exists() else None

    @property
    def is_brokered(self) -> bool:
        """Whether people sign in to the company's database."""
        return is_brokered(self.settings)

    def tokens(self) -> DatabaseTokens:
        """Where tokens of the company's database come from.

        Raises `SignInNeeded` where nobody has signed in and that is wanted, `InvalidInput` for a bad address.
        """
        if self.is_brokered and self.account is None:
            raise SignInNeeded(
                Bilingual("Δεν έχει συνδεθεί κανείς.", "Nobody has signed in."),
                next_step=Bilingual(
                    "Συνδεθείτε με τον λογαριασμό Google της εταιρείας («kkdesk login»).",
                    "Sign in with the company's Google account (“kkdesk login”).",
                ),
            )
        return database_tokens(self.settings, self.secrets, lambda: self.sign_in, self.clock)

    async def actor(self, db: Database) -> Actor:
        """Whoever is at work in `db`: who has signed in, where that counts, else its first owner."""
        account = self.account
        preferred = self.settings.text("DEFAULT_ORG_ID")
        if account is not None:
            from kkdesk.services.signed_in_actor import is_member, signed_in_actor

            # With a key that was entered, or a file of one's own, the account is for sending mail at first.
            if self.is_brokered or await is_member(db, account.identity):
                return await signed_in_actor(db, account.identity, preferred)
        return await local_actor(db, preferred, db.clock)

    async def close(self) -> None:
        """Close what is open. May be called twice."""
        if "sign_in" in self.__dict__:
            await self.sign_in.close()

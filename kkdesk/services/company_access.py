"""Joining the company with an account instead of a key: where to sign in is asked of the company's endpoints."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from kkdesk.model.errors import SecretsUnavailable
from kkdesk.services.broker_client import BrokerClient, DesktopClient
from kkdesk.services.brokered_tokens import BrokeredTokens

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings
    from kkdesk.services.sign_in.service import SignIn


class CompanyAccess:
    """For one profile. The order is `look`, `adopt`, sign in, `join`."""

    def __init__(self, settings: Settings, secrets: Secrets, sign_in: SignIn, clock: Clock) -> None:
        """Asks nobody yet."""
        self._settings = settings
        self._secrets = secrets
        self._sign_in = sign_in
        self._clock = clock

    async def look(self, address: str) -> DesktopClient:
        """What the endpoints at `address` say. Raises `InvalidInput`, `NotConfigured`, `Offline`."""
        broker = BrokerClient(address)
        try:
            return await broker.desktop_client()
        finally:
            await broker.close()

    async def adopt(self, address: str, client: DesktopClient) -> None:
        """Sign in by these endpoints from now on. Nothing is joined yet.

        A keyring that refuses keeps the client's secret for this session; `prepare` asks for it again in the next.
        """
        origin = BrokerClient(address).origin
        values = {
            "AUTH_BROKER_URL": origin,
            "GOOGLE_ISSUER": client.issuer,
            "GOOGLE_DESKTOP_CLIENT_ID": client.client_id,
            "GOOGLE_HOSTED_DOMAIN": client.hosted_domain,
        }
        await asyncio.to_thread(self._settings.store, values)
        with suppress(SecretsUnavailable):
            await self._secrets.put("GOOGLE_DESKTOP_CLIENT_SECRET", client.client_secret)

    async def prepare(self) -> None:
        """See that what signing in needs is here, after a wipe or without a keyring. Raises what `look` does."""
        broker = self._settings.text("AUTH_BROKER_URL")
        if not broker:
            return
        known = ""
        with suppress(SecretsUnavailable):
            known = await self._secrets.get("GOOGLE_DESKTOP_CLIENT_SECRET")
        if not (known and self._settings.text("GOOGLE_DESKTOP_CLIENT_ID")):
            await self.adopt(broker, await self.look(broker))

    async def join(self) -> str:
        """Ask for a database token with the account that has signed in, and work with that database from now on.

        The database's address. Raises `AccessRevoked` when the company does not let the account in, `SignInNeeded`,
        `NotConfigured` and `Offline`.
        """
        broker = BrokerClient(self._settings.text("AUTH_BROKER_URL"))
        tokens = BrokeredTokens(broker, self._sign_in, self._secrets, self._clock)
        try:
            url = (await tokens.renew()).url
        finally:
            await tokens.close()
        await asyncio.to_thread(self._settings.store, {"DATABASE_URL": url})
        return url

    async def abandon(self) -> None:
        """Take `adopt` back: the database is where it was."""
        await asyncio.to_thread(self._settings.store, {"AUTH_BROKER_URL": ""})

    async def leave(self) -> None:
        """Forget the endpoints: the profile works with its own file, or a fixed key, again."""
        await asyncio.to_thread(self._settings.store, {"AUTH_BROKER_URL": "", "DATABASE_URL": ""})

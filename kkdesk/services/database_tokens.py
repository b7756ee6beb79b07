"""Where the tokens of the company's database come from: one that was entered once, or the company's token broker."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings


class DatabaseTokens(Protocol):
    """Whoever has tokens for the company's database."""

    async def token(self) -> str:
        """A token that is good now; empty where none is needed. Raises `SignInNeeded`, `Offline`, `NotConfigured`."""
        ...

    async def url(self) -> str:
        """The database that they are for, as whoever gives them says; empty where nobody does. Raises as `token`."""
        ...

    def refused(self, token: str) -> None:
        """The database does not take this one."""
        ...

    def signed_in(self) -> None:
        """Somebody has signed in: what was said before no longer counts."""
        ...

    async def close(self) -> None:
        """Ask for nothing any more."""
        ...


class IdTokens(Protocol):
    """Whoever has id_tokens of the person who signed in, as `kkdesk.services.sign_in.service.SignIn`."""

    async def id_token(self) -> str:
        """One that is good for some minutes. Raises `SignInNeeded`, `Offline`, `NotConfigured`."""
        ...

    def forget(self) -> None:
        """It was not taken: the next is to be a new one."""
        ...


class FixedToken:
    """The token that was entered once (DATABASE_AUTH_TOKEN)."""

    def __init__(self, secrets: Secrets) -> None:
        """Reads it when it is asked for."""
        self._secrets = secrets

    async def token(self) -> str:
        """See `DatabaseTokens.token`."""
        return await self._secrets.get("DATABASE_AUTH_TOKEN")

    async def url(self) -> str:
        """A setting says so."""
        return ""

    def refused(self, token: str) -> None:
        """There is no other."""

    def signed_in(self) -> None:
        """It is nobody's in particular."""

    async def close(self) -> None:
        """Nothing is open."""


def is_brokered(settings: Settings) -> bool:
    """Whether this profile gets its tokens from the company's endpoints. A token of the environment goes before."""
    return bool(settings.text("AUTH_BROKER_URL")) and settings.from_environment("DATABASE_AUTH_TOKEN") is None


def database_tokens(
    settings: Settings, secrets: Secrets, sign_in: Callable[[], IdTokens], clock: Clock
) -> DatabaseTokens:
    """The profile's; `sign_in` is called where it is needed. Raises `InvalidInput` for a bad AUTH_BROKER_URL."""
    if not is_brokered(settings):
        return FixedToken(secrets)
    from kkdesk.services.broker_client import BrokerClient
    from kkdesk.services.brokered_tokens import BrokeredTokens

    return BrokeredTokens(BrokerClient(settings.text("AUTH_BROKER_URL")), sign_in(), secrets, clock)

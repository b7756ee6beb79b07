"""`TokenBroker`: a Google id_token in, a database token out; nothing else gets a desktop to the company's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.model.rights import may_write
from kkdesk.services.sign_in.id_tokens import IdTokens
from kkdesk.services.sign_in.provider import Provider
from kkdesk.services.token_broker.access_log import AccessLog
from kkdesk.services.token_broker.admission import Admission, Member, listed_addresses
from kkdesk.services.token_broker.minting import Access, Mint, configured_mint
from kkdesk.services.token_broker.refusals import NotLetIn, OtherAccount, not_configured

if TYPE_CHECKING:
    from collections.abc import Callable

    from kkdesk.model.clock import Clock
    from kkdesk.model.identity import Identity
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings
    from kkdesk.store.database import Database


@dataclass(frozen=True, slots=True)
class Grant:
    """A database token and whom it is for. `expires_in` is in seconds, `expires_at` in Unix seconds."""

    url: str
    token: str = field(repr=False)
    expires_at: int
    expires_in: int
    access: Access
    member: Member


@dataclass(frozen=True, slots=True)
class DesktopSettings:
    """What a desktop needs to sign in. Its client's secret is none (RFC 8252, 8.5); the web CRM's never is here."""

    issuer: str
    client_id: str
    client_secret: str
    hosted_domain: str


class TokenBroker:
    """For one organisation and its database."""

    def __init__(
        self, db: Database, org_id: Callable[[], str], settings: Settings, secrets: Secrets, clock: Clock
    ) -> None:
        """Asks nobody yet; `org_id` is known once the database is open."""
        self._db = db
        self._org_id = org_id
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._provider: Provider | None = None

    async def identify(self, id_token: str) -> Identity:
        """Whose `id_token` is. Raises `IdTokenRefused`, `NotConfigured`, `Offline`."""
        client_id = self._required("GOOGLE_DESKTOP_CLIENT_ID")
        if self._provider is None:
            self._provider = Provider(self._settings.text("GOOGLE_ISSUER"), self._clock)
        domain = self._settings.text("GOOGLE_HOSTED_DOMAIN")
        return await IdTokens(self._provider, {client_id}, self._clock, hosted_domain=domain).verify(id_token)

    async def grant(self, identity: Identity, network: str) -> Grant:
        """A token for `identity`, on record before it is given. `network`: whence it was asked for.

        Raises `NotLetIn`, `OtherAccount`, `NotConfigured`, `Offline` and the `StoreError` family.
        """
        url = self._settings.text("AUTH_DATABASE_URL") or self._required("DATABASE_URL")
        mint = await self._mint()
        org_id = self._org_id()
        log = AccessLog(self._db, org_id, self._clock)
        listed = listed_addresses(self._settings.text("AUTH_ALLOWED_EMAILS"))
        try:
            member = await Admission(self._db, org_id, listed, self._clock).admit(identity)
        except (NotLetIn, OtherAccount) as error:
            await log.refused(identity.email, error.reason if isinstance(error, NotLetIn) else error.code, network)
            raise
        access: Access = "full-access" if may_write(member.role) else "read-only"
        made = await mint.token(access)
        await log.token(member, access, network, made.expires_at)
        return Grant(url, made.token, made.expires_at, made.expires_at - self._clock(), access, member)

    async def desktop(self) -> DesktopSettings | None:
        """What a desktop needs to sign in; None where it is not set up."""
        client_id = self._settings.text("GOOGLE_DESKTOP_CLIENT_ID")
        try:
            secret = await self._secrets.get("GOOGLE_DESKTOP_CLIENT_SECRET")
        except SecretsUnavailable:
            secret = ""
        if not (client_id and secret):
            return None
        domain = self._settings.text("GOOGLE_HOSTED_DOMAIN")
        return DesktopSettings(self._settings.text("GOOGLE_ISSUER"), client_id, secret, domain)

    async def missing(self) -> str:
        """The first setting that is wanting, empty when all are there: for health checks."""
        try:
            self._required("GOOGLE_DESKTOP_CLIENT_ID")
            if not self._settings.text("AUTH_DATABASE_URL"):
                self._required("DATABASE_URL")
            await self._mint()
        except NotConfigured as error:
            return error.what.en
        return ""

    async def close(self) -> None:
        """Close what is open. May be called twice."""
        if self._provider is not None:
            await self._provider.close()

    async def _mint(self) -> Mint:
        try:
            return await configured_mint(self._settings, self._secrets, self._clock)
        except SecretsUnavailable:
            raise not_configured("DATABASE_JWT_PRIVATE_KEY / TURSO_API_TOKEN") from None

    def _required(self, name: str) -> str:
        value = self._settings.text(name)
        if not value:
            raise not_configured(name)
        return value

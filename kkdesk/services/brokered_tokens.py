"""Database tokens of an hour from the company's endpoints, for who has signed in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.model.actor import as_role
from kkdesk.model.errors import AccessRevoked, KKDeskError, SecretsUnavailable, SignInNeeded
from kkdesk.services.broker_client import BrokerClient, DatabaseGrant

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.services.database_tokens import IdTokens
    from kkdesk.services.secrets import Secrets

#: Where the last token is kept, so that a start, and a worker, need not wait for the broker.
KEPT_AS: Final = "BROKERED_DATABASE_TOKEN"
#: A token is renewed when less than this part of its life is left.
_RENEW_AT: Final = 0.25
#: Seconds before its end at which a token is used no more.
_SPARE: Final = 10
#: Seconds between two tries to renew a token that is still good.
_PAUSE: Final = 30.0

_log = structlog.get_logger(__name__)


class BrokeredTokens:
    """Tokens of an hour from the company's endpoints, renewed ahead of their end; one request at a time."""

    def __init__(self, broker: BrokerClient, sign_in: IdTokens, secrets: Secrets, clock: Clock) -> None:
        """Asks nobody yet."""
        self._broker = broker
        self._sign_in = sign_in
        self._secrets = secrets
        self._clock = clock
        self._held: _Held | None = None
        self._read = False
        self._asking: asyncio.Task[_Held] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._not_before = 0.0
        self._no: AccessRevoked | None = None
        #: Called with each new grant, on the event loop.
        self.heard: Callable[[DatabaseGrant], None] = _nobody

    async def token(self) -> str:
        """See `DatabaseTokens.token`. Once raised, `AccessRevoked` is raised until somebody signs in anew."""
        return (await self.grant()).token

    async def url(self) -> str:
        """See `DatabaseTokens.url`."""
        return (await self.grant()).url

    async def grant(self) -> DatabaseGrant:
        """The token with all that was said about it. Raises what `token` does."""
        if self._no is not None:
            raise self._no
        held = await self._known()
        if held is None or held.ends - _SPARE <= self._clock():
            held = await self._asked()
        elif self._is_due(held):
            self._renew_ahead()
        return held.grant

    async def renew(self) -> DatabaseGrant:
        """A new one, whatever is held. Raises what `token` does."""
        return (await self._asked()).grant

    def refused(self, token: str) -> None:
        """See `DatabaseTokens.refused`."""
        if self._held is not None and self._held.grant.token == token:
            self._held = None

    def signed_in(self) -> None:
        """See `DatabaseTokens.signed_in`."""
        self._no = None
        self._not_before = 0.0

    async def close(self) -> None:
        """See `DatabaseTokens.close`."""
        for task in (self._ahead, self._asking):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        await self._broker.close()

    def _is_due(self, held: _Held) -> bool:
        # One of an earlier run is renewed at once: who was let in then may be so no more.
        return held.of_earlier_run or held.ends - self._clock() < held.grant.seconds * _RENEW_AT

    async def _known(self) -> _Held | None:
        if self._held is None and not self._read:
            self._read = True
            try:
                self._held = _from_text(await self._secrets.get(KEPT_AS))
            except SecretsUnavailable as error:
                _log.info("kept_token_unreadable", code=error.code)
        return self._held

    def _renew_ahead(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._not_before and (self._ahead is None or self._ahead.done()):
            self._not_before = now + _PAUSE
            self._ahead = asyncio.create_task(self._try())

    async def _try(self) -> None:
        try:
            await self._asked()
        except KKDeskError as error:
            # What is held is good until its end.
            _log.info("token_not_renewed", code=error.code)

    async def _asked(self) -> _Held:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> _Held:
        id_token = await self._sign_in.id_token()
        try:
            grant = await self._broker.database_token(id_token)
        except AccessRevoked as error:
            # A token that is still good is not used against the company's word.
            self._no = error
            raise
        except SignInNeeded:
            # An id_token may be refused for its age; another one is made without the person.
            self._sign_in.forget()
            again = await self._sign_in.id_token()
            if again == id_token:
                raise
            grant = await self._broker.database_token(again)
        self._held = held = _Held(grant, self._clock() + grant.seconds, of_earlier_run=False)
        await self._keep(held)
        self.heard(grant)
        return held

    async def _keep(self, held: _Held) -> None:
        try:
            await self._secrets.put(KEPT_AS, held.as_text())
        except SecretsUnavailable as error:
            _log.info("token_not_kept", code=error.code)


class _Held:
    """A grant with the time at which it ends, by this computer's clock."""

    def __init__(self, grant: DatabaseGrant, ends: int, *, of_earlier_run: bool) -> None:
        self.grant = grant
        self.ends = ends
        self.of_earlier_run = of_earlier_run

    def as_text(self) -> str:
        grant = self.grant
        fields = [grant.url, grant.token, grant.seconds, grant.role, grant.user_id, grant.org_id, self.ends]
        return json.dumps(fields, ensure_ascii=False)


def _from_text(text: str) -> _Held | None:
    try:
        url, token, seconds, role, user_id, org_id, ends = json.loads(text)
        grant = DatabaseGrant(str(url), str(token), int(seconds), as_role(role), str(user_id), str(org_id))
        return _Held(grant, int(ends), of_earlier_run=True)
    except (ValueError, TypeError):
        return None


def _nobody(_grant: DatabaseGrant) -> None:
    """Nobody wants to hear of grants."""

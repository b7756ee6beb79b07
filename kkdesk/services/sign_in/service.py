"""`SignIn`: the Google account of the person at this computer. Signs in and out, and has tokens that are good now.

The refresh token is in the keyring (GOOGLE_SIGN_IN_TOKEN), who it is of in the profile (`sign-in.json`); access tokens
and id_tokens are in memory alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import SecretsUnavailable, SignInNeeded
from kkdesk.services.google_token import OAuthClient, RefreshedTokens
from kkdesk.services.sign_in.account_file import SignedIn, delete_account, read_account, write_account
from kkdesk.services.sign_in.authorization import GMAIL_SEND, Attempt, authorization_url
from kkdesk.services.sign_in.provider import Provider
from kkdesk.services.sign_in.refusals import (
    denied,
    nobody,
    not_set_up,
    not_written,
    other_issuer,
    too_late,
    wrong_account,
)

if TYPE_CHECKING:
    from kkdesk.model.clock import Clock
    from kkdesk.model.identity import Identity
    from kkdesk.services.secrets import Secrets
    from kkdesk.services.settings import Settings
    from kkdesk.services.sign_in.callback_request import Callback
    from kkdesk.services.sign_in.token_endpoint import CodeTokens
    from kkdesk.store.profile import Profile

#: The secret that holds the refresh token.
KEPT_AS: Final = "GOOGLE_SIGN_IN_TOKEN"
#: Seconds that the person has in the browser.
TIME_LIMIT: Final = 300.0
_CLIENT: Final = "GOOGLE_DESKTOP_CLIENT"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The person is to sign in at `url`; the browser did not open by itself where `opened` is false."""

    url: str
    opened: bool = True


class SignIn:
    """For one profile."""

    def __init__(self, profile: Profile, settings: Settings, secrets: Secrets, clock: Clock) -> None:
        """Reads who is remembered; asks nobody."""
        self._file = profile.sign_in_file
        self._settings = settings
        self._secrets = secrets
        self._clock = clock
        self._account = read_account(self._file)
        self._provider: Provider | None = None
        self._tokens: RefreshedTokens | None = None
        self._turn = asyncio.Lock()

    @property
    def account(self) -> SignedIn | None:
        """Who has signed in, also when they have to do so again."""
        return self._account

    @property
    def is_configured(self) -> bool:
        """Whether there is a client to sign in with."""
        return bool(self._settings.text(f"{_CLIENT}_ID"))

    @property
    def may_send_mail(self) -> bool:
        """Whether the account has given leave to send with Gmail."""
        return self._account is not None and GMAIL_SEND in self._account.scopes

    @property
    def tokens(self) -> SignIn:
        """Access tokens of the account (`kkdesk.services.google_token.AccessTokens`)."""
        return self

    async def sign_in(
        self,
        open_browser: Callable[[str], Awaitable[bool]],
        told: Callable[[Waiting], None] = lambda _: None,
        *,
        gmail: bool = False,
        same_account: bool = False,
        timeout: float = TIME_LIMIT,  # noqa: ASYNC109 - what the person has, and is told of
    ) -> SignedIn:
        """Have the person sign in with the browser. Cancelling ends it and changes nothing.

        `open_browser` says whether one opened; `told` gets the address in any case. With `gmail` leave to send mail is
        asked for. With `same_account` anybody but who is signed in now is refused. Raises the `SignInFailed` family,
        `NotConfigured` and `Offline`; who was signed in before then still is. Raises `StoreError` when the disk
        refuses: the sign-in holds until the program ends.
        """
        async with self._turn:
            client = await self._client()
            provider = self._require_provider()
            attempt = Attempt()
            wanted = self._account.identity if self._account and (same_account or gmail) else None
            callback, redirect_uri = await self._in_browser(
                client, attempt, open_browser, told, gmail=gmail, wanted=wanted, seconds=timeout
            )
            if callback.error:
                raise denied(callback.error)
            from kkdesk.services.sign_in.token_endpoint import exchange_code

            tokens = await exchange_code(provider, client, callback.code, attempt.verifier, redirect_uri)
            identity = await self._verified(client, tokens, attempt, wanted)
            return await self._keep(identity, tokens)

    async def sign_out(self) -> bool:
        """Forget the account; whether the provider knows that it has ended. Never raises for the network."""
        async with self._turn:
            ended = await self._revoke()
            self.forget()
            self._tokens = None
            self._account = None
            for name in (KEPT_AS, "BROKERED_DATABASE_TOKEN"):
                try:
                    await self._secrets.put(name, "")
                except SecretsUnavailable as error:
                    _log.warning("secret_not_forgotten", secret=name, code=error.code)
            await asyncio.to_thread(delete_account, self._file)
            return ended

    async def id_token(self) -> str:
        """An id_token that is good for some minutes more.

        Raises `SignInNeeded` when the sign-in has ended, `Offline`, `NotConfigured` and `SecretsUnavailable`.
        """
        tokens = await self._refreshed()
        try:
            return await tokens.id_token()
        except SignInNeeded:
            await self._has_ended()
            raise

    async def token(self) -> str:
        """See `AccessTokens.token`."""
        tokens = await self._refreshed()
        try:
            return await tokens.token()
        except SignInNeeded:
            await self._has_ended()
            raise

    def forget(self, token: str = "") -> None:
        """A token is not taken any more; without one, all that are in memory: the next are new."""
        if token and self._tokens is not None:
            self._tokens.forget(token)
        elif not token:
            self._tokens = None

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        if self._provider is not None:
            await self._provider.close()

    async def _in_browser(
        self,
        client: OAuthClient,
        attempt: Attempt,
        open_browser: Callable[[str], Awaitable[bool]],
        told: Callable[[Waiting], None],
        *,
        gmail: bool,
        wanted: Identity | None,
        seconds: float,
    ) -> tuple[Callback, str]:
        """What came back, and the address that it came to."""
        from kkdesk.services.sign_in.loopback import listening

        metadata = await self._require_provider().metadata()
        async with listening(attempt.state) as loopback:
            url = authorization_url(
                metadata.authorization,
                client.id,
                loopback.redirect_uri,
                attempt,
                gmail=gmail,
                login_hint=wanted.email if wanted else "",
            )
            told(Waiting(url))
            if not await open_browser(url):
                told(Waiting(url, opened=False))
            try:
                async with asyncio.timeout(seconds):
                    callback = await loopback.answer()
            except TimeoutError:
                raise too_late() from None
        if callback.issuer and callback.issuer not in {metadata.issuer, self._require_provider().issuer}:
            raise other_issuer()
        return callback, loopback.redirect_uri

    async def _verified(
        self, client: OAuthClient, tokens: CodeTokens, attempt: Attempt, wanted: Identity | None
    ) -> Identity:
        """Whom the tokens are of. What is not kept is given back."""
        from kkdesk.services.sign_in.id_tokens import IdTokens
        from kkdesk.services.sign_in.token_endpoint import revoke

        provider = self._require_provider()
        domain = self._settings.text("GOOGLE_HOSTED_DOMAIN")
        checked = IdTokens(provider, {client.id}, self._clock, hosted_domain=domain)
        try:
            identity = await checked.verify(tokens.id_token, nonce=attempt.nonce)
        except BaseException:
            # Not if it may be the one that is kept already: Google ends all of an account's at once.
            if self._account is None:
                await revoke(provider, tokens.refresh_token)
            raise
        if wanted is not None and identity.subject != wanted.subject:
            await revoke(provider, tokens.refresh_token)
            raise wrong_account(wanted.email)
        return identity

    async def _keep(self, identity: Identity, tokens: CodeTokens) -> SignedIn:
        session_only = False
        try:
            await self._secrets.put(KEPT_AS, tokens.refresh_token)
        except SecretsUnavailable as error:
            _log.warning("sign_in_not_kept", code=error.code)
            session_only = True
        account = SignedIn(identity, tokens.scopes, int(self._clock()), session_only)
        # Whatever the disk does, the tokens of who was signed in before are not used any more.
        self._account, self._tokens = account, None
        try:
            await asyncio.to_thread(write_account, self._file, account)
        except OSError as error:
            raise not_written(error) from error
        return account

    async def _refreshed(self) -> RefreshedTokens:
        if self._tokens is None:
            refresh_token = await self._secrets.get(KEPT_AS)
            if not refresh_token:
                raise nobody()
            client = await self._client()
            metadata = await self._require_provider().metadata()
            self._tokens = RefreshedTokens(
                client,
                refresh_token,
                self._clock,
                endpoint=metadata.token,
                on_new_refresh_token=lambda new: self._secrets.put(KEPT_AS, new),
                kept=_KEPT,
            )
        return self._tokens

    async def _has_ended(self) -> None:
        """The refresh token is dead: it is never tried again. Who it was of is remembered, to be asked again."""
        self._tokens = None
        try:
            await self._secrets.put(KEPT_AS, "")
        except SecretsUnavailable as error:
            _log.warning("secret_not_forgotten", secret=KEPT_AS, code=error.code)

    async def _revoke(self) -> bool:
        from kkdesk.services.sign_in.token_endpoint import revoke

        try:
            refresh_token = await self._secrets.get(KEPT_AS)
        except SecretsUnavailable:
            return False
        return bool(refresh_token) and await revoke(self._require_provider(), refresh_token)

    async def _client(self) -> OAuthClient:
        client_id = self._settings.text(f"{_CLIENT}_ID")
        if not client_id:
            raise not_set_up(f"{_CLIENT}_ID")
        secret = await self._secrets.get(f"{_CLIENT}_SECRET")
        if not secret:
            raise not_set_up(f"{_CLIENT}_SECRET")
        return OAuthClient(client_id, secret, _CLIENT)

    def _require_provider(self) -> Provider:
        # The issuer is a setting, which joining a company may have changed since.
        issuer = self._settings.text("GOOGLE_ISSUER")
        if self._provider is None or self._provider.issuer != issuer.rstrip("/"):
            self._provider = Provider(issuer, self._clock)
        return self._provider


_KEPT: Final = Bilingual("Οι αλλαγές σας είναι ασφαλείς.", "Your changes are safe.")

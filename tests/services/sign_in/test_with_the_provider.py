"""Signing in as a person does: a certified OpenID provider, and Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kkdesk.model.clock import system_clock
from kkdesk.model.errors import SignInNeeded
from kkdesk.services.entry import Entry
from kkdesk.services.sign_in.id_tokens import IdTokenRefused
from kkdesk.services.sign_in.refusals import SignInDenied, WrongAccount
from kkdesk.services.sign_in.service import SignIn
from tests.servers.chromium import Browser, browser
from tests.servers.oidc_provider import OidcProvider, choose_account, oidc_provider


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as made:
        yield made


@pytest.fixture(scope="module")
def tab() -> Iterator[Browser]:
    with browser() as made:
        yield made


class Somebody:
    """A desktop whose person is at `tab`."""

    def __init__(self, sign_in: SignIn, tab: Browser) -> None:
        self.sign_in, self.tab = sign_in, tab
        self._browsing: asyncio.Task[None] | None = None

    def as_(self, account: str, *, gmail: bool = False, consent: bool = True) -> Callable[[str], Awaitable[bool]]:
        """Opens the browser for a person who chooses `account`."""

        async def open_browser(url: str) -> bool:
            if self._browsing is not None:
                await self._browsing  # There is one tab.
            self._browsing = asyncio.create_task(
                asyncio.to_thread(choose_account, self.tab, url, account, gmail=gmail, consent=consent)
            )
            return True

        return open_browser

    async def page(self) -> str:
        """What the browser shows at the end."""
        if self._browsing is not None:
            await self._browsing
        return await asyncio.to_thread(self.tab.text)


@asynccontextmanager
async def somebody(folder: Path, provider: OidcProvider, tab: Browser, **more: str) -> AsyncIterator[Somebody]:
    entry = Entry.at(folder, {**provider.environment, **more}, system_clock)
    try:
        yield Somebody(entry.sign_in, tab)
    finally:
        await entry.close()


def test_from_the_browser_to_tokens_and_out_again(tmp_path: Path, provider: OidcProvider, tab: Browser) -> None:
    async def go() -> None:
        async with asyncio.timeout(120), somebody(tmp_path, provider, tab) as person:
            account = await person.sign_in.sign_in(person.as_("maria"))
            assert account.identity.email == "maria@kktires.example" and account.identity.name == "Μαρία"
            assert account.identity.hosted_domain == "kktires.example"
            assert "Επιστρέψτε στο KK Desk" in await person.page()
            assert (await person.sign_in.id_token()).count(".") == 2
            assert await person.sign_in.token()
            # With leave to send mail; the same account is asked, and anybody else refused.
            account = await person.sign_in.sign_in(person.as_("maria", gmail=True), gmail=True)
            assert person.sign_in.may_send_mail
            with pytest.raises(WrongAccount):
                await person.sign_in.sign_in(person.as_("nikos"), same_account=True)
            assert person.sign_in.account == account
            provider.rotate(keep_old=False)
            assert await person.sign_in.sign_out()
            with pytest.raises(SignInNeeded):
                await person.sign_in.id_token()

    asyncio.run(go())


def test_somebody_who_says_no(tmp_path: Path, provider: OidcProvider, tab: Browser) -> None:
    async def go() -> None:
        async with asyncio.timeout(120), somebody(tmp_path, provider, tab) as person:
            with pytest.raises(SignInDenied):
                await person.sign_in.sign_in(person.as_("owner", consent=False))
            assert "Δεν συνδεθήκατε" in await person.page()

    asyncio.run(go())


@pytest.mark.parametrize(("account", "reason"), [("unverified", "email_not_verified"), ("stranger", "hosted_domain")])
def test_an_account_that_does_not_count(
    tmp_path: Path, provider: OidcProvider, tab: Browser, account: str, reason: str
) -> None:
    async def go() -> None:
        async with (
            asyncio.timeout(120),
            somebody(tmp_path, provider, tab, GOOGLE_HOSTED_DOMAIN="kktires.example") as person,
        ):
            with pytest.raises(IdTokenRefused) as refused:
                await person.sign_in.sign_in(person.as_(account))
            await person.page()
            assert refused.value.reason in {reason, "hosted_domain"}

    asyncio.run(go())

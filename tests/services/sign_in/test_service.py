"""Signing in, staying signed in and signing out, with a provider that can be told to be anything."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import keyring
import pytest
from keyring.errors import KeyringLocked

from kkdesk.model.errors import NotConfigured, Offline, SignInFailed, SignInNeeded, StoreError
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.services.sign_in.authorization import GMAIL_SEND
from kkdesk.services.sign_in.id_tokens import IdTokenRefused
from kkdesk.services.sign_in.refusals import SignInDenied, SignInTooLate, WrongAccount
from kkdesk.services.sign_in.service import KEPT_AS, SignIn, Waiting
from kkdesk.store.profile import Profile
from tests.conftest import MemoryKeyring
from tests.servers.google_issuer import NOW, GoogleIssuer, Person
from tests.servers.http_stand_in import Answer, served


class Desk:
    """A desktop, the provider, and the person at its browser."""

    def __init__(self, folder: Path, issuer: GoogleIssuer, **more: str) -> None:
        self.now = NOW
        self.folder, self.issuer, self.person = folder, issuer, Person(issuer)
        self.settings = Settings(Profile(folder), {**issuer.environment, **more})
        self.secrets = Secrets(self.settings, "test")
        self.sign_in = self.another_run()

    def another_run(self) -> SignIn:
        return SignIn(Profile(self.folder), self.settings, self.secrets, lambda: self.now)


@asynccontextmanager
async def desk(folder: Path, **more: str) -> AsyncIterator[Desk]:
    issuer = GoogleIssuer()
    async with served(issuer):
        made = Desk(folder, issuer, **more)
        try:
            yield made
            await made.person.done()
        finally:
            await made.sign_in.close()


def run(folder: Path, body: Callable[[Desk], Awaitable[None]], **more: str) -> None:
    async def go() -> None:
        async with asyncio.timeout(60), desk(folder, **more) as made:
            await body(made)

    asyncio.run(go())


def test_somebody_signs_in_and_is_remembered(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        told: list[Waiting] = []
        account = await desk.sign_in.sign_in(desk.person.open_browser, told.append)
        assert account.identity.email == "maria@kktires.example" and not account.session_only
        assert [waiting.url for waiting in told] == desk.person.urls
        again = desk.another_run()
        assert again.account == account
        assert await again.id_token()
        await again.close()
        kept = (tmp_path / "sign-in.json").read_text(encoding="utf-8")
        assert "refresh-1" not in kept and "Μαρία" in kept

    run(tmp_path, body)


def test_what_the_browser_is_asked(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        await desk.sign_in.sign_in(desk.person.open_browser)
        await desk.sign_in.sign_in(desk.person.open_browser, gmail=True)
        first, second = desk.person.urls
        assert "scope=openid+email+profile&" in first and "prompt=select_account" in first
        assert "gmail.send" in second and "prompt=consent" in second and "login_hint=maria" in second
        states = {url.split("state=")[1].split("&")[0] for url in desk.person.urls}
        assert len(states) == 2
        assert desk.sign_in.may_send_mail

    run(tmp_path, body)


def test_gmail_that_the_person_has_unticked_is_not_taken_for_given(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        desk.issuer.scope = "openid email profile"
        account = await desk.sign_in.sign_in(desk.person.open_browser, gmail=True)
        assert GMAIL_SEND not in account.scopes and not desk.sign_in.may_send_mail

    run(tmp_path, body)


def test_no_browser_leaves_a_link_to_copy(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        told: list[Waiting] = []

        async def none(url: str) -> bool:
            await desk.person.open_browser(url)
            return False

        await desk.sign_in.sign_in(none, told.append)
        assert [waiting.opened for waiting in told] == [True, False]
        assert told[1].url == desk.person.urls[0]

    run(tmp_path, body)


def test_nobody_comes_back(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        desk.person.stays_away = True
        with pytest.raises(SignInTooLate):
            await desk.sign_in.sign_in(desk.person.open_browser, timeout=0.05)
        assert desk.sign_in.account is None

    run(tmp_path, body)


def test_the_person_may_change_their_mind(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        desk.person.stays_away = True
        going = asyncio.create_task(desk.sign_in.sign_in(desk.person.open_browser))
        while not desk.person.urls:
            await asyncio.sleep(0)
        going.cancel()
        await asyncio.wait({going})
        assert going.cancelled() and desk.sign_in.account is None
        desk.person.stays_away = False
        await desk.sign_in.sign_in(desk.person.open_browser)

    run(tmp_path, body)


@pytest.mark.parametrize(
    ("error", "word"), [("access_denied", "permission"), ("admin_policy_enforced", "administrator"), ("x", "ended")]
)
def test_a_no_at_the_provider(tmp_path: Path, error: str, word: str) -> None:
    async def body(desk: Desk) -> None:
        desk.person.on_the_way = lambda address: address.replace("code=code-1", f"error={error}")
        with pytest.raises(SignInDenied) as refused:
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert word in refused.value.what.en
        await desk.person.done()
        assert "Δεν συνδεθήκατε" in desk.person.pages[0].text

    run(tmp_path, body)


def test_a_code_that_was_used_before(tmp_path: Path) -> None:
    """Replayed: the thief came first. What the thief got ends with it, as the provider sees the second use."""

    async def body(desk: Desk) -> None:
        desk.issuer.used.add("code-1")
        desk.person.on_the_way = lambda address: desk.issuer.codes.clear() or address  # type: ignore[func-returns-value]
        with pytest.raises(SignInFailed) as refused:
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert refused.value.code == "sign_in_failed" and desk.sign_in.account is None

    run(tmp_path, body)


def test_a_code_of_another_attempt(tmp_path: Path) -> None:
    """Stolen: it was made for somebody else's verifier, which PKCE sees."""

    async def body(desk: Desk) -> None:
        desk.issuer.authorize(
            "http://x/?code_challenge=AAAA&code_challenge_method=S256&redirect_uri=http://127.0.0.1:1/x&nonce=n"
            "&scope=openid&state=s",
            code="stolen",
        )
        desk.person.on_the_way = lambda address: address.replace("code=code-1", "code=stolen")
        with pytest.raises(SignInFailed):
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert desk.sign_in.account is None

    run(tmp_path, body)


def test_a_thief_with_a_code_cannot_use_it_without_the_verifier(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        from kkdesk.services.google_token import OAuthClient
        from kkdesk.services.sign_in.provider import Provider
        from kkdesk.services.sign_in.token_endpoint import exchange_code
        from tests.servers.google_issuer import CLIENT_ID, CLIENT_SECRET

        seen: list[str] = []
        desk.person.stays_away = True
        with pytest.raises(SignInTooLate):
            await desk.sign_in.sign_in(desk.person.open_browser, timeout=0.05)
        seen.append(desk.issuer.authorize(desk.person.urls[0], "seen"))
        thief = Provider(desk.issuer.url, lambda: NOW)
        with pytest.raises(SignInFailed):
            await exchange_code(
                thief, OAuthClient(CLIENT_ID, CLIENT_SECRET), "seen", "a-guess" * 8, seen[0].split("?")[0]
            )
        await thief.close()

    run(tmp_path, body)


def test_a_wrong_state_is_not_the_answer(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        desk.person.on_the_way = lambda address: address.replace("state=", "state=x")
        with pytest.raises(SignInTooLate):
            await desk.sign_in.sign_in(desk.person.open_browser, timeout=0.5)
        await desk.person.done()
        assert desk.person.pages[0].status_code == 400
        assert "/token" not in desk.issuer.asked

    run(tmp_path, body)


def test_an_answer_in_the_name_of_another_provider(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        desk.person.on_the_way = lambda address: address.replace("iss=", "iss=evil")
        with pytest.raises(SignInFailed):
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert "/token" not in desk.issuer.asked

    run(tmp_path, body)


@pytest.mark.parametrize(
    "claims", [{"nonce": "other"}, {"aud": "another.apps.googleusercontent.com"}, {"email_verified": False}]
)
def test_an_id_token_that_is_refused_signs_nobody_in(tmp_path: Path, claims: dict[str, object]) -> None:
    async def body(desk: Desk) -> None:
        desk.issuer.claims = claims
        with pytest.raises(IdTokenRefused):
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert desk.sign_in.account is None and not await desk.secrets.get(KEPT_AS)
        assert desk.issuer.revoked == ["refresh-1"]

    run(tmp_path, body)


def test_signing_in_again_as_somebody_else_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        before = await desk.sign_in.sign_in(desk.person.open_browser)
        desk.issuer.subject, desk.issuer.email = "2002", "nikos@kktires.example"
        with pytest.raises(WrongAccount) as refused:
            await desk.sign_in.sign_in(desk.person.open_browser, same_account=True)
        assert refused.value.next_step and "maria@kktires.example" in refused.value.next_step.en
        assert desk.sign_in.account == before and await desk.sign_in.id_token()
        assert desk.issuer.revoked == ["refresh-2"]
        # Without that wish anybody may sign in in their place.
        assert (await desk.sign_in.sign_in(desk.person.open_browser)).identity.subject == "2002"

    run(tmp_path, body)


def test_tokens_are_renewed_ahead_without_the_person(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        await desk.sign_in.sign_in(desk.person.open_browser)
        first = await desk.sign_in.id_token()
        assert await desk.sign_in.id_token() == first
        desk.now = desk.issuer.now = NOW + 3599 - 200
        assert await desk.sign_in.id_token() != first
        assert len(desk.person.urls) == 1

    run(tmp_path, body)


def test_a_sign_in_that_was_ended_at_the_provider(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        account = await desk.sign_in.sign_in(desk.person.open_browser)
        desk.issuer.live.clear()
        with pytest.raises(SignInNeeded) as needed:
            await desk.sign_in.id_token()
        assert needed.value.kept
        # Who it was is remembered, the dead token is not tried again, and the same person goes on.
        assert desk.sign_in.account == account and not await desk.secrets.get(KEPT_AS)
        await desk.sign_in.sign_in(desk.person.open_browser, same_account=True)
        assert await desk.sign_in.id_token()

    run(tmp_path, body)


def test_signing_out_ends_it_everywhere(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        await desk.sign_in.sign_in(desk.person.open_browser)
        assert await desk.sign_in.sign_out()
        assert desk.issuer.revoked == ["refresh-1"] and desk.sign_in.account is None
        assert not await desk.secrets.get(KEPT_AS) and not (tmp_path / "sign-in.json").exists()
        with pytest.raises(SignInNeeded):
            await desk.sign_in.id_token()

    run(tmp_path, body)


def test_signing_out_without_a_network_still_forgets(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        await desk.sign_in.sign_in(desk.person.open_browser)
        desk.issuer.down = {"/revoke"}
        assert not await desk.sign_in.sign_out()
        assert desk.sign_in.account is None and not await desk.secrets.get(KEPT_AS)

    run(tmp_path, body)


def test_an_unreachable_provider_is_no_end_of_the_sign_in(tmp_path: Path) -> None:
    async def body(desk: Desk) -> None:
        await desk.sign_in.sign_in(desk.person.open_browser)
        desk.issuer.down = {"/token"}
        with pytest.raises(Offline):
            await desk.sign_in.id_token()
        desk.issuer.down = set()
        assert await desk.sign_in.id_token()

    run(tmp_path, body)


@pytest.mark.parametrize(
    "answer", [Answer(401, {"error": "invalid_client"}), Answer(400, {"error": "redirect_uri_mismatch"})]
)
def test_settings_that_the_provider_does_not_take(tmp_path: Path, answer: Answer) -> None:
    async def body(desk: Desk) -> None:
        desk.issuer.refusal = answer
        with pytest.raises(NotConfigured) as refused:
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert refused.value.next_step and "GOOGLE_DESKTOP_CLIENT_ID" in refused.value.next_step.en

    run(tmp_path, body)


@pytest.mark.parametrize(
    "missing", [{"GOOGLE_DESKTOP_CLIENT_ID": ""}, {"GOOGLE_DESKTOP_CLIENT_SECRET": ""}], ids=["id", "secret"]
)
def test_a_program_without_a_client(tmp_path: Path, missing: dict[str, str]) -> None:
    async def body(desk: Desk) -> None:
        with pytest.raises(NotConfigured):
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert not desk.person.urls

    run(tmp_path, body, **missing)


@pytest.mark.logs("sign_in_not_kept")
def test_a_locked_keyring_leaves_a_sign_in_for_this_session(tmp_path: Path) -> None:
    class Locked(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise KeyringLocked("locked")

    keyring.set_keyring(Locked())

    async def body(desk: Desk) -> None:
        account = await desk.sign_in.sign_in(desk.person.open_browser)
        assert account.session_only and await desk.sign_in.id_token()
        assert KEPT_AS in desk.secrets.session_only

    run(tmp_path, body)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body(desk: Desk) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError) as refused:
            await desk.sign_in.sign_in(desk.person.open_browser)
        assert "disk is full" in refused.value.what.en
        assert await desk.sign_in.id_token()

    run(tmp_path, body)


@pytest.mark.logs("sign_in_file_unreadable")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"identity": 5}', '{"identity": {"x": 1}}', "[" * 90_000])
def test_a_broken_file_remembers_nobody(tmp_path: Path, content: str) -> None:
    (tmp_path / "sign-in.json").write_text(content)

    async def body(desk: Desk) -> None:
        assert desk.sign_in.account is None
        await desk.sign_in.sign_in(desk.person.open_browser)
        assert json.loads((tmp_path / "sign-in.json").read_text())["identity"]["subject"] == "1001"

    run(tmp_path, body)

"""Database tokens on the desktop: asked for, kept, renewed ahead, refused, and what counts as the company's word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import AccessRevoked, InvalidInput, NotConfigured, Offline, SignInNeeded
from kkdesk.services.broker_client import BrokerClient, broker_origin
from kkdesk.services.brokered_tokens import KEPT_AS, BrokeredTokens
from kkdesk.services.database_tokens import FixedToken, database_tokens
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from tests.conftest import MemoryKeyring
from tests.servers.http_stand_in import Answer, Fault, served
from tests.servers.token_broker import DESKTOP, TokenBroker, error


class Account:
    """Somebody who has signed in: their id_tokens, one after the other whenever one is not taken."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens or ("id-1",))
        self.forgotten = 0

    async def id_token(self) -> str:
        if not self.tokens:
            raise SignInNeeded(Bilingual("x", "x"))
        return self.tokens[0]

    def forget(self) -> None:
        self.forgotten += 1
        if len(self.tokens) > 1:
            self.tokens.pop(0)


class Desk:
    """A desktop's tokens, with a clock that the test moves."""

    def __init__(self, folder: Path, broker: TokenBroker, *id_tokens: str) -> None:
        self.now = 1_800_000_000
        self.broker = broker
        self.account = Account(*id_tokens)
        self.settings = Settings(Profile(folder), {})
        self.secrets = Secrets(self.settings, "test")
        self.tokens = self.another_run()

    def another_run(self) -> BrokeredTokens:
        return BrokeredTokens(BrokerClient(self.broker.url), self.account, self.secrets, lambda: self.now)


@asynccontextmanager
async def desk(folder: Path, *id_tokens: str) -> AsyncIterator[Desk]:
    broker = TokenBroker()
    async with served(broker):
        made = Desk(folder, broker, *id_tokens)
        try:
            yield made
        finally:
            await made.tokens.close()


def run(folder: Path, body: Callable[[Desk], Awaitable[None]], *id_tokens: str) -> None:
    async def go() -> None:
        async with desk(folder, *id_tokens) as made:
            await body(made)

    asyncio.run(go())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def test_one_token_serves_everybody_until_it_is_due(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        first = await asyncio.gather(*(at.tokens.token() for _ in range(20)))
        assert set(first) == {"database-token-1"} and at.broker.asked == ["id-1"]
        at.now += 2600
        assert await at.tokens.token() == "database-token-1" and at.broker.given == 1
        at.now += 200
        # A quarter of its life is left: it is used on, and the next one fetched behind it.
        assert await at.tokens.token() == "database-token-1"
        await until(lambda: at.broker.given == 2)
        await until(lambda: at.tokens._ahead is not None and at.tokens._ahead.done())
        assert await at.tokens.token() == "database-token-2"

    run(tmp_path, body)


def test_an_end_without_the_broker_is_offline_and_not_before(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        await at.tokens.token()
        at.broker.refusal = Answer(503, {"error": "x", "code": "offline", "requestId": "r"})
        at.now += 3500
        assert await at.tokens.token() == "database-token-1", "it is good until its end"
        at.now += 100
        with pytest.raises(Offline):
            await at.tokens.token()
        at.broker.refusal = None
        assert await at.tokens.token() == "database-token-2"

    run(tmp_path, body)


def test_a_start_uses_the_kept_token_and_asks_anew_behind_it(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    async def body(at: Desk) -> None:
        await at.tokens.token()
        assert any(KEPT_AS in name for _, name in memory_keyring.kept)
        again = at.another_run()
        try:
            assert await again.token() == "database-token-1"
            await until(lambda: at.broker.given == 2)
        finally:
            await again.close()
        at.now += 7200
        later = at.another_run()
        try:
            assert await later.token() == "database-token-3", "one that has ended is of no use"
        finally:
            await later.close()

    run(tmp_path, body)


def test_what_the_keyring_has_instead_of_a_token_is_no_harm(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        for text in ("", "{}", "[1,2]", '["a","b","c","d","e","f","g"]', "null", "7", "not JSON"):
            await at.secrets.put(KEPT_AS, text)
            again = at.another_run()
            try:
                assert (await again.token()).startswith("database-token-")
            finally:
                await again.close()

    run(tmp_path, body)


def test_a_token_that_the_database_refuses_is_asked_for_anew(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        at.tokens.refused(await at.tokens.token())
        assert await at.tokens.token() == "database-token-2"
        at.tokens.refused("database-token-1")
        assert await at.tokens.token() == "database-token-2", "that was another one"

    run(tmp_path, body)


def test_an_old_id_token_is_replaced_without_the_person(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        assert await at.tokens.token() == "database-token-1"
        assert at.broker.asked == ["id-old", "id-1"] and at.account.forgotten == 1

    run(tmp_path, body, "id-old", "id-1")


def test_an_account_that_is_taken_no_more_has_to_sign_in(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        with pytest.raises(SignInNeeded) as caught:
            await at.tokens.token()
        assert type(caught.value) is SignInNeeded and at.broker.asked == ["id-old"]

    run(tmp_path, body, "id-old")


def test_the_companys_no_ends_a_token_that_is_still_good(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        await at.tokens.token()
        at.broker.refusal = error(403, "not_allowed", reason="not_listed")
        at.now += 2800
        assert await at.tokens.token() == "database-token-1"
        await until(lambda: len(at.broker.asked) == 2)
        await until(lambda: at.tokens._ahead is not None and at.tokens._ahead.done())
        for _ in range(2):
            with pytest.raises(AccessRevoked):
                await at.tokens.token()
        assert len(at.broker.asked) == 2, "it is not asked again and again"
        at.broker.refusal = None
        at.tokens.signed_in()
        assert await at.tokens.token() == "database-token-1"

    run(tmp_path, body)


@pytest.mark.parametrize(
    "said",
    [
        Answer(403, b"<html>blocked by the firewall</html>", "text/html"),
        Answer(403, {"error": "forbidden"}),
        Answer(403, {"error": "forbidden", "code": "forbidden", "requestId": "r"}),
        Answer(403, {"code": "not_allowed"}),
        Answer(404, {"code": "not_found", "requestId": "r"}),
        Answer(410, b"gone", "text/plain"),
        Answer(429, {"error": "x", "code": "too_many", "requestId": "r"}),
        Answer(500, {"error": "x", "code": "internal", "requestId": "r"}),
        Answer(503, b"", "text/plain"),
        Answer(200, {"url": "libsql://x", "token": 7}),
        Answer(200, []),
        "html", "cut", "half", "giant", "packed", "redirect", "deep", "number",
    ],
    ids=str,
)  # fmt: skip
def test_nobody_elses_answer_is_the_companys_no(tmp_path: Path, said: Answer | Fault) -> None:
    async def body(at: Desk) -> None:
        at.broker.refusal = said
        with pytest.raises(Offline):
            await at.tokens.token()
        at.broker.refusal = None
        assert await at.tokens.token() == "database-token-1"

    run(tmp_path, body)


def test_other_refusals_have_their_own_words(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        at.broker.refusal = error(409, "other_account")
        with pytest.raises(SignInNeeded) as tied:
            await at.tokens.token()
        assert not isinstance(tied.value, AccessRevoked) and "another Google account" in tied.value.message("en")
        at.broker.refusal = error(503, "not_configured")
        with pytest.raises(NotConfigured):
            await at.tokens.token()

    run(tmp_path, body)


def test_new_grants_are_told(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        heard: list[str] = []
        at.tokens.heard = lambda grant: heard.append(grant.role)
        at.broker.role = "viewer"
        grant = await at.tokens.grant()
        assert heard == ["viewer"] and (grant.user_id, grant.org_id) == ("u1", "org_kktires")
        assert "database-token" not in repr(grant), "a token is not for logs"
        at.broker.role = "emperor"
        at.tokens.refused(grant.token)
        assert (await at.tokens.grant()).role == "viewer", "a role that nobody knows may only read"

    run(tmp_path, body)


def test_the_way_to_sign_in_is_asked_for(tmp_path: Path) -> None:
    async def body(at: Desk) -> None:
        client = BrokerClient(at.broker.url)
        try:
            found = await client.desktop_client()
            assert (found.client_id, found.name) == (DESKTOP["clientId"], "KK Tires")
            assert "GOCSPX" not in repr(found)
            at.broker.desktop = error(404, "not_found")
            with pytest.raises(NotConfigured):
                await client.desktop_client()
            at.broker.desktop = Answer(404, b"<html>nothing here</html>", "text/html")
            with pytest.raises(Offline):
                await client.desktop_client()
        finally:
            await client.close()

    run(tmp_path, body)


def test_an_environment_with_a_token_needs_nobody_to_sign_in(tmp_path: Path) -> None:
    env = {"AUTH_BROKER_URL": "https://crm.example", "DATABASE_AUTH_TOKEN": "fixed"}
    settings = Settings(Profile(tmp_path), env)
    tokens = database_tokens(settings, Secrets(settings, "x"), Account, lambda: 0)
    assert isinstance(tokens, FixedToken) and asyncio.run(tokens.token()) == "fixed"


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("crm.kktires.gr", "https://crm.kktires.gr"),
        (" https://crm.kktires.gr/login?x=1#y ", "https://crm.kktires.gr"),
        ("https://CRM.kktires.gr:8443", "https://crm.kktires.gr:8443"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_address_as_people_type_it(typed: str, origin: str) -> None:
    assert broker_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    ["", "http://crm.kktires.gr", "ftp://crm.kktires.gr", "https://", "https://me:secret@crm.gr", "https://a b.gr",
     "https://crm.gr:99999", "javascript:alert(1)", "http://127.0.0.1.evil.gr", "http://localhost@evil.gr"],
)  # fmt: skip
def test_what_is_no_safe_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        broker_origin(typed)


@given(st.text())
def test_any_text_is_an_origin_or_refused(typed: str) -> None:
    try:
        origin = broker_origin(typed)
    except InvalidInput:
        return
    assert broker_origin(origin) == origin

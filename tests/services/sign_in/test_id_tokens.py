"""Checking id_tokens: who is believed, and each of the ways in which somebody is not."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.errors import NotConfigured, Offline
from kkdesk.services.sign_in.id_tokens import IdTokenRefused, IdTokens
from kkdesk.services.sign_in.provider import AGAIN_SECONDS, Provider
from tests.servers.google_issuer import CLIENT_ID, KEY, NOW, OTHER_KEY, GoogleIssuer, unsigned
from tests.servers.http_stand_in import served


class Desk:
    """A checker of the issuer's tokens, with clocks that the test moves."""

    def __init__(self, issuer: GoogleIssuer, domain: str = "") -> None:
        self.now = NOW
        self.steady = 0.0
        self.issuer = issuer
        self.provider = Provider(issuer.url, lambda: self.now, steady=lambda: self.steady)
        self.tokens = IdTokens(self.provider, {CLIENT_ID}, lambda: self.now, hosted_domain=domain)

    async def refusal(self, token: str, nonce: str | None = None) -> str:
        """Why `token` is not believed."""
        with pytest.raises(IdTokenRefused) as refused:
            await self.tokens.verify(token, nonce=nonce)
        assert token not in str(refused.value) and refused.value.kept and refused.value.next_step
        return refused.value.reason


def run(body: Callable[[Desk], Awaitable[None]], domain: str = "") -> None:
    async def go() -> None:
        issuer = GoogleIssuer()
        async with served(issuer):
            desk = Desk(issuer, domain)
            try:
                await body(desk)
            finally:
                await desk.provider.close()

    asyncio.run(go())


def test_a_good_token_names_the_account() -> None:
    async def body(desk: Desk) -> None:
        token = desk.issuer.id_token(nonce="n", hd="KKtires.example", picture="https://p.example/1")
        identity = await desk.tokens.verify(token, nonce="n")
        assert (identity.subject, identity.email, identity.name) == ("1001", "maria@kktires.example", "Μαρία")
        assert (identity.hosted_domain, identity.picture) == ("kktires.example", "https://p.example/1")

    run(body)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://accounts.google.com"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "another.apps.googleusercontent.com"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": [CLIENT_ID, "another.apps.googleusercontent.com"]}, "audience"),
        ({"azp": "another.apps.googleusercontent.com"}, "audience"),
        ({"exp": NOW - 61, "iat": NOW - 3661}, "expired"),
        ({"exp": None}, "malformed"),
        ({"exp": "tomorrow"}, "malformed"),
        ({"exp": True}, "malformed"),
        ({"exp": NOW - 100, "iat": NOW - 50}, "malformed"),
        ({"exp": NOW + 30 * 86_400}, "malformed"),
        ({"iat": NOW + 61, "exp": NOW + 3661}, "not_yet"),
        ({"nonce": "of-another-attempt"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": 7}, "nonce"),
        ({"email_verified": False}, "email_not_verified"),
        ({"email_verified": None}, "email_not_verified"),
        ({"email_verified": 1.5}, "email_not_verified"),
        ({"email": None}, "email_not_verified"),
        ({"sub": ""}, "malformed"),
        ({"sub": 1001}, "malformed"),
        ({"sub": "a\nb"}, "malformed"),
    ],
)
def test_claims_that_are_wrong(claims: dict[str, Any], reason: str) -> None:
    async def body(desk: Desk) -> None:
        assert await desk.refusal(desk.issuer.id_token(**{"nonce": "n", **claims}), "n") == reason

    run(body)


def test_clocks_may_differ_by_a_minute() -> None:
    async def body(desk: Desk) -> None:
        await desk.tokens.verify(desk.issuer.id_token(iat=NOW - 3640, exp=NOW - 40))
        await desk.tokens.verify(desk.issuer.id_token(iat=NOW + 59, exp=NOW + 3659))

    run(body)


@pytest.mark.parametrize("off", [3 * 3600, -900])
def test_a_clock_that_is_off_is_said_to_be(off: int) -> None:
    async def body(desk: Desk) -> None:
        desk.now += off
        assert await desk.refusal(desk.issuer.id_token()) == "clock"

    run(body)


def test_a_token_without_signature() -> None:
    async def body(desk: Desk) -> None:
        token = desk.issuer.id_token()
        for algorithm in ("none", "None", "NONE", "", None):
            assert await desk.refusal(unsigned(token, {"alg": algorithm, "kid": KEY.kid})) == "algorithm"
        assert await desk.refusal(unsigned(token, {"alg": "RS256", "kid": KEY.kid})) in {"signature", "malformed"}

    run(body)


def test_the_public_key_as_a_shared_secret() -> None:
    async def body(desk: Desk) -> None:
        for secret in (KEY.as_pem(private=False), json.dumps(KEY.as_dict(private=False)).encode()):
            bare = unsigned(desk.issuer.id_token(), {"alg": "HS256", "kid": KEY.kid}).removesuffix(".")
            signature = hmac.digest(secret, bare.encode(), "sha256")
            forged = f"{bare}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"
            assert await desk.refusal(forged) == "algorithm"
        assert "/certs" not in desk.issuer.asked

    run(body)


def test_a_key_that_the_token_brings_itself() -> None:
    async def body(desk: Desk) -> None:
        header = {"kid": KEY.kid, "jwk": OTHER_KEY.as_dict(private=False)}
        assert await desk.refusal(desk.issuer.id_token(key=OTHER_KEY, header=header)) in {"signature", "malformed"}
        assert await desk.refusal(desk.issuer.id_token(key=OTHER_KEY)) == "signature"

    run(body)


def test_a_token_that_was_changed() -> None:
    async def body(desk: Desk) -> None:
        head, _, signature = desk.issuer.id_token().split(".")
        other = desk.issuer.id_token(email="owner@kktires.example").split(".")[1]
        assert await desk.refusal(f"{head}.{other}.{signature}") == "signature"

    run(body)


def test_a_key_that_the_provider_does_not_have() -> None:
    async def body(desk: Desk) -> None:
        token = desk.issuer.id_token(key=OTHER_KEY, header={"kid": OTHER_KEY.kid})
        assert await desk.refusal(token) == "unknown_key"
        assert await desk.refusal(unsigned(token, {"alg": "RS256"})) == "unknown_key"

    run(body)


def test_a_flood_of_made_up_keys_asks_once_in_half_a_minute() -> None:
    async def body(desk: Desk) -> None:
        for number in range(50):
            token = desk.issuer.id_token(header={"kid": f"made-up-{number}"})
            assert await desk.refusal(token) == "unknown_key"
        assert desk.issuer.asked.count("/certs") == 1
        await desk.tokens.verify(desk.issuer.id_token())

    run(body)


def test_new_keys_are_found_when_they_are_met() -> None:
    async def body(desk: Desk) -> None:
        await desk.tokens.verify(desk.issuer.id_token())
        desk.issuer.key, desk.issuer.shown = OTHER_KEY, [OTHER_KEY]
        desk.steady += AGAIN_SECONDS
        await desk.tokens.verify(desk.issuer.id_token())
        assert await desk.refusal(desk.issuer.id_token(key=KEY, header={"kid": KEY.kid})) == "unknown_key"

    run(body)


def test_keys_that_cannot_be_had_are_no_refusal() -> None:
    async def body(desk: Desk) -> None:
        desk.issuer.down = {"/certs"}
        with pytest.raises(Offline):
            await desk.tokens.verify(desk.issuer.id_token())
        desk.issuer.down = set()
        desk.steady += 6
        await desk.tokens.verify(desk.issuer.id_token())
        # Those that are known count on for some hours, and then no longer.
        desk.issuer.down = {"/certs"}
        desk.steady += 3600
        await desk.tokens.verify(desk.issuer.id_token())
        desk.steady += 7 * 3600
        with pytest.raises(Offline):
            await desk.tokens.verify(desk.issuer.id_token())

    run(body)


@pytest.mark.parametrize("fault", ["html", "cut", "half", "giant", "packed", "redirect", "deep", "number"])
def test_a_provider_that_talks_nonsense(fault: Any) -> None:
    async def body(desk: Desk) -> None:
        desk.issuer.faults = dict.fromkeys(range(9), fault)
        with pytest.raises((Offline, NotConfigured)):
            await desk.tokens.verify(desk.issuer.id_token())

    run(body)


def test_a_company_of_its_own() -> None:
    async def body(desk: Desk) -> None:
        assert await desk.refusal(desk.issuer.id_token()) == "hosted_domain"
        assert await desk.refusal(desk.issuer.id_token(hd="other.example")) == "hosted_domain"
        await desk.tokens.verify(desk.issuer.id_token(hd="kktires.example"))

    run(body, "kktires.example")


def test_an_issuer_that_is_not_the_one_that_was_asked() -> None:
    async def body(desk: Desk) -> None:
        discovery = desk.issuer.discovery()
        desk.issuer.discovery = lambda: {**discovery, "issuer": "https://accounts.google.com"}  # type: ignore[method-assign]
        with pytest.raises(NotConfigured):
            await desk.tokens.verify(desk.issuer.id_token())
        desk.issuer.discovery = lambda: {**discovery, "jwks_uri": "http://elsewhere.example/"}  # type: ignore[method-assign]
        with pytest.raises(NotConfigured):
            await desk.tokens.verify(desk.issuer.id_token())

    run(body)


@pytest.mark.parametrize("issuer", ["http://accounts.google.com", "ftp://x", "", "https://u@x.example", "x"])
def test_an_issuer_must_be_safe(issuer: str) -> None:
    with pytest.raises(NotConfigured):
        Provider(issuer, lambda: NOW)


@given(
    st.one_of(
        st.text(max_size=60),
        st.builds(".".join, st.lists(st.from_regex(r"[A-Za-z0-9_-]{0,20}", fullmatch=True), max_size=5)),
        st.builds(
            lambda head: base64.urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip("=") + ".e30.AA",
            st.recursive(st.none() | st.text(max_size=5), lambda inner: st.dictionaries(st.text(max_size=4), inner)),
        ),
    )
)
def test_anything_else_is_refused_without_asking(token: str) -> None:
    async def go() -> None:
        provider = Provider("https://nowhere.invalid", lambda: NOW)
        with pytest.raises(IdTokenRefused):
            await IdTokens(provider, {CLIENT_ID}, lambda: NOW).verify(token)
        await provider.close()

    asyncio.run(go())

"""Database tokens as the real server takes them, and as Turso makes them."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from kkdesk.model.errors import NotConfigured, Offline
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.services.token_broker.minting import Access, DatabaseToken, SqldMint, TursoMint, configured_mint
from kkdesk.store.profile import Profile
from tests.servers.http_stand_in import served
from tests.servers.sqld import Sqld
from tests.servers.turso_platform import API_TOKEN, TursoPlatform

NOW = 1_800_000_000


def minted(key: str, access: Access, clock: Any = lambda: int(time.time())) -> DatabaseToken:
    return asyncio.run(SqldMint(key, 3600, clock).token(access))


def status(sqld: Sqld, token: str, sql: str) -> int:
    body = {"requests": [{"type": "execute", "stmt": {"sql": sql}}, {"type": "close"}]}
    request = urllib.request.Request(
        f"{sqld.url}/v2/pipeline", json.dumps(body).encode(), {"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_real_server_takes_them_for_what_they_are(sqld: Sqld) -> None:
    both = minted(sqld.private_key, "full-access").token
    assert status(sqld, both, "CREATE TABLE t (x)") == 200
    reading = minted(sqld.private_key.replace("\n", "\\n"), "read-only").token
    assert status(sqld, reading, "SELECT count(*) FROM t") == 200
    assert status(sqld, reading, "INSERT INTO t VALUES (1)") == 403
    assert sqld.execute("SELECT count(*) FROM t") == [[0]]


def test_the_real_server_takes_none_for_longer_than_promised(sqld: Sqld) -> None:
    def an_hour_ago() -> int:
        return int(time.time()) - 3600 - 2

    made = minted(sqld.private_key, "full-access", an_hour_ago)
    assert status(sqld, made.token, "SELECT 1") == 401
    assert made.expires_at < time.time()
    just_now = minted(sqld.private_key, "full-access")
    assert status(sqld, just_now.token, "SELECT 1") == 200
    assert 3590 - 60 < just_now.expires_at - time.time() <= 3600 - 60


def test_a_key_of_somebody_else(sqld: Sqld) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    other = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert status(sqld, minted(other.decode(), "full-access").token, "SELECT 1") == 401


@pytest.mark.parametrize("key", ["x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        SqldMint(key, 3600, lambda: NOW)
    assert key not in str(refused.value)


def turso(platform: TursoPlatform, token: str = API_TOKEN, database: str = "crm") -> TursoMint:
    return TursoMint(platform.url, "kk", database, token, 3600, lambda: NOW)


def test_turso_is_asked_for_an_hour_and_no_more_than_is_due() -> None:
    async def go() -> None:
        platform = TursoPlatform()
        async with served(platform):
            made = await turso(platform).token("full-access")
            assert (made.token, made.expires_at) == ("turso-token-1", NOW + 3600)
            await turso(platform).token("read-only")
            assert platform.asked == [("60m", "full-access"), ("60m", "read-only")]

    asyncio.run(go())


def test_turso_does_not_know_us() -> None:
    async def go() -> None:
        platform = TursoPlatform()
        async with served(platform):
            for mint in (turso(platform, token="wrong"), turso(platform, database="other/../crm")):
                with pytest.raises(NotConfigured) as refused:
                    await mint.token("full-access")
                assert "wrong" not in str(refused.value)
            for code in (400, 402, 403, 409):
                platform.status = code
                with pytest.raises(NotConfigured):
                    await turso(platform).token("full-access")

    asyncio.run(go())


@pytest.mark.parametrize("fault", ["html", "cut", "half", "giant", "redirect", "deep", "number", 429, 500, 503])
def test_turso_is_away(fault: Any) -> None:
    async def go() -> None:
        platform = TursoPlatform()
        if isinstance(fault, int):
            platform.status = fault
        else:
            platform.faults = {0: fault}
        async with served(platform):
            with pytest.raises((Offline, NotConfigured)) as refused:
                await turso(platform).token("full-access")
            assert refused.value.__cause__ is None and API_TOKEN not in str(refused.value)
            if fault != "redirect":
                assert isinstance(refused.value, Offline)

    asyncio.run(go())


def test_what_is_set_up(tmp_path: Path, sqld: Sqld) -> None:
    async def mint(**env: str) -> object:
        settings = Settings(Profile(tmp_path), env)
        return await configured_mint(settings, Secrets(settings, "test"), lambda: NOW)

    async def go() -> None:
        with pytest.raises(NotConfigured, match="DATABASE_JWT_PRIVATE_KEY / TURSO_API_TOKEN"):
            await mint()
        with pytest.raises(NotConfigured, match="TURSO_ORGANIZATION"):
            await mint(TURSO_API_TOKEN="x")
        with pytest.raises(NotConfigured, match="TURSO_DATABASE"):
            await mint(TURSO_API_TOKEN="x", TURSO_ORGANIZATION="kk")
        full = {"TURSO_API_TOKEN": "x", "TURSO_ORGANIZATION": "kk", "TURSO_DATABASE": "crm"}
        assert isinstance(await mint(**full), TursoMint)
        assert isinstance(await mint(**full, DATABASE_JWT_PRIVATE_KEY=sqld.private_key), SqldMint)

    asyncio.run(go())

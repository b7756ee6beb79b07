"""From the first start to the last contact: sign in, work, be removed, lose the data."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kkdesk.services.token_broker.minting import SQLD_LEEWAY, Access, DatabaseToken, SqldMint
from kkdesk.workspace import Workspace
from tests.servers.chromium import browser
from tests.servers.oidc_provider import OidcProvider, choose_account, oidc_provider
from tests.servers.sqld import Sqld, sqld_server
from tests.services.doctor.deployments import deployed

#: Seconds that a database token lives here, in place of an hour.
LIFE = 12


class ShortMint:
    """Tokens of the real kind that the server takes for `LIFE` seconds; it allows a minute after their end."""

    def __init__(self, key: str) -> None:
        self._mint = SqldMint(key, LIFE, lambda: int(time.time()))
        self.made: list[str] = []

    async def token(self, access: Access) -> DatabaseToken:
        made = await self._mint.token(access)
        self.made.append(made.token)
        return DatabaseToken(made.token, made.expires_at + SQLD_LEEWAY)


@contextmanager
def company(folder: Path) -> Iterator[Sqld]:
    """The company's server, with one customer."""

    async def fill() -> None:
        from kkdesk.model.customer import Customer

        workspace = await Workspace.open(folder, {})
        try:
            await workspace.customers.create(Customer(company="Ελαστικά Νότου"))
        finally:
            await workspace.close()

    asyncio.run(fill())
    with closing(sqlite3.connect(folder / "crm.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with sqld_server(start=False) as server:
        server.load(folder / "crm.db")
        yield server


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


class Window:
    """The program, as a process; `expect` waits for what it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[str] = []

    async def expect(self, word: str) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(90):
            while line := (await self.process.stdout.readline()).decode().strip():
                self.said.append(line)
                if line.startswith(word):
                    return line.removeprefix(word).strip()
        raise AssertionError(f"{word!r} was not said; {self.said}")


async def go_through(folder: Path, sqld: Sqld, provider: OidcProvider, mint: ShortMint) -> Window:
    allowed = {"AUTH_ALLOWED_EMAILS": "owner@kktires.example maria@kktires.example"}
    environment = {
        **provider.environment,
        **allowed,
        "DATABASE_URL": sqld.url,
        "DATABASE_AUTH_TOKEN": sqld.token(),
        "DATABASE_JWT_PRIVATE_KEY": sqld.private_key,
    }
    async with deployed(folder / "server", environment) as (port, _):
        child = {**os.environ, "AUTH_BROKER_URL": f"http://127.0.0.1:{port}", "KKDESK_LANGUAGE": "en"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.end2end.signing_in_window", str(folder / "desktop")),
            env=child, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        window = Window(process)
        try:
            await window.expect("asked to sign in")
            url = await window.expect("browser")
            with browser() as tab:
                await asyncio.to_thread(choose_account, tab, url, "maria")
            # The first who signs in owns the company; she finds its customer.
            assert await window.expect("window") == "Μαρία owner 1"
            await window.expect("worked")
            assert sqld.execute("SELECT count(*) FROM customers") == [[2]]
            assert sqld.execute("SELECT role FROM organization_members ORDER BY joined_at DESC LIMIT 1") == [["owner"]]
            environment["AUTH_ALLOWED_EMAILS"] = "owner@kktires.example"
            removed = time.monotonic()
            told = await window.expect("told")
            assert "does not let this account in" in told and "has been deleted" in told
            await asyncio.to_thread(_all_dead, sqld, mint.made, removed)
            await window.expect("asked to sign in again")
            assert await window.expect("left") == "settings.json window.ini window.lock keyring 0"
            assert await window.expect("code") == "0"
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        return window


def _all_dead(sqld: Sqld, tokens: list[str], removed: float) -> None:
    """No token reads or writes any more, at most one life after the removal."""
    writing = "INSERT INTO customers (id, org_id, first_name) SELECT 'evil', id, 'x' FROM organizations LIMIT 1"
    while any(status(sqld, token, "SELECT 1") != 401 for token in tokens):
        assert time.monotonic() - removed < LIFE + 2
        time.sleep(0.1)
    assert [status(sqld, token, writing) for token in tokens] == [401] * len(tokens)
    assert sqld.execute("SELECT count(*) FROM customers WHERE id = 'evil'") == [[0]]


def test_the_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with company(tmp_path / "first") as sqld, oidc_provider() as provider:
        mint = ShortMint(sqld.private_key)

        async def short(*_: object) -> ShortMint:
            return mint

        monkeypatch.setattr("kkdesk.services.token_broker.service.configured_mint", short)
        asyncio.run(go_through(tmp_path, sqld, provider, mint))
        assert mint.made

"""Changing the key of stored tokens: whatever happens in between, every token can be read."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change, Statement
from kkdesk.model.errors import InvalidInput, NotConfigured, NotPermitted, Offline
from kkdesk.services import token_rotation
from kkdesk.services.crypto import PREFIX, decrypt_token, encrypt_token
from kkdesk.services.google_account import refresh_token
from kkdesk.services.token_rotation import TokenCount, TokenRotation, token_keys
from kkdesk.workspace import Workspace

OLD, NEW, OTHER = (os.urandom(32) for _ in range(3))


def text(key: bytes) -> str:
    return base64.b64encode(key).decode()


BOTH = {"OAUTH_TOKEN_ENCRYPTION_KEY": text(NEW), "OAUTH_TOKEN_ENCRYPTION_KEY_PREVIOUS": text(OLD)}
#: Before: in clear, by the old key, by the new one, by one that nobody has.
STORED = {
    "clear": "1//plain-token",
    "old": encrypt_token("1//old-token", OLD),
    "new": encrypt_token("1//new-token", NEW),
    "lost": encrypt_token("1//lost-token", OTHER),
}
PLAIN = {"clear": "1//plain-token", "old": "1//old-token", "new": "1//new-token"}


def run(folder: Path, body: Callable[[Workspace], Awaitable[None]], **env: str) -> None:
    async def go() -> None:
        workspace = await Workspace.open(folder, env or BOTH)
        try:
            statements = [Statement("INSERT INTO users (id, email) VALUES ('u', 'maria@kk.example')")]
            for number, (name, value) in enumerate(STORED.items()):
                sql = (
                    "INSERT INTO accounts (id, userId, type, provider, providerAccountId, refresh_token, access_token) "
                    "VALUES (?, 'u', 'oidc', ?, ?, ?, NULL)"
                )
                statements.append(Statement(sql, (name, f"google{number}", name, value)))
            credentials = (
                "INSERT INTO gmail_credentials (id, org_id, email, access_token, refresh_token, expires_at, created_at, "
                "updated_at) SELECT 'g', id, 'info@kk.example', ?, ?, 0, 0, 0 FROM organizations LIMIT 1"
            )
            statements.append(Statement(credentials, ("in clear", STORED["old"])))
            await workspace.db.apply(Change(Bilingual("", ""), tuple(statements)))
            await body(workspace)
        finally:
            await workspace.close()

    asyncio.run(go())


async def tokens(workspace: Workspace) -> dict[str, str]:
    rows = await workspace.db.query("SELECT id, refresh_token FROM accounts")
    return {str(row["id"]): str(row["refresh_token"]) for row in rows}


async def readable(workspace: Workspace) -> bool:
    keys = await token_keys(workspace.secrets)
    stored = await tokens(workspace)
    return {name: keys.decrypt(stored[name]) for name in PLAIN} == PLAIN


def test_everything_is_by_the_new_key_afterwards(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        assert await workspace.token_rotation.count() == TokenCount(current=1, previous=2, clear=2, unreadable=1)
        assert await workspace.token_rotation.rotate() == TokenCount(current=5, unreadable=1)
        stored = await tokens(workspace)
        assert {name: decrypt_token(stored[name], NEW) for name in PLAIN} == PLAIN
        # What was right already, and what nobody can read, is as it was.
        assert (stored["new"], stored["lost"]) == (STORED["new"], STORED["lost"])
        assert all(value.startswith(PREFIX) for value in stored.values())
        assert (await workspace.token_rotation.rotate()).is_done

    run(tmp_path, body)


def test_nothing_of_it_is_kept_for_undo(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        await workspace.token_rotation.rotate()
        for table in ("kk_undo", "kk_changes"):
            rows = [str(tuple(row)) for row in await workspace.db.query(f"SELECT * FROM {table}")]
            assert not any("plain-token" in row or PREFIX in row for row in rows)

    run(tmp_path, body)


def test_whenever_it_is_cut_every_token_can_be_read_and_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_rotation, "_AT_ONCE", 1)

    class Cut:
        """The database, gone after so many changes."""

        def __init__(self, workspace: Workspace, left: int) -> None:
            self.query, self.workspace, self.left = workspace.db.query, workspace, left

        async def apply(self, change: Change) -> Applied:
            if self.left == 0:
                raise Offline(Bilingual("x", "x"))
            self.left -= 1
            return await self.workspace.db.apply(change)

    async def body(workspace: Workspace) -> None:
        for left in range(3):
            cut = TokenRotation(Cut(workspace, left), workspace.actor, workspace.secrets)  # type: ignore[arg-type]
            with pytest.raises(Offline):
                await cut.rotate()
            assert await readable(workspace)
        assert (await workspace.token_rotation.rotate()).is_done and await readable(workspace)

    run(tmp_path, body)


def test_a_token_that_the_web_app_replaces_meanwhile_stays_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(workspace: Workspace) -> None:
        rotation = workspace.token_rotation
        write = rotation._write

        async def late(statements: list[Statement]) -> None:
            sql = "UPDATE accounts SET refresh_token = '1//brand-new' WHERE id = 'old'"
            await workspace.db.apply(Change(Bilingual("", ""), (Statement(sql),)))
            monkeypatch.undo()
            await write(statements)

        monkeypatch.setattr(rotation, "_write", late)
        await rotation.rotate()
        assert (await tokens(workspace))["old"] == "1//brand-new"
        assert (await rotation.rotate()).is_done

    run(tmp_path, body)


def test_reading_goes_on_with_either_key(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        workspace.settings.store({"GMAIL_ACCOUNT": "info@kk.example"})
        parts = (workspace.db, workspace.actor.org_id, workspace.settings, workspace.secrets)
        assert await refresh_token(*parts) == "1//old-token"
        await workspace.token_rotation.rotate()
        assert await refresh_token(*parts) == "1//old-token"

    run(tmp_path, body)


def test_without_a_key_or_with_none_nothing_is_written(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        with pytest.raises(NotConfigured):
            await workspace.token_rotation.rotate()
        assert await tokens(workspace) == STORED

    run(tmp_path / "a", body, OAUTH_TOKEN_ENCRYPTION_KEY="")
    run(tmp_path / "b", body, OAUTH_TOKEN_ENCRYPTION_KEY="dG9vIHNob3J0")


def test_only_an_owner_does_it(tmp_path: Path) -> None:
    async def body(workspace: Workspace) -> None:
        rotation = TokenRotation(workspace.db, replace(workspace.actor, role="admin"), workspace.secrets)
        with pytest.raises(NotPermitted):
            await rotation.rotate()
        assert await tokens(workspace) == STORED

    run(tmp_path, body)


def test_a_thousand_tokens_come_back_as_they_were() -> None:
    for _ in range(1000):
        plain = os.urandom(1 + os.urandom(1)[0]).hex()
        key = os.urandom(32)
        stored = encrypt_token(plain, key)
        assert decrypt_token(stored, key) == plain
        with pytest.raises(InvalidInput):
            decrypt_token(stored, os.urandom(32))

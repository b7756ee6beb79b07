"""Secrets: environment before keyring; a failing keyring is said and never replaced by a file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, NoKeyringError, PasswordDeleteError

from kkdesk.model.errors import NotConfigured, SecretsUnavailable
from kkdesk.services.secrets import Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile


class MemoryKeyring(KeyringBackend):
    """A keyring that works."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class FailingKeyring(MemoryKeyring):
    """A keyring that is locked or not there at all."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(params=[KeyringLocked("locked"), NoKeyringError("none")], ids=["locked", "none"])
def failing(request: pytest.FixtureRequest) -> Iterator[FailingKeyring]:
    before, backend = keyring.get_keyring(), FailingKeyring(request.param)
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def secrets(folder: Path, env: dict[str, str] | None = None, name: str = "a") -> Secrets:
    return Secrets(Settings(Profile(folder), env or {}), name)


def test_what_is_put_is_found_by_the_same_profile_only(tmp_path: Path, memory: MemoryKeyring) -> None:
    async def run() -> None:
        await secrets(tmp_path).put("SMTP_PASS", "hunter2")
        assert await secrets(tmp_path).get("SMTP_PASS") == "hunter2"
        assert await secrets(tmp_path, name="b").get("SMTP_PASS") == ""
        assert await secrets(tmp_path, {"SMTP_PASS": "from env"}).get("SMTP_PASS") == "from env"
        await secrets(tmp_path).put("SMTP_PASS", "")
        await secrets(tmp_path).put("SMTP_PASS", "")
        assert await secrets(tmp_path).get("SMTP_PASS") == ""

    asyncio.run(run())
    assert memory.kept == {}
    assert not list(tmp_path.iterdir()), "no secret lies in a file"


def test_a_tracking_secret_is_made_once(tmp_path: Path, memory: MemoryKeyring) -> None:
    async def run() -> None:
        first = await secrets(tmp_path).tracking_secret()
        assert len(first) >= 32
        assert await secrets(tmp_path).tracking_secret() == first

    asyncio.run(run())
    assert len(memory.kept) == 1


@pytest.mark.usefixtures("failing")
def test_a_failing_keyring_is_said_and_nothing_is_pretended(tmp_path: Path) -> None:
    async def run() -> None:
        mine = secrets(tmp_path)
        with pytest.raises(SecretsUnavailable):
            await mine.get("SMTP_PASS")
        with pytest.raises(SecretsUnavailable) as raised:
            await mine.put("SMTP_PASS", "hunter2")
        assert "hunter2" not in raised.value.message("el") + raised.value.message("en")
        assert await mine.get("SMTP_PASS") == "hunter2", "kept for the session"
        with pytest.raises(NotConfigured):
            await mine.require("CRON_SECRET")
        with pytest.raises(NotConfigured):
            await mine.tracking_secret()
        with pytest.raises(NotConfigured):
            await mine.tracking_secret()

    asyncio.run(run())
    assert not list(tmp_path.iterdir())

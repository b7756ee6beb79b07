"""Fixtures of all tests: no screen, no real keyring, real servers on demand."""

from __future__ import annotations

import os
from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from tests.servers.chromium import Browser, browser
from tests.servers.mta import MailServer, mail_server

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
# A developer's own settings must not reach a test's child processes.
for _name in ("KKDESK_DATA", "EMAIL_TRACKING_SECRET", "NEXTAUTH_URL", "SMTP_HOST", "CRON_SECRET", "NODE_ENV"):
    os.environ.pop(_name, None)


class MemoryKeyring(KeyringBackend):
    """A keyring that works and forgets everything at the end of the test."""

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


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """The keyring of every test, so that none touches the developer's own."""
    before, backend = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(scope="session")
def mta() -> Iterator[MailServer]:
    """A real mail server with STARTTLS and AUTH, shared by the session; `mta.clear()` before counting."""
    with mail_server() as server:
        yield server


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a new profile."""
    with browser() as driver:
        yield driver

"""Fixtures of all tests: no screen, no real keyring, real servers on demand."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from typing import Any

import hypothesis
import keyring
import pytest
import structlog
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from tests.servers.chromium import Browser, browser
from tests.servers.mta import MailServer, mail_server
from tests.servers.sqld import Sqld, sqld_server
from tests.servers.tcp_proxy import TcpProxy, tcp_proxy

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if hasattr(os, "geteuid") and os.geteuid() == 0:
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
# A developer's own settings must not reach a test's child processes.
for _name in (
    "KKDESK_DATA",
    "DATABASE_URL",
    "TURSO_DATABASE_URL",
    "DATABASE_AUTH_TOKEN",
    "TURSO_AUTH_TOKEN",
    "EMAIL_TRACKING_SECRET",
    "NEXTAUTH_URL",
    "SMTP_HOST",
    "CRON_SECRET",
    "CRON_JOB_ORG_API_KEY",
    "BLOB_READ_WRITE_TOKEN",
    "GOOGLE_GEOCODING_API_KEY",
    "NEXT_PUBLIC_GOOGLE_MAPS_API_KEY",
    "NOMINATIM_URL",
    "NODE_ENV",
):
    os.environ.pop(_name, None)

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("kkdesk", deadline=None, print_blob=True)
hypothesis.settings.load_profile("kkdesk")


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


@pytest.fixture(autouse=True)
def no_name_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks the name servers of this computer: what is not asked of a test's own server is not known."""

    def nowhere() -> Any:
        from dns.asyncresolver import Resolver

        return Resolver(configure=False)

    monkeypatch.setattr("kkdesk.services.dns_lookups.configured_resolver", nowhere)


@pytest.fixture(autouse=True)
def patient_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endpoints in the test's own process wait for the database however busy the machine is."""
    monkeypatch.setattr("kkdesk.services.tracking.recorder.PATIENCE", 60.0)
    monkeypatch.setattr("kkdesk.services.tracking.recorder.DISK_PATIENCE", 60.0)


class Warnings(logging.Handler):
    """Listens for log records of level WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        said: Any = record.msg
        event = said["event"] if isinstance(said, dict) else record.getMessage()
        self.heard.append((str(event), f"{record.name}: {said} {record.exc_text or record.exc_info or ''}"))


@pytest.fixture(autouse=True)
def only_expected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test in which a warning or error is logged that no `@pytest.mark.logs("event")` of it names.

    An event that is named must come. Tests that ask for `caplog` look for themselves.
    """
    expected = {event for mark in request.node.iter_markers("logs") for event in mark.args}
    # Into the standard library's records, as in the program; what an earlier test configured is undone.
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    listener = Warnings()
    logging.getLogger().addHandler(listener)
    yield
    logging.getLogger().removeHandler(listener)
    if "caplog" not in request.fixturenames:
        unexpected = [text for event, text in listener.heard if event not in expected]
        assert not unexpected, "\n".join(unexpected)
        assert expected <= {event for event, _ in listener.heard}, listener.heard


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fails a test that leaves a thread running; one that is just ending is waited for."""
    before = set(threading.enumerate())
    yield
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(2)
    assert not [thread for thread in left if thread.is_alive()]


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


@pytest.fixture
def sqld() -> Iterator[Sqld]:
    """A real database server with nothing in it."""
    with sqld_server() as server:
        yield server


@pytest.fixture
def network(sqld: Sqld) -> Iterator[TcpProxy]:
    """The way to that server, which can be made as bad as a test wants."""
    with tcp_proxy(sqld.port) as proxy:
        yield proxy

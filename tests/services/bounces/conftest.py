"""The bounce mailbox of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Mailbox, mailbox_server


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Mailbox]:
    """A real IMAP server, shared by the session."""
    with mailbox_server() as server:
        yield server


@pytest.fixture
def mailbox(dovecot: Mailbox) -> Mailbox:
    """Its mailbox, empty."""
    dovecot.clear()
    return dovecot

"""What several tests of the store share."""

from __future__ import annotations

import pytest

from tests.servers.sqld import Sqld
from tests.store.notes_server import LEDGER, NOTES, UNDO


@pytest.fixture
def shop(sqld: Sqld) -> Sqld:
    """A server with the ledger, and one table with one row."""
    for sql in (LEDGER, UNDO, NOTES, "INSERT INTO notes (id, text) VALUES ('n', 'old')"):
        sqld.execute(sql)
    return sqld

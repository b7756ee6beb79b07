"""Both databases that endpoints work on."""

from __future__ import annotations

import pytest

from tests.services.tracking.mails import InMails, homes


@pytest.fixture(params=["local", "sqld"])
def in_mails(request: pytest.FixtureRequest) -> InMails:
    return homes(request)

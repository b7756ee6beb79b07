"""EMAIL_TRANSPORT decides which way mails leave; none of them takes another way unasked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput, NotConfigured
from kkdesk.services.mail.folder import FolderTransport
from kkdesk.services.mail.gmail import GmailTransport
from kkdesk.services.mail.smtp import SmtpTransport
from kkdesk.services.mail.transport import Transport
from kkdesk.services.sign_in.account_file import write_account
from kkdesk.services.sign_in.authorization import GMAIL_SEND
from kkdesk.workspace import Workspace
from tests.servers.signing_stand_in import MARIA


def _opened(profile: Path, **env: str) -> Transport:
    async def opened() -> Transport:
        workspace = await Workspace.open(profile, env=env)
        try:
            return await workspace.open_transport()
        finally:
            await workspace.close()

    return asyncio.run(opened())


def test_left_empty_the_server_decides(tmp_path: Path) -> None:
    assert isinstance(_opened(tmp_path / "a"), FolderTransport)
    assert isinstance(_opened(tmp_path / "b", SMTP_HOST="127.0.0.1"), SmtpTransport)


def test_smtp_never_becomes_the_folder(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="SMTP_HOST"):
        _opened(tmp_path, EMAIL_TRANSPORT=" SMTP ")


def test_the_folder_can_be_asked_for(tmp_path: Path) -> None:
    assert isinstance(_opened(tmp_path, EMAIL_TRANSPORT="folder", SMTP_HOST="127.0.0.1"), FolderTransport)


def test_gmail_needs_its_settings_and_becomes_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="OAuth client"):
        _opened(tmp_path / "a", EMAIL_TRANSPORT="gmail", SMTP_HOST="127.0.0.1")
    client = {"GOOGLE_CLIENT_ID": "c", "GOOGLE_CLIENT_SECRET": "s"}
    opened = _opened(tmp_path / "b", EMAIL_TRANSPORT="gmail", GMAIL_REFRESH_TOKEN="r", **client)
    assert isinstance(opened, GmailTransport)


@pytest.mark.parametrize("account", ["maria@kktires.example", "", "Maria@KKtires.example"])
def test_gmail_of_who_has_signed_in_here(tmp_path: Path, account: str) -> None:
    """With their own leave, and nobody's client but the desktop's."""
    write_account(tmp_path / "sign-in.json", replace(MARIA, scopes=frozenset({"openid", GMAIL_SEND})))
    assert isinstance(_opened(tmp_path, EMAIL_TRANSPORT="gmail", GMAIL_ACCOUNT=account), GmailTransport)


@pytest.mark.parametrize(("account", "scopes"), [("info@kktires.example", {GMAIL_SEND}), ("", {"openid"})])
def test_gmail_without_that_leave_or_of_somebody_else(tmp_path: Path, account: str, scopes: set[str]) -> None:
    write_account(tmp_path / "sign-in.json", replace(MARIA, scopes=frozenset(scopes)))
    with pytest.raises(NotConfigured):
        _opened(tmp_path, EMAIL_TRANSPORT="gmail", GMAIL_ACCOUNT=account)


def test_a_way_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="pigeon"):
        _opened(tmp_path, EMAIL_TRANSPORT="pigeon", SMTP_HOST="127.0.0.1")

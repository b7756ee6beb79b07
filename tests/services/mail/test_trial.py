"""The test mail of the settings."""

from __future__ import annotations

import asyncio
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from kkdesk.model.errors import InvalidInput, MailRefused, MailTemporary, MailUnconfirmed, NotConfigured
from kkdesk.services.mail.folder import FolderTransport
from kkdesk.services.mail.transport import BeforeContent, Outcome, OutgoingMail, Result
from kkdesk.services.mail.trial import send_trial
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile

NOW = 1_764_000_000


class Answers:
    """A transport with one answer."""

    lanes = 1
    per_minute: int | None = None

    def __init__(self, result: Result) -> None:
        self.result: Result = result
        self.mails: list[OutgoingMail] = []

    async def send(self, mail: OutgoingMail, before_content: BeforeContent) -> Outcome:
        await before_content()
        self.mails.append(mail)
        return Outcome(self.result, NOW, "content", 550, "5.7.1", "no thanks")

    async def close(self) -> None:
        """Nothing is open."""


def settings(folder: Path, **env: str) -> Settings:
    return Settings(Profile(folder), env)


def test_it_arrives_readable_in_the_mail_folder(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path / "mail", lambda: NOW)
    asyncio.run(send_trial(settings(tmp_path), transport, "Μαρία <maria@example.gr>", lambda: NOW))
    (file,) = (tmp_path / "mail").glob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["To"].addresses[0].addr_spec == "maria@example.gr"
    assert mail["Subject"] == "Δοκιμή του KK Desk / KK Desk test"
    assert "αυτό το μήνυμα έφτασε" in mail.get_content()
    assert mail["Date"].datetime.timestamp() == NOW
    assert mail["Message-ID"] and file.read_bytes().count(b"\nMessage-ID:") == 1


def test_it_comes_from_the_configured_sender(tmp_path: Path) -> None:
    transport = Answers("sent")
    configured = settings(tmp_path, SMTP_HOST="smtp.example.gr", SMTP_FROM="Ελαστικά KK <info@kktires.gr>")
    asyncio.run(send_trial(configured, transport, "maria@example.gr", lambda: NOW))
    (mail,) = transport.mails
    assert (mail.sender, mail.recipient) == ("info@kktires.gr", "maria@example.gr")
    parsed = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert parsed["From"].addresses[0].display_name == "Ελαστικά KK"
    assert b"\n" not in mail.content.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("result", "error"),
    [("refused", MailRefused), ("deferred", MailTemporary), ("unconfirmed", MailUnconfirmed)],
)
def test_what_the_server_says_is_passed_on(tmp_path: Path, result: Result, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        asyncio.run(send_trial(settings(tmp_path), Answers(result), "maria@example.gr", lambda: NOW))
    assert result == "unconfirmed" or "550 5.7.1 no thanks" in str(caught.value)


def test_nothing_leaves_without_a_sender_or_an_address(tmp_path: Path) -> None:
    transport = Answers("sent")
    configured = settings(tmp_path, SMTP_HOST="smtp.example.gr")
    with pytest.raises(NotConfigured):
        asyncio.run(send_trial(configured, transport, "maria@example.gr", lambda: NOW))
    with pytest.raises(InvalidInput):
        asyncio.run(send_trial(settings(tmp_path), transport, "maria", lambda: NOW))
    assert transport.mails == []

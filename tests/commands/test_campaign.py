"""`kkdesk campaign` as somebody types it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail

from kkdesk.cli import main
from tests.sample import DRAFT, SENT, upgraded


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile with the sample database, and the settings that sending needs."""
    shutil.copy(upgraded(), tmp_path / "crm.db")
    for name in ("SMTP_HOST", "SMTP_FROM", "SMTP_USER", "KKDESK_DATA", "DEFAULT_ORG_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EMAIL_TRACKING_SECRET", "s")
    monkeypatch.setenv("NEXTAUTH_URL", "https://crm.example.gr")
    monkeypatch.setenv("KKDESK_LANGUAGE", "en")
    return tmp_path


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """As on a server without one."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def run(profile: Path, *args: str) -> int:
    return main(["--data", str(profile), "campaign", *args])


def answer(profile: Path, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any]]:
    code = run(profile, *args, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def status(profile: Path) -> str:
    with closing(sqlite3.connect(profile / "crm.db")) as connection:
        return str(connection.execute("SELECT status FROM email_campaigns WHERE id = ?", (DRAFT,)).fetchone()[0])


def test_list(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = answer(profile, capsys, "list")
    assert code == 0
    sent = next(one for one in found["campaigns"] if one["id"] == SENT)
    assert (sent["name"], sent["status"]) == ("Χειμερινή προσφορά 2026", "sent")
    assert (sent["total_recipients"], sent["sent"], sent["opened"], sent["clicked"]) == (1047, 1032, 369, 105)
    assert run(profile, "list") == 0
    assert "1032 / 1047" in capsys.readouterr().out


def test_show(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = answer(profile, capsys, "show", SENT)
    assert (code, found["states"]) == (0, {"sent": 1032, "failed": 15})
    assert run(profile, "show", SENT) == 0
    assert "Opened: 369 (35.8%), clicked: 105 (10.2%), unsubscribed: 9" in capsys.readouterr().out
    assert found["tracked"] is True
    code, found = answer(profile, capsys, "show", "gone")
    assert (code, found["code"]) == (1, "not_found")


def test_show_says_when_a_campaign_is_not_tracked(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(profile / "crm.db")) as connection, connection:
        connection.execute("INSERT INTO kk_untracked_campaigns (id, since) VALUES (?, 1)", (SENT,))
    code, found = answer(profile, capsys, "show", SENT)
    assert (code, found["tracked"]) == (0, False)
    assert run(profile, "show", SENT) == 0
    assert "Opens and clicks are not tracked." in capsys.readouterr().out


def test_without_yes_it_says_who_gets_it_and_stops(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile, "send", DRAFT) == 2
    out = capsys.readouterr().out
    assert "25 recipients, 5 excluded" in out
    assert "No e-mail address: 5" in out
    assert "✓ There is a subject and a message." in out and "· Time to send: up to a minute" in out
    assert "? Not confirmed to open" in out, "the network is asked, and says nothing here"
    assert "--yes" in out
    assert status(profile) == "draft"


def test_yes_queues(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = answer(profile, capsys, "send", DRAFT, "--yes")
    assert code == 0
    assert (found["queued"], found["recipients"], found["excluded"]) == (True, 25, {"no_address": 5})
    assert status(profile) == "sending"
    code, found = answer(profile, capsys, "send", DRAFT, "--yes")
    assert (code, found["code"]) == (1, "not_allowed")


def test_at_schedules(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile, "send", DRAFT, "--yes", "--at", "2100-12-01 09:00") == 0
    assert "Scheduled for 01/12/2100 09:00." in capsys.readouterr().out
    assert status(profile) == "scheduled"
    assert run(profile, "send", DRAFT, "--yes", "--at", "2020-12-01 09:00") == 1
    with pytest.raises(SystemExit) as caught:
        run(profile, "send", DRAFT, "--yes", "--at", "tomorrow")
    assert caught.value.code == 2


@pytest.mark.usefixtures("no_keyring")
@pytest.mark.parametrize("missing", ["NEXTAUTH_URL", "EMAIL_TRACKING_SECRET"])
def test_without_unsubscribe_links_nothing_is_queued(
    profile: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    monkeypatch.delenv(missing)
    code, found = answer(profile, capsys, "send", DRAFT, "--yes")
    assert (code, found["code"]) == (3, "not_configured")
    assert status(profile) == "draft"


def test_without_an_action_it_explains_itself(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(profile) == 2
    assert "send" in capsys.readouterr().out

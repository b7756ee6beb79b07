"""What is configured here, and what is missing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from kkdesk.services.doctor.check import Examination, State
from kkdesk.store.local import prepare
from tests.conftest import MemoryKeyring
from tests.servers.ports import free_port
from tests.servers.sqld import Sqld
from tests.services.doctor.deployments import doctor, facts, found, states

OK, WARNING, FAILED, SKIPPED = State.OK, State.WARNING, State.FAILED, State.SKIPPED
LONG = "a-secret-that-nobody-guesses"


def look(folder: Path, **env: str) -> Examination:
    return asyncio.run(doctor(folder, env).look_here())


def test_a_new_computer(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    seen = look(folder)
    assert states(seen) == {
        "database": FAILED,
        "keyring": OK,
        "sign_in": OK,
        "token_key": OK,
        "public_address": FAILED,
        "tracking_secret": WARNING,
        "cron_secret": WARNING,
        "mail": WARNING,
    }
    assert "db init" in found(seen, "database")
    assert seen.exit_code == 3
    # It only looks.
    assert not folder.exists()


def test_all_is_set(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    prepare(tmp_path / "crm.db")
    memory_keyring.kept["KK Desk", f"CRON_SECRET ({tmp_path})"] = LONG
    before = dict(memory_keyring.kept)
    seen = look(
        tmp_path,
        NEXTAUTH_URL="https://links.example.gr",
        EMAIL_TRACKING_SECRET=LONG,
        SMTP_HOST="mail.example.gr",
        SMTP_USER="info",
        SMTP_PASS=LONG,
    )
    assert set(states(seen).values()) == {OK}, [found(seen, name) for name in states(seen)]
    assert seen.exit_code == 0
    assert facts(seen, "tracking_secret") == {"source": "environment"}
    assert facts(seen, "cron_secret") == {"source": "keyring"}
    assert LONG not in str(seen)
    assert memory_keyring.kept == before


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()])
def test_a_keyring_that_keeps_nothing(tmp_path: Path, backend: keyring.backend.KeyringBackend) -> None:
    keyring.set_keyring(backend)
    seen = look(tmp_path)
    assert states(seen)["keyring"] is WARNING and "environment" in found(seen, "keyring")
    # Without a place for a new key nothing can be sent.
    assert states(seen)["tracking_secret"] is FAILED
    assert states(look(tmp_path, EMAIL_TRACKING_SECRET=LONG))["tracking_secret"] is OK


@pytest.mark.parametrize(
    ("env", "check", "state", "words"),
    [
        ({"EMAIL_TRACKING_SECRET": "short"}, "tracking_secret", WARNING, "may be guessed"),
        ({"CRON_SECRET": "short"}, "cron_secret", WARNING, "may be guessed"),
        ({"CRON_SECRET": "κλειδί-των-κλήσεων"}, "cron_secret", FAILED, "no HTTP header"),
        ({"NEXTAUTH_URL": "links.example.gr"}, "public_address", FAILED, "no address"),
        ({"NEXTAUTH_URL": "http://links.example.gr"}, "public_address", WARNING, "https://"),
        ({"NEXTAUTH_URL": "http://localhost:8000"}, "public_address", WARNING, "Only this computer"),
        ({"SMTP_HOST": "mail.example.gr", "SMTP_USER": "info"}, "mail", FAILED, "SMTP_PASS is missing"),
        ({"SMTP_HOST": "mail.example.gr", "SMTP_PORT": "many"}, "mail", FAILED, "SMTP_PORT"),
        ({"SMTP_HOST": "mail.example.gr", "EMAIL_TRANSPORT": "folder"}, "mail", WARNING, "mails become files"),
        ({"EMAIL_TRANSPORT": "pigeon"}, "mail", FAILED, "pigeon"),
        ({"EMAIL_TRANSPORT": "gmail"}, "mail", FAILED, "GOOGLE_CLIENT_ID"),
        (
            {
                "EMAIL_TRANSPORT": "gmail",
                "GOOGLE_CLIENT_ID": "x",
                "GOOGLE_CLIENT_SECRET": "y",
                "GMAIL_ACCOUNT": "a@b.gr",
            },
            "mail",
            FAILED,
            "a@b.gr has not been signed in",
        ),
    ],
)
def test_each_thing_that_is_wrong(tmp_path: Path, env: dict[str, str], check: str, state: State, words: str) -> None:
    prepare(tmp_path / "crm.db")
    seen = look(tmp_path, **env)
    assert states(seen)[check] is state
    assert words in found(seen, check)


def test_a_database_of_an_older_version_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "crm.db"
    prepare(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("DELETE FROM kk_migrations WHERE number = (SELECT max(number) FROM kk_migrations)")
    seen = look(tmp_path)
    assert states(seen)["database"] is WARNING and "db upgrade" in found(seen, "database")
    assert len(facts(seen, "database")["pending"]) == 1
    assert states(look(tmp_path))["database"] is WARNING


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "crm.db").write_bytes(b"no database " * 100)
    seen = look(tmp_path)
    assert states(seen)["database"] is FAILED and "damaged" in found(seen, "database")
    assert seen.exit_code == 1


def test_the_companys_database(tmp_path: Path, sqld: Sqld) -> None:
    there = {"DATABASE_URL": sqld.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    assert states(look(tmp_path, **there))["database"] is OK
    refused = look(tmp_path, **{**there, "DATABASE_AUTH_TOKEN": "no-token"})
    assert states(refused)["database"] is FAILED and "no-token" not in str(refused)
    away = look(tmp_path, **{**there, "DATABASE_URL": f"http://127.0.0.1:{free_port()}"})
    assert states(away)["database"] is FAILED
    assert next(one.finding.exit_code for one in away.results if one.name == "database") == 4
    assert states(look(tmp_path, DATABASE_URL="ftp://x"))["database"] is FAILED
    assert list(tmp_path.iterdir()) == []

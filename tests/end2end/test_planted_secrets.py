"""Secrets are planted, the program is used, and they are looked for: in files, logs, processes, answers, requests."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kkdesk.services.secrets import SECRET_NAMES
from tests.servers.google_issuer import GoogleIssuer, Person
from tests.servers.http_stand_in import Answer, Fault, HttpStandIn, served
from tests.servers.planted_keyring import planted
from tests.servers.token_broker import TokenBroker

KEYRING = "tests.servers.planted_keyring.PlantedKeyring"
PLANTED = [planted(name) for name in SECRET_NAMES]


def environment(profile: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "KKDESK_DATA": str(profile), "PYTHON_KEYRING_BACKEND": KEYRING, **more}


def found_in(text: str) -> list[str]:
    return [secret for secret in PLANTED if secret in text]


def found_in_files(folder: Path) -> list[str]:
    return [f"{path}: {found}" for path in _files(folder) for found in found_in(path.read_bytes().decode("latin-1"))]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def kkdesk(profile: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kkdesk", *words],
        env=environment(profile, **env), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_nothing_that_verbs_say_or_write_holds_a_secret(tmp_path: Path) -> None:
    for words in (
        ("db", "init"),
        ("doctor",),
        ("doctor", "--json"),
        ("whoami",),
        ("secrets", "status", "--json"),
        ("campaign", "list"),
        ("worker", "--once"),
        ("logout",),
    ):
        said = kkdesk(tmp_path / "p", *words)
        assert not found_in(said.stdout + said.stderr), words
    assert not found_in_files(tmp_path)
    assert (tmp_path / "p" / "logs" / "kkdesk.log").exists()


_CRASH = """
import sys
from kkdesk.workspace import Workspace
from tests.servers.planted_keyring import planted

async def broken(*_args, **_more):
    secret = planted("SMTP_PASS")
    raise RuntimeError(f"535 authentication failed for {secret}")

Workspace.open = broken
from kkdesk import cli
sys.exit(cli.main(["campaign", "list", *sys.argv[1:]]))
"""
_CRASH_IN_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog
from kkdesk.ui import app
from kkdesk.ui.window import MainWindow
from tests.servers.planted_keyring import planted
from pathlib import Path

def look():
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            print("told", flush=True)
            widget.accept()
            [window.close() for window in QApplication.topLevelWidgets() if isinstance(window, MainWindow)]
            return
        if isinstance(widget, MainWindow) and widget.pages and widget.isVisible() and not crashed:
            crashed.append(1)
            widget.shell.start(crash())
    QTimer.singleShot(20, look)

async def crash():
    secret = planted("GOOGLE_SIGN_IN_TOKEN")
    raise RuntimeError(f"invalid_grant {secret}")

crashed = []
made = app.make_application([])
QTimer.singleShot(0, look)
app.run_window(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_fault_of_the_program_takes_no_secret_along(tmp_path: Path, more: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CRASH, *more],
        env=environment(tmp_path / "p"), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "RuntimeError" in done.stdout + done.stderr
    assert not found_in(done.stdout + done.stderr) and not found_in_files(tmp_path)


def test_a_fault_in_the_window_is_logged_without_its_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CRASH_IN_WINDOW, str(tmp_path / "p")],
        env={**environment(tmp_path / "p"), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "told" in done.stdout, done.stderr
    assert "RuntimeError" in (tmp_path / "p" / "logs" / "kkdesk.log").read_text()
    assert not found_in(done.stdout + done.stderr) and not found_in_files(tmp_path)


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked at as Linux shows them")
def test_no_process_shows_a_secret(tmp_path: Path) -> None:
    """Arguments are everybody's to read, the environment of a process its user's."""

    async def go() -> None:
        from kkdesk.services.worker_process import WorkerProcess

        env = environment(tmp_path / "p", SMTP_HOST="127.0.0.1", SMTP_USER="kk")
        process = WorkerProcess(tmp_path / "p", env, secrets=lambda: {"SMTP_PASS": planted("SMTP_PASS")})
        await process.start()
        try:
            deadline = time.monotonic() + 60
            while not (tmp_path / "p" / "queue").exists():
                assert time.monotonic() < deadline and process.running
                await asyncio.sleep(0.05)
            shown = Path(f"/proc/{process.pid}")
            text = (shown / "cmdline").read_text() + (shown / "environ").read_text()
            assert "worker" in text and not found_in(text)
        finally:
            await process.stop()

    asyncio.run(go())
    assert not found_in_files(tmp_path)


@dataclass
class Overhearing:
    """What came to one host: heads, queries and bodies."""

    heard: list[str] = field(default_factory=list)

    def listen(self, stand_in: HttpStandIn) -> None:
        answer = stand_in.answer

        def overheard(path: str, query: dict[str, list[str]], headers: dict[str, str]) -> Answer | Fault:
            self.heard.append(f"{path} {query} {headers} {stand_in.body!r}")
            return answer(path, query, headers)

        stand_in.answer = overheard  # type: ignore[method-assign]

    def secrets(self) -> set[str]:
        return {name for name in SECRET_NAMES for text in self.heard if planted(name) in text}


def test_each_host_hears_only_what_is_meant_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Google hears the desktop client's secret and its own refresh token; the endpoints hear an id_token alone."""
    import keyring

    from tests.servers.planted_keyring import PlantedKeyring

    keyring.set_keyring(PlantedKeyring())

    async def go() -> None:
        from kkdesk.services.company_access import CompanyAccess
        from kkdesk.services.entry import Entry

        issuer, broker = GoogleIssuer(now=int(time.time())), TokenBroker()
        async with served(issuer), served(broker):
            google, company = Overhearing(), Overhearing()
            google.listen(issuer)
            company.listen(broker)
            env = {
                "GOOGLE_ISSUER": issuer.url,
                "GOOGLE_DESKTOP_CLIENT_ID": issuer.environment["GOOGLE_DESKTOP_CLIENT_ID"],
                "AUTH_BROKER_URL": broker.url,
            }
            monkeypatch.setattr("tests.servers.google_issuer.CLIENT_SECRET", planted("GOOGLE_DESKTOP_CLIENT_SECRET"))
            issuer.refresh_token = planted("GOOGLE_SIGN_IN_TOKEN")
            entry, person = Entry.at(tmp_path / "p", env), Person(issuer)
            account = await entry.sign_in.sign_in(person.open_browser)
            await person.done()
            assert account.identity.email == "maria@kktires.example"
            broker.good = {await entry.sign_in.id_token()}
            await CompanyAccess(entry.settings, entry.secrets, entry.sign_in, entry.clock).join()
            await entry.sign_in.sign_out()
            await entry.close()
            assert google.secrets() == {"GOOGLE_DESKTOP_CLIENT_SECRET", "GOOGLE_SIGN_IN_TOKEN"}
            assert company.heard and company.secrets() == set()
            addresses = [text.split(" {")[0] + str(text.split("{")[1]) for text in google.heard + company.heard]
            assert not any(found_in(address) for address in addresses)

    asyncio.run(go())
    assert not found_in_files(tmp_path)

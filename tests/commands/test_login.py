"""`kkdesk login`, `whoami`, `logout` and `secrets`, as processes would run them."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kkdesk import cli
from kkdesk.commands import login
from kkdesk.services.sign_in.account_file import write_account
from tests.servers.google_issuer import GoogleIssuer, Person
from tests.servers.http_stand_in import Answer, served
from tests.servers.signing_stand_in import MARIA
from tests.servers.token_broker import DESKTOP, TokenBroker


class Everything(set[str]):
    """The broker has not to know the id_tokens that are good."""

    def __contains__(self, _: object) -> bool:
        return True


class Company:
    """Google and the endpoints, on a loop of their own."""

    def __init__(self) -> None:
        self.issuer, self.broker = GoogleIssuer(now=int(time.time())), TokenBroker()
        self.person = Person(self.issuer)
        self._ended, self._ready = asyncio.Event(), threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Company:
        self._thread.start()
        assert self._ready.wait(20)
        self.broker.desktop = Answer(200, {**DESKTOP, "issuer": self.issuer.url})
        return self

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with served(self.issuer), served(self.broker):
            self._ready.set()
            await self._ended.wait()


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    with Company() as made:
        monkeypatch.setattr(login, "_browser", made.person.open_browser)
        yield made


def run(folder: Path, *words: str) -> int:
    return cli.main([*words, "--data", str(folder)])


def test_in_and_who_and_out(tmp_path: Path, company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    company.broker.good = Everything()
    assert run(tmp_path, "login", company.broker.url, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["email"] == "maria@kktires.example" and said["database"] == "libsql://kktires.example"
    assert run(tmp_path, "whoami") == 0
    assert "maria@kktires.example" in capsys.readouterr().out
    assert run(tmp_path, "logout", "--delete-data") == 0
    assert company.issuer.revoked == ["refresh-1"]
    assert run(tmp_path, "whoami") == 1


def test_who_is_not_let_in_leaves_everything_as_it_was(
    tmp_path: Path, company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.servers.token_broker import error

    company.broker.good, company.broker.refusal = Everything(), error(403, "not_allowed", reason="not_listed")
    assert run(tmp_path, "login", company.broker.url) != 0
    assert "πρόσβαση" in capsys.readouterr().err
    assert not (tmp_path / "sign-in.json").exists()
    assert json.loads((tmp_path / "settings.json").read_text())["AUTH_BROKER_URL"] == ""


def test_without_a_company_there_is_nothing_to_sign_in_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "login") == 3
    assert "GOOGLE_DESKTOP_CLIENT_ID" in capsys.readouterr().err
    assert run(tmp_path, "logout") == 0


def test_the_key_of_stored_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KKDESK_DATA", str(tmp_path))
    assert cli.main(["db", "init"]) == 0
    assert cli.main(["secrets", "rotate"]) == 3
    monkeypatch.setenv("OAUTH_TOKEN_ENCRYPTION_KEY", "A" * 43 + "=")
    capsys.readouterr()
    assert cli.main(["secrets", "rotate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"current": 0, "previous": 0, "clear": 0, "unreadable": 0}
    assert cli.main(["secrets", "status"]) == 0


def test_the_doctor_tells_who_has_signed_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_account(tmp_path / "sign-in.json", MARIA)
    run(tmp_path, "doctor", "--json")
    checks = {check["check"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["sign_in"]["state"] == "failed" and checks["token_key"]["state"] == "ok"

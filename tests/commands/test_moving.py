"""`kkdesk db connect`, `kkdesk sync` and `kkdesk db local` as an operator uses them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kkdesk.cli import main
from tests.servers.sqld import Sqld

SAMPLE = Path(__file__).parents[1] / "data" / "webapp-sample.db"


@pytest.fixture
def kkdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command on a named profile; gives the exit code, standard output and standard error."""
    monkeypatch.setenv("KKDESK_LANGUAGE", "en")

    def run(profile: str, *args: str) -> tuple[int, str, str]:
        code = main(["--data", str(tmp_path / profile), *args])
        out, err = capsys.readouterr()
        return code, out, err

    (tmp_path / "first").mkdir()
    shutil.copy(SAMPLE, tmp_path / "first" / "crm.db")
    return run


def test_up_to_the_company_and_back(tmp_path: Path, sqld: Sqld, kkdesk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_AUTH_TOKEN", sqld.token())
    code, out, _ = kkdesk("first", "db", "connect", sqld.url, "--upload")
    assert code == 0
    assert "The profile works with the company's database" in out
    code, out, _ = kkdesk("second", "db", "connect", sqld.url, "--join", "--json")
    assert code == 0
    assert json.loads(out)["url"] == sqld.url
    for profile in ("first", "second"):
        code, out, _ = kkdesk(profile, "sync", "--json")
        state = json.loads(out)
        assert (code, state["connection"], state["waiting"], state["conflicts"]) == (0, "online", 0, 0)
    sqld.execute("UPDATE customers SET city = 'Κως' WHERE id = (SELECT min(id) FROM customers)")
    code, out, _ = kkdesk("second", "db", "local", "--json")
    assert code == 0
    assert json.loads(out)["database"] == str(tmp_path / "second" / "crm.db")
    monkeypatch.delenv("DATABASE_AUTH_TOKEN")
    code, _, err = kkdesk("second", "sync")
    assert code != 0
    assert err
    code, _, _ = kkdesk("second", "db", "check")
    assert code == 0


def test_an_upload_into_a_database_with_data_is_refused(
    sqld: Sqld, kkdesk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_AUTH_TOKEN", sqld.token())
    sqld.execute("CREATE TABLE customers (id TEXT PRIMARY KEY)")
    code, _, err = kkdesk("first", "db", "connect", sqld.url, "--upload")
    assert code == 1
    assert "empty" in err
    code, _, err = kkdesk("first", "sync")
    assert code != 0
    assert sqld.execute("SELECT count(*) FROM sqlite_master") == [[2]]


def test_without_a_token_it_says_where_to_give_it(sqld: Sqld, kkdesk: Any) -> None:
    code, _, err = kkdesk("first", "db", "connect", sqld.url, "--join")
    assert code == 3
    assert "DATABASE_AUTH_TOKEN" in err


def test_a_server_that_is_away_is_told(kkdesk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_AUTH_TOKEN", "none")
    code, _, err = kkdesk("first", "db", "connect", "http://127.0.0.1:9", "--join")
    assert code == 4
    assert "The company's database does not answer" in err

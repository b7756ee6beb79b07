"""The `kkdesk` command as a child process: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent / "data" / "webapp-sample.db"


def kkdesk(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kkdesk", "--data", str(folder), *args],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KKDESK_LANGUAGE": "en", **env},
    )


def test_a_new_profile_and_its_check(tmp_path: Path) -> None:
    made = kkdesk(tmp_path / "νέο προφίλ", "db", "init", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["organisation"] == "org_kktires"
    checked = kkdesk(tmp_path / "νέο προφίλ", "db", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "sound" in checked.stdout


def test_upgrade_of_the_web_crms_database_twice(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "crm.db")
    first = kkdesk(tmp_path, "db", "upgrade", "--json")
    again = kkdesk(tmp_path, "db", "upgrade", "--json")
    assert json.loads(first.stdout)["migrations"]
    assert json.loads(again.stdout)["migrations"] == []


@pytest.mark.parametrize("language", ["el", "en"])
def test_a_damaged_database_is_said_in_ones_language(tmp_path: Path, language: str) -> None:
    (tmp_path / "crm.db").write_bytes(b"no database " * 100)
    result = kkdesk(tmp_path, "db", "init", KKDESK_LANGUAGE=language)
    assert result.returncode == 1
    assert ("ζημιά" if language == "el" else "damaged") in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_arguments(tmp_path: Path) -> None:
    assert kkdesk(tmp_path, "db", "explode").returncode == 2
    assert kkdesk(tmp_path, "no-such-verb").returncode == 2


@pytest.mark.parametrize("verb", ["check", "upgrade"])
def test_a_profile_of_the_companys_database_has_no_file_of_its_own(tmp_path: Path, verb: str) -> None:
    # Port 9: nobody listens, so there is nothing to read.
    result = kkdesk(tmp_path, "db", verb, DATABASE_URL="http://127.0.0.1:9", DATABASE_AUTH_TOKEN="token")
    assert result.returncode == 4, result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "crm.db").exists()


def test_checking_a_profile_that_does_not_exist_makes_none(tmp_path: Path) -> None:
    result = kkdesk(tmp_path / "nowhere", "db", "check")
    assert result.returncode == 1
    assert not (tmp_path / "nowhere" / "crm.db").exists()

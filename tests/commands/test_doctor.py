"""`kkdesk doctor` as somebody types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kkdesk.services.doctor.installation import INSTALLATION_CHECKS
from kkdesk.services.doctor.service import CLOUD_CHECKS
from tests.servers.endpoints import endpoints
from tests.servers.ports import free_port

TRACKING, CRON = "the-secret-of-all-links", "the-secret-of-all-calls"
WELL = {"EMAIL_TRACKING_SECRET": TRACKING, "CRON_SECRET": CRON}


def kkdesk(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kkdesk", "--data", str(folder), "doctor", *args],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KKDESK_LANGUAGE": "en", **env},
    )


def test_this_computer(tmp_path: Path) -> None:
    result = kkdesk(tmp_path, **WELL)
    assert result.returncode == 3 and result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("failed   Database: There is no database")
    assert lines[1].startswith("           → Open the window or run")
    assert lines[-1].startswith("This computer: 3 ok, ") and lines[-1].endswith(" 2 failures, 0 not checked.")
    told = json.loads(kkdesk(tmp_path, "--json", **WELL).stdout)
    assert [check["check"] for check in told["checks"]] == [check.name for check in INSTALLATION_CHECKS]
    assert told["well"] is False and told["failed"] == 2
    address = next(check for check in told["checks"] if check["check"] == "public_address")
    assert "NEXTAUTH_URL" in address["found"]["el"] and "NEXTAUTH_URL" in address["found"]["en"]
    assert address["next"]["el"] and address["next"]["en"]
    in_greek = kkdesk(tmp_path, KKDESK_LANGUAGE="el")
    assert in_greek.stdout.startswith("πρόβλημα    Βάση: Δεν υπάρχει βάση")


def test_a_deployment(tmp_path: Path) -> None:
    with endpoints(tmp_path / "server", WELL) as server:
        told = kkdesk(tmp_path / "desktop", "--cloud", "--json", NEXTAUTH_URL=server.url, **WELL)
        other = kkdesk(tmp_path / "desktop", "--cloud", server.url, EMAIL_TRACKING_SECRET="x" * 20)
        trial = kkdesk(tmp_path / "desktop", "--try-cron", "--cloud", server.url, **WELL)
    found = json.loads(told.stdout)
    assert told.returncode == 0 and found["origin"] == server.url and found["failed"] == 0
    assert [check["check"] for check in found["checks"]] == [check.name for check in CLOUD_CHECKS]
    assert other.returncode == 1 and "failed   Agreement of signatures" in other.stdout
    # It says what it does before it does it.
    assert "call of cron will be made" in trial.stderr and "cron" not in told.stderr
    assert trial.returncode == 0, trial.stdout
    assert "A call for trial: The key is taken" in trial.stdout
    logs = "".join(file.read_text("utf-8") for file in tmp_path.rglob("*.log"))
    assert "api" in logs or "HTTP Request" in logs
    for text in (told.stdout, told.stderr, other.stdout, trial.stdout, trial.stderr, logs):
        assert TRACKING not in text and CRON not in text and "sig=" not in text


def test_nobody_is_there(tmp_path: Path) -> None:
    assert kkdesk(tmp_path, "--cloud", f"http://127.0.0.1:{free_port()}", **WELL).returncode == 4


@pytest.mark.parametrize(
    ("args", "code"),
    [(["--cloud"], 3), (["--cloud", "links.example.gr"], 2), (["--try-cron"], 2), (["--cloud", "ftp://x"], 2)],
)
def test_arguments_that_make_no_sense(tmp_path: Path, args: list[str], code: int) -> None:
    result = kkdesk(tmp_path, *args)
    assert result.returncode == code
    assert "Traceback" not in result.stderr and result.stdout == ""

"""`kkdesk cron` as somebody types it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import fail

from kkdesk.cli import main
from kkdesk.services.cron_jobs.jobs import JobKind, wanted_job
from tests.conftest import MemoryKeyring
from tests.servers.cron_job_org import KEY, CronJobOrgStandIn, Failure, cron_job_org_beside

ORIGIN = "https://crm.example.gr"
SECRET = "secret-of-the-calls"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[CronJobOrgStandIn]:
    """The account that the command speaks to, by a clock on which every look is a second later."""
    ticks = iter(range(1_795_457_560, 1_795_467_560))
    with cron_job_org_beside(CronJobOrgStandIn(lambda: next(ticks))) as made:
        monkeypatch.setattr("kkdesk.services.cron_jobs.client.CRON_JOB_ORG", made.url)
        yield made


@pytest.fixture
def kkdesk(
    tmp_path: Path,
    account: CronJobOrgStandIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs the command; gives the exit code, standard output and standard error."""
    monkeypatch.setattr("kkdesk.services.cron_jobs.client.CREATE_PAUSE", 0.0)
    monkeypatch.setenv("KKDESK_LANGUAGE", "en")
    monkeypatch.setenv("NEXTAUTH_URL", ORIGIN)
    monkeypatch.setenv("CRON_SECRET", SECRET)
    monkeypatch.setenv("CRON_JOB_ORG_API_KEY", KEY)

    def run(*args: str) -> tuple[int, str, str]:
        code = main(["--data", str(tmp_path / "profile"), "cron", *args])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def answer(kkdesk: Run, *args: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = kkdesk(*args, "--json")
    found: dict[str, Any] = json.loads(out)
    return code, found


def test_set_up_watched_and_removed(kkdesk: Run, account: CronJobOrgStandIn) -> None:
    code, out, _ = kkdesk("status")
    assert code == 1 and "Sending campaigns: Not set up" in out
    code, out, _ = kkdesk("setup")
    assert code == 0
    assert "Sending campaigns, every minute: created." in out
    code, found = answer(kkdesk, "setup")
    assert (code, [one["done"] for one in found["jobs"]]) == (0, ["kept", "kept"])
    emails = next(one for one, job in account.jobs.items() if "email" in job["url"])
    for _ in range(7):
        account.note(emails, 1, 200, duration=810)
    account.note(emails, 4, 503)
    code, out, _ = kkdesk("status", "--history", "3")
    assert code == 1
    assert f"Calls {ORIGIN}/api/cron/email-jobs" in out and "Next call" in out
    assert out.count("810 ms") == 2 and "The server answered with an error (503), 240 ms" in out
    assert "Look at the log of the endpoints" in out
    account.note(emails, 1, 200)
    code, found = answer(kkdesk, "status")
    assert (code, found["well"]) == (0, True)
    first = found["jobs"][0]
    assert (first["job"], first["standing"], first["last_http_status"]) == ("email-jobs", "well", 200)
    assert len(first["history"]) == 9
    code, out, _ = kkdesk("remove")
    assert code == 2 and "--yes" in out and len(account.jobs) == 2
    code, found = answer(kkdesk, "remove", "--yes")
    assert code == 0 and len(found["removed"]) == 2 and not account.jobs
    code, out, _ = kkdesk("remove", "--yes")
    assert code == 0 and "There was no job" in out


def test_a_disabled_job_is_told_with_what_to_do(kkdesk: Run, account: CronJobOrgStandIn) -> None:
    kkdesk("setup")
    emails = next(iter(account.jobs))
    for _ in range(16):
        account.note(emails, 4, 401)
    code, out, _ = kkdesk("status")
    assert code == 1 and "Disabled" in out and "more than 15 times in a row" in out and "CRON_SECRET" in out
    code, out, _ = kkdesk("setup")
    assert code == 0 and "repaired (switched on)" in out


def test_moving_wants_to_be_asked_for(kkdesk: Run, account: CronJobOrgStandIn) -> None:
    account.add(**wanted_job(JobKind.EMAILS, "https://old.example.gr", "x"))
    code, found = answer(kkdesk, "setup")
    assert (code, found["code"]) == (1, "cron_job_elsewhere") and "--move" in found["error"]
    code, found = answer(kkdesk, "setup", "--move")
    assert (code, [one["done"] for one in found["jobs"]]) == (0, ["repaired", "created"])


@pytest.mark.parametrize(
    ("failure", "code", "name"),
    [
        (Failure(401, "Unauthorized"), 3, "sign_in_needed"),
        (Failure(429, "Quota Limit Exceeded"), 1, "cron_quota_reached"),
        (Failure(500), 4, "offline"),
        (Failure(cut=True), 4, "offline"),
    ],
)
def test_exit_codes(kkdesk: Run, account: CronJobOrgStandIn, failure: Failure, code: int, name: str) -> None:
    account.failures = {0: failure, 1: failure}
    got, found = answer(kkdesk, "status")
    assert (got, found["code"]) == (code, name)
    got, found = answer(kkdesk, "setup")
    assert (got, found["code"]) == (code, name)


@pytest.mark.parametrize("missing", ["NEXTAUTH_URL", "CRON_SECRET", "CRON_JOB_ORG_API_KEY"])
def test_what_is_missing_is_named(
    kkdesk: Run, account: CronJobOrgStandIn, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    code, found = answer(kkdesk, "setup")
    assert (code, found["code"]) == (3, "not_configured") and missing in found["error"]
    assert not account.seen


def test_a_key_from_standard_input_is_kept_once_it_has_worked(
    kkdesk: Run, account: CronJobOrgStandIn, monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("x\n"))
    code, found = answer(kkdesk, "setup", "--key-from-stdin")
    assert (code, found["code"]) == (1, "not_allowed"), "the environment would win"
    monkeypatch.delenv("CRON_JOB_ORG_API_KEY")
    monkeypatch.setattr(sys, "stdin", io.StringIO("wrong-key\n"))
    code, found = answer(kkdesk, "setup", "--key-from-stdin")
    assert (code, found["code"]) == (3, "sign_in_needed")
    assert not memory_keyring.kept
    monkeypatch.setattr(sys, "stdin", io.StringIO(f" {KEY} \n"))
    code, out, _ = kkdesk("setup", "--key-from-stdin")
    assert code == 0 and "kept in the keyring" in out
    assert list(memory_keyring.kept.values()) == [KEY]
    assert kkdesk("status")[0] == 0, "from the keyring from now on"


def test_a_server_without_a_keyring_is_set_up_all_the_same(
    kkdesk: Run, account: CronJobOrgStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        monkeypatch.delenv("CRON_JOB_ORG_API_KEY")
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{KEY}\n"))
        code, out, _ = kkdesk("setup", "--key-from-stdin")
        assert code == 0 and "has no keyring" in out and len(account.jobs) == 2
        code, found = answer(kkdesk, "status")
        assert (code, found["code"]) == (3, "keyring_missing")
    finally:
        keyring.set_keyring(before)


def test_a_new_secret_is_shown_once(
    kkdesk: Run, account: CronJobOrgStandIn, monkeypatch: pytest.MonkeyPatch, memory_keyring: MemoryKeyring
) -> None:
    code, found = answer(kkdesk, "new-secret", "--yes")
    assert (code, found["code"]) == (1, "not_allowed"), "the environment sets it"
    monkeypatch.delenv("CRON_SECRET")
    code, out, _ = kkdesk("new-secret")
    [secret] = memory_keyring.kept.values()
    assert code == 0 and f"CRON_SECRET={secret}" in out and "kkdesk cron setup" in out
    code, out, _ = kkdesk("new-secret")
    assert code == 2 and "--yes" in out and secret not in out
    kkdesk("setup")
    assert all(job["extendedData"]["headers"] == {"x-cron-secret": secret} for job in account.jobs.values())
    code, found = answer(kkdesk, "new-secret", "--yes")
    assert code == 0 and found["CRON_SECRET"] != secret
    assert secret not in "".join(kkdesk("status")[1:])


def test_keys_are_nowhere_but_where_they_belong(tmp_path: Path, kkdesk: Run, account: CronJobOrgStandIn) -> None:
    """Of a whole life, failures included: neither key in what is printed, in a log, or in any file of the profile."""
    said = ["".join(kkdesk("setup")[1:]), "".join(kkdesk("status", "--json")[1:])]
    account.failures = {len(account.seen) + n: Failure(500) for n in (0, 2, 4)} | {len(account.seen) + 1: Failure(401)}
    for _ in range(5):
        said += ["".join(kkdesk("setup")[1:]), "".join(kkdesk("remove", "--yes", "--json")[1:])]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "kkdesk.log" for path in files)
    for text in [*said, *(path.read_bytes().decode("latin-1") for path in files)]:
        assert KEY not in text and SECRET not in text
    assert any("sign_in_needed" in text for text in said) and any("created" in text for text in said)


def test_the_key_is_no_argument(tmp_path: Path) -> None:
    """What a command line holds, every process of the computer can read."""
    command = [sys.executable, "-m", "kkdesk", "cron", "setup", "--key", "x"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    shown = subprocess.run([*command[:-2], "--help"], capture_output=True, text=True, check=True)
    assert "--key-from-stdin" in shown.stdout


@pytest.mark.parametrize("count", ["51", "-1", "many"])
def test_odd_numbers_of_calls(kkdesk: Run, count: str) -> None:
    with pytest.raises(SystemExit) as raised:
        kkdesk("status", "--history", count)
    assert raised.value.code == 2


def test_without_an_action_it_explains_itself(kkdesk: Run) -> None:
    code, out, _ = kkdesk()
    assert code == 2 and "setup" in out

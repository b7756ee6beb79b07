"""What people meet at the command line when files, disks and databases fail them: words, and nothing half-done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kkdesk.cli import main
from kkdesk.commands import database
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.change import Applied, Change
from kkdesk.model.errors import DiskFull
from kkdesk.store import local
from kkdesk.store.local import LocalDatabase, connect
from tests.services.importing.shop import csv_file
from tests.services.queue.shop import Shop as SendingShop
from tests.services.queue.shop import environment, in_shop

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["el", "en"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every message is read in both languages."""
    monkeypatch.setenv("KKDESK_LANGUAGE", request.param)
    return str(request.param)


@pytest.fixture
def kkdesk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the command on a profile; gives the exit code, standard output and standard error."""

    def run(*args: str | Path, folder: Path | None = None) -> tuple[int, str, str]:
        code = main(["--data", str(folder or tmp_path / "profile"), *map(str, args)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def many(tmp_path: Path, count: int) -> Path:
    rows = [[f"Ελαστικά {n} ΑΕ", f"p{n}@example.gr", "Βόλος", "σημείωση " * 10] for n in range(count)]
    return csv_file(tmp_path, [["Επωνυμία", "e-mail", "Πόλη", "Σημειώσεις"], *rows], name=f"many{count}.csv")


def customers(tmp_path: Path) -> int:
    with closing(connect(tmp_path / "profile" / "crm.db")) as crm:
        return int(crm.execute("SELECT count(*) FROM customers").fetchone()[0])


def children(pid: int) -> list[str]:
    """Processes that `pid` has started for its work, whichever thread of it did."""
    try:
        started = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
        commands = [Path(f"/proc/{child}/cmdline").read_text() for each in started for child in each]
    except OSError:
        return []  # One has ended while it was looked at.
    return [command for command in commands if "spawn_main" in command]


_LIMITED = "import os, resource, sys; n = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))"


def process(tmp_path: Path, *args: str | Path, limit: int | None = None) -> subprocess.Popen[str]:
    """The command on its own; the system refuses it to write beyond `limit` bytes of a file, as a full disk would."""
    command = [sys.executable, "-m", "kkdesk", "--data", str(tmp_path / "profile"), *map(str, args)]
    if limit is not None:
        command = [sys.executable, "-c", f"{_LIMITED}; os.execv(sys.argv[2], sys.argv[2:])", str(limit), *command]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "KKDESK_LANGUAGE": "el"},
    )


def test_a_damaged_database_is_said_by_every_verb(tmp_path: Path, kkdesk: Command, language: str) -> None:
    kkdesk("import", many(tmp_path, 1500))
    file = tmp_path / "profile" / "crm.db"
    with file.open("r+b") as content:
        content.seek(file.stat().st_size // 4)
        content.write(os.urandom(file.stat().st_size // 2))
    for verb in (
        ("db", "check"),
        ("import", many(tmp_path, 3)),
        ("export", tmp_path / "out.csv"),
        ("export", tmp_path / "out.csv", "--filter", "text=ελαστικα"),
    ):
        code, _, err = kkdesk(*verb)
        assert code == 1, verb
        words = ("ζημιά", "δεν πειράχτηκε", "αντίγραφο") if language == "el" else ("damaged", "left as it is", "backup")
        assert all(word in err for word in words), (verb, err)
        assert "Traceback" not in err
    assert not (tmp_path / "out.csv").exists()


_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_database_that_another_program_holds_is_busy(
    tmp_path: Path, kkdesk: Command, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kkdesk("db", "init")
    # Only a file that nobody else had open is held against readers, too.
    monkeypatch.setattr(local, "BUSY_SECONDS", 0.05)
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "profile" / "crm.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        code, out, err = kkdesk("campaign", "list", "--json")
        assert (code, json.loads(out)["code"]) == (1, "database_busy")
        assert ("Δοκιμάστε ξανά" if language == "el" else "Try again") in err
        holder.communicate("\n")
    assert kkdesk("campaign", "list")[0] == 0


@pytest.mark.parametrize("inside", [False, True])
def test_a_profile_folder_that_cannot_be_made(tmp_path: Path, kkdesk: Command, language: str, inside: bool) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    code, _, err = kkdesk("db", "init", folder=tmp_path / "file" / "profile" if inside else tmp_path / "file")
    assert code == 1
    words = ("εγγράψιμος", "Δεν γράφτηκε", "Επιλέξτε") if language == "el" else ("written", "Nothing", "Choose")
    assert all(word in err for word in words)


@pytest.mark.parametrize("how", ["cut", "bytes", "folder"])
def test_settings_that_cannot_be_read(tmp_path: Path, kkdesk: Command, language: str, how: str) -> None:
    file = tmp_path / "profile" / "settings.json"
    file.parent.mkdir()
    if how == "folder":
        file.mkdir()
    else:
        file.write_bytes(b'{"KKDESK_THEME": ' if how == "cut" else b"\xff\xfe\x00")
    code, out, err = kkdesk("campaign", "list", "--json")
    assert (code, json.loads(out)["code"]) == (1, "invalid_input")
    words = ("settings.json", "ασφαλή", "μετονομάστε") if language == "el" else ("settings.json", "safe", "rename")
    assert all(word in err for word in words)


def test_an_import_stopped_with_ctrl_c_says_that_nothing_was_written(tmp_path: Path, kkdesk: Command) -> None:
    kkdesk("db", "init")
    with process(tmp_path, "import", many(tmp_path, 40_000)) as importing:
        # The reading has begun once the other process is there.
        while importing.poll() is None and not children(importing.pid):
            os.sched_yield()
        importing.send_signal(signal.SIGINT)
        out, err = importing.communicate()
    assert (importing.returncode, out) == (1, "")
    assert err == "kkdesk: Διακόπηκε. Τίποτα δεν γράφτηκε· τα δεδομένα είναι όπως πριν.\n"
    assert customers(tmp_path) == 0


def test_a_disk_that_takes_no_more_leaves_the_data_as_it_was(tmp_path: Path, kkdesk: Command) -> None:
    kkdesk("import", many(tmp_path, 5))
    room = (tmp_path / "profile" / "crm.db").stat().st_size + 200_000
    with process(tmp_path, "import", many(tmp_path, 20_000), limit=room) as importing:
        _, err = importing.communicate()
    assert importing.returncode == 1
    assert err.startswith("kkdesk: Ο δίσκος")
    assert "Τίποτα δεν γράφτηκε" in err
    assert "Traceback" not in err
    assert customers(tmp_path) == 5
    assert kkdesk("db", "check")[0] == 0
    assert kkdesk("import", many(tmp_path, 20_000))[0] == 0
    assert customers(tmp_path) == 20_000


def test_a_disk_that_fills_up_while_sending(
    tmp_path: Path, kkdesk: Command, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker says what a full disk means for a send: some have left, the rest waits, and nobody gets two."""

    async def queue(shop: SendingShop) -> None:
        await shop.queued(300)

    in_shop(tmp_path / "profile", queue, to_folder=True)
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    mails = tmp_path / "profile" / "mail"
    apply = LocalDatabase.apply

    async def full(db: LocalDatabase, change: Change) -> Applied:
        if change.label.en == "Send mails" and mails.exists():
            raise DiskFull(
                Bilingual("Ο δίσκος είναι γεμάτος.", "The disk is full."), kept=Bilingual("Τίποτα", "Nothing")
            )
        return await apply(db, change)

    with monkeypatch.context() as patch:
        patch.setattr(LocalDatabase, "apply", full)
        code, out, err = kkdesk("worker", "--once")
    assert (code, err) == (1, "")
    assert ("έχουν σημειωθεί" if language == "el" else "is on record") in out
    assert ("Τίποτα" if language == "el" else "Nothing") not in out
    before = len(list(mails.glob("*.eml")))
    assert 0 < before < 300
    code, out, _ = kkdesk("worker", "--once", "--json")
    assert (code, json.loads(out)["unconfirmed"]) == (0, 0)
    assert len({file.name.split(" ")[2] for file in mails.glob("*.eml")}) == len(list(mails.glob("*.eml"))) == 300


def test_a_fault_of_the_program_is_told_without_its_inside(
    tmp_path: Path, kkdesk: Command, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(_args: Any) -> int:
        raise RuntimeError("maria@x.example")

    monkeypatch.setattr(database, "_check", faulty)
    code, _, err = kkdesk("db", "check")
    assert code == 1
    assert ("Απρόσμενο σφάλμα" if language == "el" else "Unexpected fault") in err
    assert "Traceback" not in err
    log = (tmp_path / "profile" / "logs" / "kkdesk.log").read_text(encoding="utf-8")
    assert "RuntimeError at faulty" in log
    assert "maria" not in err + log


def test_two_imports_at_once_both_come_whole(tmp_path: Path, kkdesk: Command) -> None:
    kkdesk("db", "init")
    files = [
        csv_file(
            tmp_path,
            [["Επωνυμία", "e-mail"], *([f"{who}{n}", f"{who}{n}@x.gr"] for n in range(500))],
            name=f"{who}.csv",
        )
        for who in ("a", "b")
    ]
    running = [process(tmp_path, "import", file) for file in files]
    for one in running:
        with one:
            _, err = one.communicate()
        assert (one.returncode, err) == (0, "")
    assert customers(tmp_path) == 1000

"""A real keyring: GNOME's, in a session bus of its own, as a Linux desktop has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import asyncio, sys
from kkdesk.services.secrets import SECRET_NAMES, Secrets
from kkdesk.services.settings import Settings
from kkdesk.store.profile import Profile
from pathlib import Path

async def go():
    secrets = Secrets(Settings(Profile(Path(sys.argv[1])), {}), sys.argv[1])
    if sys.argv[2] == "write":
        print("keyring:", await secrets.try_keyring())
        for name in SECRET_NAMES:
            await secrets.put(name, f"planted-{name}-" + "κλειδί" * 600)
    elif sys.argv[2] == "read":
        for name in SECRET_NAMES:
            assert await secrets.get(name) == f"planted-{name}-" + "κλειδί" * 600, name
        print("left:", await secrets.forget_all())
        assert not any([await secrets.get(name) for name in SECRET_NAMES])
    else:
        try:
            await secrets.get("SMTP_PASS")
        except Exception as error:
            print(type(error).__name__, error.code)

asyncio.run(go())
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert shutil.which("gnome-keyring-daemon"), "gnome-keyring is not installed: `python3 dev.py test` installs it"
    return tmp_path


def in_session(home: Path, *steps: str, unlock: bool = True) -> str:
    """What the script says, step by step, each a process of its own within one session of the desktop."""
    unlocking = "printf 'login' | gnome-keyring-daemon --unlock --components=secrets >/dev/null" if unlock else ":"
    python = f'{sys.executable} -c "$SCRIPT" {home / "profile"}'
    lines = [unlocking, *(f"{python} {step}" for step in steps)]
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home / "run"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        "SCRIPT": _SCRIPT,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    (home / "run").mkdir(mode=0o700, exist_ok=True)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", "\n".join(lines)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_secret_is_kept_and_forgotten(home: Path) -> None:
    said = in_session(home, "write", "read")
    assert "SecretService" in said and "left: []" in said
    for path in home.rglob("*"):
        if path.is_file():
            assert b"planted-" not in path.read_bytes(), path


def test_one_that_nobody_has_unlocked_is_said_to_be_closed(home: Path) -> None:
    """No window to ask for its password: it refuses, and nobody waits for ever."""
    said = in_session(home, "closed", unlock=False).split()
    assert said[0] in {"KeyringLocked", "KeyringMissing", "SecretsUnavailable"}

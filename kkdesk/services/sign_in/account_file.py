"""Who has signed in, as the profile remembers it between two runs: `sign-in.json`. No secret is in it."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from kkdesk.model.identity import Identity

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account, what it may be used for, and since when (Unix seconds).

    `session_only`: the keyring refused, so that the sign-in ends with the program.
    """

    identity: Identity
    scopes: frozenset[str]
    at: int
    session_only: bool = False


def read_account(path: Path) -> SignedIn | None:
    """Who is remembered. A file that is broken remembers nobody, and the log says so."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        identity = Identity(**{name: str(value) for name, value in found["identity"].items()})
        account = SignedIn(identity, frozenset(map(str, found["scopes"])), int(found["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        _log.warning("sign_in_file_unreadable", error=type(error).__name__)
        return None
    return account if identity.subject else None


def write_account(path: Path, account: SignedIn) -> None:
    """Remember `account`, in one step. Raises `OSError`."""
    content: dict[str, Any] = {
        "identity": asdict(account.identity),
        "scopes": sorted(account.scopes),
        "at": account.at,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".json.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def delete_account(path: Path) -> None:
    """Remember nobody."""
    for file in (path, path.with_suffix(".json.new")):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)

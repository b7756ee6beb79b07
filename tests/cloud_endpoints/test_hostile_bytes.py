"""What is no HTTP, or hardly any, sent to the real server over a socket."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx

from tests.servers.endpoints import Endpoints, endpoints

_HOST = b"Host: kk\r\n"
BYTES = (
    b"",
    b"\r\n\r\n",
    b"\x00" * 100,
    b"\xff\xfe\xfd\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"GET /api/health\r\n\r\n",
    b"GET /api/health HTTP/9.9\r\n\r\n",
    b"GET /api/health HTTP/1.1\r\n\r\n",
    b"GET /api/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET http://evil.example/api/health HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /api/email/tracking?cid=\x00 HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /api/email/tracking?cid=\xce\xb1 HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /api/email/tracking?" + b"a" * 70_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /api/health HTTP/1.1\r\n" + _HOST + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
    b"GET /api/health HTTP/1.1\r\n" + _HOST + b"X: a\r\n" * 5000 + b"\r\n",
    b"GET /api/health HTTP/1.1\r\n" + _HOST + b"Bad Header: a\r\n\r\n",
    b"GET /api/health HTTP/1.1\r\n" + _HOST + b"X: a\r\n b\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"TRACE /api/health HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"OPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"GET /api/health HTTP/1.1\r\n" + _HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaa",
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n" + b"a" * 40_000,
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Content-Length: 99999999999999999999\r\n\r\n",
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
    b"POST /api/unsubscribe HTTP/1.1\r\n" + _HOST + b"Content-Length: 10\r\n\r\nabc",
    (b"GET /api/health HTTP/1.1\r\n" + _HOST + b"\r\n") * 200,
)


def send(server: Endpoints, content: bytes) -> bytes:
    """What comes back until the other side has nothing more to say; ours says that it is finished."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        found = b""
        try:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65_536):
                found += part
        except ConnectionError:
            pass  # It has heard enough.
        return found


def test_the_server_stands_it_and_says_nothing_of_itself(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with endpoints(tmp_path / "profile", {}, log) as server:
        for content in BYTES:
            answer = send(server, content)
            statuses = {line.split()[1] for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")}
            assert not any(status.startswith(b"5") for status in statuses), (content[:80], answer[:200])
            assert b"Traceback" not in answer
            assert b"\r\nserver:" not in answer.lower(), "which server it is is nobody's business"
        assert httpx.get(f"{server.url}/api/health", timeout=60).status_code == 200
    assert b"Traceback" not in log.read_bytes()


def test_those_who_only_connect_hold_nobody_up(tmp_path: Path) -> None:
    with endpoints(tmp_path, {}) as server:
        silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
        half = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
        try:
            for connection in half:
                connection.sendall(b"POST /api/unsubscribe HTTP/1.1\r\nHost: kk\r\nContent-Length: 10\r\n\r\na")
            assert httpx.get(f"{server.url}/api/health", timeout=60).status_code == 200
        finally:
            for connection in (*silent, *half):
                connection.close()

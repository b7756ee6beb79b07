"""Files of campaigns fetched over https: proven, kept, and never from inside a network."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from kkdesk.model.errors import InvalidInput, KKDeskError, Offline
from kkdesk.services.mail.assets import CampaignFile
from kkdesk.services.mail.blob_files import BlobFiles
from tests.servers.certificates import ServerCertificate, make_certificate

CONTENT = b"%PDF \x00\xff" * 1000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ServerCertificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


class Host:
    """A file server: what it answers by path, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {"/a.pdf": (200, {}, CONTENT)}

    def file(self, path: str = "/a.pdf", **changes: Any) -> CampaignFile:
        url = f"https://localhost:{self.port}{path}"
        digest = hashlib.sha256(CONTENT).hexdigest()
        made = CampaignFile("ast_1", url, "α.pdf", "application/pdf", len(CONTENT), digest, "attachment", False)
        return replace(made, **changes)


@contextmanager
def hosted(certificate: ServerCertificate) -> Iterator[Host]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append(f"{self.headers['Host']}{self.path}")
            status, headers, body = host.answers.get(self.path, (404, {}, b"nothing"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that trusts it not
    host = Host(server.server_address[1])
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def host(certificate: ServerCertificate) -> Iterator[Host]:
    with hosted(certificate) as running:
        yield running


async def here(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def files(certificate: ServerCertificate, folder: Path | None = None, **options: Any) -> BlobFiles:
    trusted = ssl.create_default_context(cafile=str(certificate.authority))
    return BlobFiles(folder, **{"resolve": here, "allowed": lambda _: True, "tls": trusted, **options})


def test_a_file_is_fetched_once_and_kept(tmp_path: Path, host: Host, certificate: ServerCertificate) -> None:
    folder = tmp_path / "files"
    source = files(certificate, folder)
    assert asyncio.run(source.content(host.file())) == CONTENT
    assert asyncio.run(source.content(host.file("/elsewhere"))) == CONTENT
    assert host.asked == [f"localhost:{host.port}/a.pdf"]
    (kept,) = folder.iterdir()
    kept.write_bytes(b"damaged")
    assert asyncio.run(source.content(host.file())) == CONTENT
    assert len(host.asked) == 2
    assert kept.read_bytes() == CONTENT


def test_without_a_folder_nothing_is_kept(host: Host, certificate: ServerCertificate) -> None:
    source = files(certificate)
    for _ in range(2):
        assert asyncio.run(source.content(host.file())) == CONTENT
    assert len(host.asked) == 2


@pytest.mark.logs("campaign_file_not_kept")
def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, host: Host, certificate: ServerCertificate
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert asyncio.run(files(certificate, tmp_path / "file").content(host.file())) == CONTENT


def test_redirects_are_followed_by_the_same_rules(host: Host, certificate: ServerCertificate) -> None:
    host.answers["/moved"] = (302, {"Location": "/a.pdf"}, b"")
    host.answers["/plain"] = (301, {"Location": "http://localhost/a.pdf"}, b"")
    host.answers["/inside"] = (307, {"Location": "https://10.0.0.1/a.pdf"}, b"")
    host.answers["/round"] = (302, {"Location": "/round"}, b"")
    host.answers["/odd"] = (302, {"Location": "https://["}, b"")
    source = files(certificate, allowed=lambda address: not address.startswith("10."))
    assert asyncio.run(source.content(host.file("/moved"))) == CONTENT
    for path in ("/plain", "/inside", "/round", "/odd"):
        with pytest.raises(InvalidInput):
            asyncio.run(source.content(host.file(path)))
    assert host.asked.count(f"localhost:{host.port}/round") == 4


@pytest.mark.parametrize(
    ("path", "changes", "error"),
    [
        ("/gone", {}, InvalidInput),
        ("/a.pdf", {"sha256": "0" * 64}, InvalidInput),
        ("/a.pdf", {"sha256": "../../x"}, InvalidInput),
        ("/a.pdf", {"size": len(CONTENT) - 1}, InvalidInput),
        ("/a.pdf", {"size": len(CONTENT) + 1}, InvalidInput),
        ("/a.pdf", {"size": 10**9}, InvalidInput),
        ("/a.pdf", {"url": "file:///etc/passwd"}, InvalidInput),
        ("/a.pdf", {"url": "https://"}, InvalidInput),
        ("/a.pdf", {"url": "κάτι"}, InvalidInput),
        ("/busy", {}, Offline),
        ("/cut", {}, Offline),
        ("/a.pdf", {"url": "https://127.0.0.1:1/a.pdf"}, Offline),
    ],
)
def test_what_is_not_the_file_is_not_sent(
    host: Host, certificate: ServerCertificate, path: str, changes: dict[str, Any], error: type[KKDeskError]
) -> None:
    host.answers["/busy"] = (503, {}, b"")
    host.answers["/cut"] = (200, {"Content-Length": "99999", "Connection": "close"}, CONTENT[:50])
    with pytest.raises(error):
        asyncio.run(files(certificate).content(host.file(path, **changes)))


def test_only_the_open_internet_is_asked(host: Host, certificate: ServerCertificate) -> None:
    trusted = ssl.create_default_context(cafile=str(certificate.authority))
    with pytest.raises(InvalidInput, match="public"):
        asyncio.run(BlobFiles(None, resolve=here, tls=trusted).content(host.file()))

    async def two(_host: str, _port: int) -> Sequence[str]:
        return ["8.8.8.8", "192.168.1.1"]

    with pytest.raises(InvalidInput, match="public"):
        asyncio.run(BlobFiles(None, resolve=two, tls=trusted).content(host.file()))
    assert host.asked == []


def test_a_server_that_nobody_vouches_for_is_not_believed(host: Host, certificate: ServerCertificate) -> None:
    with pytest.raises(Offline):
        asyncio.run(files(certificate, tls=None).content(host.file()))
    assert host.asked == []


def test_a_name_that_is_not_known(host: Host, certificate: ServerCertificate) -> None:
    async def nowhere(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(Offline):
        asyncio.run(files(certificate, resolve=nowhere).content(host.file()))

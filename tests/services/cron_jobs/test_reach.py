"""Addresses that cron-job.org can certainly not call, and how the endpoints look from here."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from kkdesk.model.errors import NotConfigured
from kkdesk.services.cron_jobs.reach import look_from_here, require_reachable
from tests.servers.certificates import make_certificate
from tests.servers.dns_server import DnsServer, Zone
from tests.servers.ports import free_port
from tests.services.cron_jobs.account import NoNames


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://crm.example.gr", "https://crm.example.gr"),
        ("https://crm.example.gr/path?x=1", "https://crm.example.gr"),
        ("https://CRM.Example.gr:8443", "https://crm.example.gr:8443"),
        ("https://ελαστικα.gr", "https://xn--mxaakrfd1di.gr"),
        ("https://8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_what_can_be_called(address: str, origin: str) -> None:
    assert require_reachable(address) == origin


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("", "missing or not valid"),
        ("crm.example.gr", "missing or not valid"),
        ("http://crm.example.gr", "https://"),
        ("https://localhost", "inside your network"),
        ("https://localhost:8443", "inside your network"),
        ("https://crm", "inside your network"),
        ("https://crm.local", "inside your network"),
        ("https://crm.office.lan.", "inside your network"),
        ("https://127.0.0.1", "private network"),
        ("https://10.0.0.8:8443", "private network"),
        ("https://192.168.1.4", "private network"),
        ("https://169.254.1.1", "private network"),
        ("https://0x7f.1", "private network"),
        ("https://[::1]", "IPv4 only"),
        ("https://[2a00:1450:4017:80d::200e]", "IPv4 only"),
    ],
)
def test_what_cannot_be_called(address: str, word: str) -> None:
    with pytest.raises(NotConfigured) as raised:
        require_reachable(address)
    assert word in raised.value.message("en")


ZONES: dict[str, Zone] = {
    "localhost": {"A": ["127.0.0.1"]},
    "six.gr": {"AAAA": ["2a00:1450:4017:80d::200e"]},
    "inside.gr": {"A": ["192.168.1.4"]},
    "broken.gr": "SERVFAIL",
}


def here(address: str) -> bool:
    return address == "127.0.0.1"


def seen(folder: Path, name: str, answer: bytes = b"200 OK", *, trusted: bool = True, hang: bool = False) -> list[str]:
    """What is said of `https://name:port`, whose server answers so; "%d" is its port."""
    certificate = make_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain, certificate.key)
    trust = ssl.create_default_context(cafile=str(certificate.authority)) if trusted else ssl.create_default_context()
    requests: list[str] = []

    async def site(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
        if hang:
            with suppress(asyncio.CancelledError):
                await reader.read()
        writer.write(b"HTTP/1.1 %b\r\nContent-Length: 2\r\n\r\n{}" % answer)
        writer.close()

    async def run() -> list[str]:
        server = await asyncio.start_server(site, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        async with server, DnsServer(ZONES) as names:
            found = await look_from_here(f"https://{name}:{port}", names.client(), allowed=here, tls=trust)
        if requests:
            assert requests[0].startswith("GET /api/health HTTP/1.1\r\n")
            assert f"host: {name}:{port}\r\n" in requests[0].lower()
        return [warning.en.replace(str(port), "PORT") for warning in found]

    return asyncio.run(run())


def test_well_seen_from_here(tmp_path: Path) -> None:
    assert seen(tmp_path, "localhost") == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"503 X", "answers 503 and not 200"),
        (b"404 Not Found", "answers 404 and not 200"),
        (b"301 X\r\nLocation: https://www.crm.gr/api/health?t=1", "redirects to https://www.crm.gr/api/health, and"),
        (b"302 X\r\nLocation: //[", "redirects to …, and"),
    ],
)
def test_warnings_of_what_answers(tmp_path: Path, answer: bytes, words: str) -> None:
    [warning] = seen(tmp_path, "localhost", answer)
    assert words in warning


def test_warnings_of_what_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(tmp_path, "localhost", trusted=False) == [
        "https://localhost:PORT/api/health does not answer from here."
    ]
    assert "no IPv4 address" in seen(tmp_path, "six.gr")[0]
    assert "no IPv4 address" in seen(tmp_path, "nobody.gr")[0]
    assert "a private address" in seen(tmp_path, "inside.gr")[0]
    assert seen(tmp_path, "broken.gr") == [], "nobody knows"
    monkeypatch.setattr("kkdesk.services.cron_jobs.reach._SECONDS", 0.2)
    assert "does not answer" in seen(tmp_path, "localhost", hang=True)[0]


def test_nobody_listens(tmp_path: Path) -> None:
    async def run() -> list[str]:
        origin = f"https://127.0.0.1:{free_port()}"
        return [warning.en for warning in await look_from_here(origin, NoNames(), allowed=here)]

    assert "does not answer from here" in asyncio.run(run())[0]


def test_a_private_address_is_not_asked() -> None:
    async def run() -> list[str]:
        return [warning.en for warning in await look_from_here("https://127.0.0.1:9", NoNames())]

    assert "a private address" in asyncio.run(run())[0]

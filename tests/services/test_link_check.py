"""Links of a campaign, asked of a real web server, and the addresses that are never asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kkdesk.services.link_check import MOST_LINKS, LinkCheck, LinkState, is_public, web_links
from tests.servers.certificates import make_certificate
from tests.servers.dns_server import DnsServer, Zone
from tests.servers.ports import free_port

ALIVE, DEAD, UNKNOWN = LinkState.ALIVE, LinkState.DEAD, LinkState.UNKNOWN
ZONES: dict[str, Zone] = {
    "gmail.com": {"MX": ["5 gmail-smtp-in.l.google.com."]},
    "shop.gr": {"A": ["127.0.0.1"]},
    "inside.gr": {"A": ["127.0.0.2"]},
    "both.gr": {"A": ["127.0.0.1", "127.0.0.2"]},
    "turned.gr": {"A": ["127.0.0.2", "127.0.0.1"]},
    "broken.gr": "SERVFAIL",
    "silent.gr": "silent",
    "empty.gr": {"TXT": ['"x"']},
}


class Site:
    """A small web server: `pages` maps a path to (status, Location); `asked` is what was asked of it."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str]] = {"/": (200, "")}
        self.heads: dict[str, int] = {}
        self.asked: list[str] = []

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                method, path, _ = lines[0].split(" ")
                host = next(line[6:] for line in lines if line.lower().startswith("host: "))
                self.asked.append(f"{method} {host.partition(':')[0]}{path}")
                status, location = self.pages.get(path, (404, ""))
                if method == "HEAD":
                    status = self.heads.get(path, status)
                extra = f"Location: {location}\r\n" if location else ""
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{extra}\r\n".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # The client has gone.
        finally:
            writer.close()


def here(address: str) -> bool:
    return address == "127.0.0.1"


@asynccontextmanager
async def checking(seconds: float = 3.0) -> AsyncIterator[tuple[LinkCheck, Site, str]]:
    """A check that may reach 127.0.0.1 only, a site, and its port with the colon; the site is at 127.0.0.2 too."""
    site = Site()
    server = await asyncio.start_server(site.converse, "127.0.0.1", 0)
    inside = await asyncio.start_server(site.converse, "127.0.0.2", server.sockets[0].getsockname()[1])
    async with server, inside, DnsServer(ZONES) as names:
        check = LinkCheck(names.client(seconds), seconds=seconds, allowed=here)
        try:
            yield check, site, f":{server.sockets[0].getsockname()[1]}"
        finally:
            await check.close()


def with_site(body: Callable[[LinkCheck, Site, str], Awaitable[None]], seconds: float = 3.0) -> None:
    async def run() -> None:
        async with checking(seconds) as (check, site, port):
            await body(check, site, port)

    asyncio.run(run())


def test_what_servers_say() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        site.pages |= {
            "/gone": (410, ""), "/ill": (500, ""), "/wall": (403, ""), "/old": (301, "/"), "/lost": (302, "/nowhere"),
            "/round": (302, "/round"), "/away": (302, "ftp://shop.gr/"), "/part": (206, ""),
        }  # fmt: skip
        expected = {
            "/": ALIVE, "/nowhere": DEAD, "/gone": DEAD, "/ill": UNKNOWN, "/wall": UNKNOWN, "/old": ALIVE,
            "/lost": DEAD, "/round": UNKNOWN, "/away": UNKNOWN, "/part": ALIVE,
        }  # fmt: skip
        found = await check.states([f"http://shop.gr{port}{path}" for path in expected])
        assert {url.partition(port)[2]: state for url, state in found.items()} == expected

    with_site(body)


def test_only_a_get_proves_a_link_dead() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        site.heads["/"] = 404
        url = f"http://shop.gr{port}/"
        assert await check.states([url]) == {url: ALIVE}
        assert site.asked == ["HEAD shop.gr/", "GET shop.gr/"]

    with_site(body)


def test_names_that_do_not_exist_are_dead_and_nobody_else() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        hosts = {"gone.gr": DEAD, "broken.gr": UNKNOWN, "empty.gr": UNKNOWN}
        found = await check.states([f"http://{host}{port}/" for host in hosts])
        assert list(found.values()) == list(hosts.values())
        assert site.asked == []

    with_site(body)


def test_a_resolver_that_finds_nothing_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ZONES, "gmail.com")

    async def body(check: LinkCheck, site: Site, port: str) -> None:
        assert await check.states([f"http://gone.gr{port}/"]) == {f"http://gone.gr{port}/": UNKNOWN}

    with_site(body)


@pytest.mark.parametrize("location", ["http://[", "http://shop.gr:abc/", "//[::1", "http://\x7f/", "https://:80/"])
def test_a_redirection_to_what_is_no_address_says_nothing_and_stops_nothing(location: str) -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        site.pages["/odd"] = (302, location)
        urls = [f"http://shop.gr{port}{path}" for path in ("/odd", "/", "/gone")]
        assert list((await check.states(urls)).values()) == [UNKNOWN, ALIVE, DEAD]

    with_site(body)


def test_what_is_not_public_is_not_connected_to_and_is_never_dead() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        urls = [f"http://{host}{port}/" for host in ("inside.gr", "both.gr", "turned.gr", "127.0.0.2")]
        assert await check.states(urls) == dict.fromkeys(urls, UNKNOWN)
        assert site.asked == []

    with_site(body)


def test_a_redirection_does_not_lead_inside() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        site.pages |= {"/in": (302, f"http://inside.gr{port}/"), "/number": (302, f"http://127.0.0.2{port}/")}
        urls = [f"http://shop.gr{port}/in", f"http://shop.gr{port}/number"]
        assert await check.states(urls) == dict.fromkeys(urls, UNKNOWN)
        assert {line.rpartition("/")[2] for line in site.asked} == {"in", "number"}

    with_site(body)


def test_what_is_alive_is_asked_once_and_what_is_dead_again() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        urls = [f"http://shop.gr{port}/", f"http://shop.gr{port}/soon"]
        assert list((await check.states(urls)).values()) == [ALIVE, DEAD]
        site.pages["/soon"] = (200, "")
        site.asked.clear()
        assert list((await check.states(urls)).values()) == [ALIVE, ALIVE]
        assert site.asked == ["HEAD shop.gr/soon"]

    with_site(body)


def test_when_time_is_up_the_rest_is_unknown() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        found = await check.states([f"http://silent.gr{port}/", f"http://shop.gr{port}/"])
        assert list(found.values()) == [UNKNOWN, ALIVE]
        nobody = f"http://shop.gr:{free_port()}/"
        assert await check.states([nobody]) == {nobody: UNKNOWN}

    with_site(body, seconds=0.6)


def test_fifty_links_at_most() -> None:
    async def body(check: LinkCheck, site: Site, port: str) -> None:
        assert len(await check.states([f"http://gone.gr/{number}" for number in range(60)])) == MOST_LINKS

    with_site(body)


def test_links_of_a_mail() -> None:
    html = (
        "<a href='https://shop.gr/α'>1</a><a href='https://shop.gr/α'>2</a><a href='mailto:a@b.gr'>3</a>"
        "<a href='https://shop.gr/{{city}}'>4</a><a href='#x'>5</a><a href='http://localhost/'>6</a>"
    )
    assert web_links(html) == ["https://shop.gr/%CE%B1"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:808:808::", "2001:0:808:808::1", "64:ff9b::a00:1", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses() -> None:
    assert all(map(is_public, ["8.8.8.8", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]))


@given(st.ip_addresses(network="10.0.0.0/8"))
def test_a_private_address_is_private_however_it_is_written(address: object) -> None:
    assert not is_public(str(address)) and not is_public(f"::ffff:{address}")


def test_a_certificate_must_be_that_of_the_name_and_not_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_certificate(tmp_path)  # for 127.0.0.1 and localhost
    trusting = ssl.create_default_context(cafile=str(made.authority))
    monkeypatch.setattr("kkdesk.services.link_check._open", lambda: httpx.AsyncClient(verify=trusting, trust_env=False))
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(made.chain, made.key)

    async def body() -> None:
        site = Site()
        server = await asyncio.start_server(site.converse, "127.0.0.1", 0, ssl=serving)
        async with server, DnsServer(ZONES) as names:
            check = LinkCheck(names.client(), allowed=here)
            port = server.sockets[0].getsockname()[1]
            found = await check.states([f"https://127.0.0.1:{port}/", f"https://shop.gr:{port}/"])
            await check.close()
        assert list(found.values()) == [ALIVE, UNKNOWN]

    asyncio.run(body())

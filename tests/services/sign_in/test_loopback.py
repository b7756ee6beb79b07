"""The listener: one answer of the right browser, whatever else on this computer connects to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import httpx
import pytest

from kkdesk.model.errors import SignInFailed
from kkdesk.services.sign_in import loopback as module
from kkdesk.services.sign_in.loopback import Loopback, listening

STATE = "right-state"


def run(body: Callable[[Loopback], Awaitable[None]]) -> None:
    async def go() -> None:
        async with asyncio.timeout(60):
            async with listening(STATE) as loopback:
                await body(loopback)

    asyncio.run(go())


async def get(url: str, **options: object) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url, **options)  # type: ignore[arg-type]


def answer(loopback: Loopback, code: str = "c") -> str:
    return f"{loopback.redirect_uri}?state={STATE}&code={code}"


def address(loopback: Loopback) -> tuple[str, int]:
    parts = urlsplit(loopback.redirect_uri)
    assert parts.hostname and parts.port
    return parts.hostname, parts.port


def test_the_answer_comes_once() -> None:
    async def body(loopback: Loopback) -> None:
        page = await get(answer(loopback))
        assert page.status_code == 200
        assert "Επιστρέψτε στο KK Desk" in page.text and "Go back to KK Desk" in page.text
        assert (await loopback.answer()).code == "c"
        assert (await get(answer(loopback, "stolen"))).status_code == 410
        assert (await loopback.answer()).code == "c"

    run(body)


def test_its_pages_lead_nowhere_and_tell_nothing() -> None:
    async def body(loopback: Loopback) -> None:
        for url in (
            f"{loopback.redirect_uri}?redirect_uri=https://evil.example&next=https://evil.example",
            answer(loopback),
        ):
            page = await get(url)
            assert not page.is_redirect and "location" not in page.headers
            assert "evil.example" not in page.text and "code" not in page.text
            assert page.headers["referrer-policy"] == "no-referrer"
            assert page.headers["cache-control"] == "no-store"
            assert "script-src" not in page.headers["content-security-policy"]
            assert page.headers["content-security-policy"].startswith("default-src 'none'")

    run(body)


def test_it_is_there_for_this_computer_alone_and_then_gone() -> None:
    async def go() -> None:
        async with listening(STATE) as loopback:
            host, port = address(loopback)
            assert host == "127.0.0.1"
            for name in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)} - {"127.0.0.1"}:
                if not str(name).startswith(("127.", "::1")):
                    with pytest.raises(ConnectionError):
                        await asyncio.open_connection(name, port)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection(host, port)

    asyncio.run(go())


def test_where_there_is_no_ipv4_the_browser_comes_by_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ADDRESSES", ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "::1")))

    async def body(loopback: Loopback) -> None:
        assert loopback.redirect_uri.startswith("http://[::1]:")
        assert (await get(answer(loopback))).status_code == 200
        assert (await loopback.answer()).code == "c"

    run(body)


def test_a_port_that_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ADDRESSES", ((socket.AF_INET, "192.0.2.1"),))

    async def go() -> None:
        with pytest.raises(SignInFailed) as refused:
            async with listening(STATE):
                pass
        assert refused.value.next_step and "firewall" in refused.value.next_step.en

    asyncio.run(go())


def test_garbage_of_another_program_changes_nothing() -> None:
    async def body(loopback: Loopback) -> None:
        for rubbish in (b"\x00" * 40_000, b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\r\n\r\n", b"hello\r\n\r\n"):
            reader, writer = await asyncio.open_connection(*address(loopback))
            writer.write(rubbish)
            assert (await reader.read()).startswith(b"HTTP/1.1 4")
            writer.close()
        guess = await get(f"{loopback.redirect_uri}?state=guess&code=evil")
        assert guess.status_code == 400
        await get(answer(loopback))
        assert (await loopback.answer()).code == "c"

    run(body)


def test_silent_connections_keep_nobody_out() -> None:
    async def body(loopback: Loopback) -> None:
        silent = [await asyncio.open_connection(*address(loopback)) for _ in range(100)]
        assert (await get(answer(loopback))).status_code == 200
        assert (await loopback.answer()).code == "c"
        for _, writer in silent:
            writer.transport.abort()

    run(body)


def test_a_slow_request_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HEAD_SECONDS", 0.05)

    async def body(loopback: Loopback) -> None:
        reader, writer = await asyncio.open_connection(*address(loopback))
        writer.write(b"GET /")
        assert await reader.read() == b""
        writer.close()

    run(body)


def test_a_page_of_another_site_does_not_get_in() -> None:
    async def body(loopback: Loopback) -> None:
        rebound = await get(answer(loopback, "evil"), headers={"Host": "evil.example:80"})
        assert rebound.status_code == 403
        await get(answer(loopback))
        assert (await loopback.answer()).code == "c"

    run(body)


def test_every_listener_has_a_path_and_a_port_of_its_own() -> None:
    async def go() -> None:
        async with listening(STATE) as one, listening(STATE) as other:
            assert one.redirect_uri != other.redirect_uri
            assert urlsplit(one.redirect_uri).path != urlsplit(other.redirect_uri).path

    asyncio.run(go())

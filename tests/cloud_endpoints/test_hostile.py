"""Requests that nobody honest makes: none is answered by a fault, none leaves a trace in the data."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, Served, served
from tests.cloud_endpoints.test_unsubscribe import SECRET, START

LINKS = Signer(SECRET, ORIGIN)
#: In batches, so that each finds the server as the last one left it.
BATCHES, OF = 95, 200
PATHS = (
    "/api/email/tracking",
    "/api/email/click",
    "/api/unsubscribe",
    "/api/cron/email-jobs",
    "/api/cron/geocode-customers",
    "/api/db/migrate",
    "/api/health",
)
#: Every table that a request might write to.
TABLES = (
    "email_tracking",
    "kk_visits",
    "unsubscribes",
    "kk_link_optouts",
    "email_suppressions",
    "email_jobs",
    "kk_changes",
    "email_campaigns",
    "customers",
)


@dataclass(frozen=True)
class Attack:
    """One request, byte by byte."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: tuple[bytes, ...] = ()


async def call(app: Starlette, attack: Attack) -> tuple[int, bytes]:
    """What the application answers, given the request as uvicorn would give it."""
    path, _, query = attack.target.partition(b"?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": attack.method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in attack.headers],
        "client": ("203.0.113.9", 1),
        "server": ("127.0.0.1", 80),
    }
    chunks = list(attack.body) or [b""]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not chunks:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def harmless(attack: Attack, status: int, body: bytes) -> None:
    assert status < 500 or status == 503, (attack, status, body[:300])
    assert b"Traceback" not in body and b"site-packages" not in body, attack
    if attack.target.startswith(b"/api/email/tracking?") and attack.method == "GET":
        assert body.startswith(b"GIF89a"), attack


def scramble(rng: random.Random, text: str) -> bytes:
    """The text as a query value, broken in one of many ways."""
    raw = bytearray(quote(text, safe="").encode())
    match rng.randrange(9):
        case 0:
            raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(7)
        case 1:
            raw = raw[: rng.randrange(len(raw))]
        case 2:
            raw = raw * rng.choice([2, 3, 400])
        case 3:
            raw = bytearray(quote(quote(text, safe=""), safe="").encode())
        case 4:
            raw = bytearray(rng.choice([b"%00", b"%0d%0aSet-Cookie:%20a=b", b"%ff%fe", b"%", b"%zz", b"%u0041"])) + raw
        case 5:
            raw = bytearray(rng.randbytes(rng.randrange(1, 40)))
        case 6:
            raw = raw + bytearray(b"' OR 1=1 --".replace(b" ", b"%20"))
        case 7:
            raw = bytearray(rng.choice(HOSTILE_TEXTS))
        case _:
            raw = raw.swapcase()
    return bytes(raw)


HOSTILE_TEXTS = tuple(
    quote_from_bytes(text).encode()
    for text in (
        "\ud800".encode("utf-8", "surrogatepass"),
        "\u202egr.example//:sptth".encode(),
        b"../../../../etc/passwd",
        b"<script>alert(1)</script>",
        b"{{7*7}}${7*7}",
        b"javascript:alert(1)",
        b"data:text/html,<b>",
        b"//evil.example",
        b"https:\\\\evil.example",
        b"https://good.example@evil.example",
        b"http://[::1]:22/",
        b"http://0x7f000001/",
        b"\x00" * 50,
        ("α" * 5000).encode(),
        b"9" * 4000,
        b"",
    )
)


def parts_of(url: str) -> list[tuple[str, str]]:
    return [tuple(part.split("=", 1)) for part in url.partition("?")[2].split("&")]  # type: ignore[misc]


VALID = (
    LINKS.open_url("camp_1", "rcpt_1"),
    LINKS.click_url("camp_1", "rcpt_1", "https://kk.example/a?b=1&c=ά"),
    LINKS.unsubscribe_url("camp_1", "rcpt_1"),
)


def tampered(rng: random.Random) -> bytes:
    """A link of ours with one of its signed values changed, or its parameters repeated, dropped or shuffled."""
    url = rng.choice(VALID)
    parts = [(name, unquote(value)) for name, value in parts_of(url)]
    broken = rng.randrange(len(parts))
    query = []
    for number, (name, value) in enumerate(parts):
        if number != broken:
            query.append(name.encode() + b"=" + quote(value, safe="").encode())
            continue
        if rng.random() < 0.2:
            continue
        bad = scramble(rng, value)
        # What reads as the same value would be a good link.
        if unquote(bad.decode("latin-1").replace("+", " ")) == value:
            bad = b"x"
        query += [name.encode() + b"=" + bad] * rng.choice([1, 1, 1, 2, 50])
    rng.shuffle(query)
    separator = rng.choice([b"&", b"&", b"&&", b"&amp;", b";"])
    return rng.choice(PATHS[:3]).encode() + b"?" + separator.join(query)


def strange(rng: random.Random) -> Attack:
    """Any of the paths, or none, with odd methods, headers and bodies."""
    path = rng.choice(
        (*PATHS, "/", "/api", "/api/email/../health", "/%2e%2e/%2e%2e/etc/passwd", "//", "/api/health/", "/api//health")
    )
    method = rng.choice(
        ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "GET ", "get", "\x00")
    )
    query = b"&".join(
        rng.choice((b"cid", b"rid", b"sig", b"u", b"reason", b"limit", b"key", b"token", b"a" * 300))
        + b"="
        + rng.choice(HOSTILE_TEXTS)
        for _ in range(rng.randrange(6))
    )
    headers = [
        rng.choice(ODD_HEADERS) if rng.random() < 0.7 else (b"x-" + str(n).encode(), rng.randbytes(rng.randrange(60)))
        for n in range(rng.randrange(6))
    ]
    body = tuple(rng.choice(ODD_BODIES) for _ in range(rng.randrange(3)))
    return Attack(method, path.encode() + b"?" + query, tuple(headers), body)


ODD_HEADERS = (
    (b"content-length", b"999999999999"),
    (b"content-length", b"-1"),
    (b"content-length", b"\xb2"),
    (b"content-type", b"multipart/form-data"),
    (b"content-type", b"multipart/form-data; boundary="),
    (b"content-type", b"multipart/form-data; boundary=\xff\xfe"),
    (b"content-type", b"application/x-www-form-urlencoded; charset=utf-7"),
    (b"content-type", b"application/json"),
    (b"x-request-id", b"a\nb"),
    (b"x-forwarded-for", b"1.1.1.1, " * 200),
    (b"authorization", b"Bearer "),
    (b"authorization", b"Bearer \xff"),
    (b"authorization", b"Basic " + b"A" * 5000),
    (b"x-cron-secret", b""),
    (b"x-api-key", b"\x00"),
    (b"accept", b"text/html"),
    (b"accept-language", b"el;q=x, " * 100),
    (b"user-agent", b"\xff" * 3000),
    (b"host", b"evil.example"),
    (b"cookie", b"a=b"),
    (b"range", b"bytes=0-0,-1"),
    (b"expect", b"100-continue"),
)
ODD_BODIES = (
    b"List-Unsubscribe=One-Click",
    b"\x00" * 100,
    b"%",
    b"a=" * 900,
    b'{"a":' * 500,
    b"--x\r\nContent-Disposition: form-data; name=reason\r\n\r\n" + b"a" * 900,
    b"a" * 20_000,
)


def attacks(seed: int) -> Sequence[Attack]:
    rng = random.Random(seed)
    made = []
    for _ in range(OF):
        if rng.random() < 0.6:
            method = rng.choice(("GET", "GET", "GET", "HEAD", "POST"))
            made.append(Attack(method, tampered(rng), tuple(rng.sample(ODD_HEADERS, rng.randrange(2)))))
        else:
            made.append(strange(rng))
    return made


@asynccontextmanager
async def hostile_place(folder: Path) -> AsyncIterator[Served]:
    env = {"EMAIL_TRACKING_SECRET": SECRET, "CRON_SECRET": "never-guessed"}
    async with served(folder, env, START) as endpoints:
        # Whoever attacks from one place is slowed down by 429, which is another test's business.
        endpoints.app.state.endpoints.rates.wait = lambda _request, _ceiling: 0  # type: ignore[method-assign]
        yield endpoints


async def content(endpoints: Served) -> dict[str, list[dict[str, Any]]]:
    return {table: await endpoints.rows(f"SELECT * FROM {table} ORDER BY rowid") for table in TABLES}


def test_twenty_thousand_attacks_leave_no_trace(tmp_path: Path) -> None:
    async def run() -> None:
        async with hostile_place(tmp_path) as endpoints:
            before = await content(endpoints)
            for seed in range(BATCHES):
                for attack in attacks(seed):
                    harmless(attack, *await call(endpoints.app, attack))
            assert await content(endpoints) == before

    asyncio.run(run())


ATTACKS = st.builds(
    Attack,
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT"]),
    target=st.builds(lambda path, query: path.encode() + b"?" + query, st.sampled_from(PATHS), st.binary(max_size=200)),
    headers=st.lists(
        st.tuples(st.sampled_from([b"content-type", b"accept", b"authorization"]), st.binary(max_size=60)), max_size=3
    ).map(tuple),
    body=st.lists(st.binary(max_size=200), max_size=3).map(tuple),
)


@pytest.fixture
def attacked(tmp_path: Path) -> Any:
    """What sends one request to a place that stays the same over all examples, and compares at the end."""
    with asyncio.Runner() as runner:
        place = hostile_place(tmp_path)
        endpoints = runner.run(place.__aenter__())
        before = runner.run(content(endpoints))
        yield lambda attack: harmless(attack, *runner.run(call(endpoints.app, attack)))
        assert runner.run(content(endpoints)) == before
        runner.run(place.__aexit__(None, None, None))


@settings(max_examples=1000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attack=ATTACKS)
def test_any_bytes_are_harmless(attacked: Callable[[Attack], None], attack: Attack) -> None:
    attacked(attack)


def test_a_good_link_is_still_good_in_the_same_place(tmp_path: Path) -> None:
    """The attacks are refused for what they are, and not because nothing would be recorded here."""

    async def run() -> None:
        async with hostile_place(tmp_path) as endpoints:
            before = await content(endpoints)
            status, _ = await call(endpoints.app, Attack("GET", VALID[0].removeprefix(ORIGIN).encode()))
            assert status == 200 and await content(endpoints) != before

    asyncio.run(run())

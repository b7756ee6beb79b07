"""Bodies and queries that no honest client sends to the unsubscribe link: no fault, and no more than the link allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kkdesk.model.opt_out_reason import MAX_REASON
from tests.cloud_endpoints.served import ORIGIN, Served
from tests.cloud_endpoints.test_hostile import Attack, call, harmless, hostile_place
from tests.cloud_endpoints.test_unsubscribe import LINK, TABLES, everything

PATH, _, SIGNED = LINK.removeprefix(ORIGIN).partition("?")
TYPES = st.one_of(
    st.sampled_from(
        [
            b"",
            b"application/x-www-form-urlencoded",
            b"multipart/form-data; boundary=x",
            b"multipart/form-data; boundary=x; charset=utf-16",
            b'multipart/form-data; boundary="',
            b"text/plain; charset=\xff",
        ]
    ),
    st.binary(max_size=50),
)
TEXTS = st.one_of(
    st.text(max_size=40), st.sampled_from(["undo", "leave", "reason", "other", "\x00", "\ud800", "=&;+%"])
)
NAMES = st.one_of(st.sampled_from(["action", "optout", "why", "reason", "List-Unsubscribe"]), st.text(max_size=10))
FIELDS = st.lists(st.tuples(NAMES, TEXTS), max_size=14)


def urlencoded(fields: list[tuple[str, str]]) -> bytes:
    return urlencode(fields, errors="surrogatepass").encode()


def multipart(fields: list[tuple[str, str]]) -> bytes:
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode("utf-8", "surrogatepass")
        for name, value in fields
    )
    return b"".join(parts) + b"--x--\r\n"


BODIES = st.one_of(
    st.binary(max_size=300),
    FIELDS.map(urlencoded),
    FIELDS.map(multipart),
    st.tuples(FIELDS.map(multipart), st.binary(max_size=30), st.integers(0, 200)).map(
        lambda drawn: drawn[0][: drawn[2]] + drawn[1] + drawn[0][drawn[2] :]
    ),
)
HEADERS = st.tuples(TYPES, st.binary(max_size=40), st.sampled_from([b"", b"text/html", b"*/*"])).map(
    lambda drawn: ((b"content-type", drawn[0]), (b"accept-language", drawn[1]), (b"accept", drawn[2]))
)


def posted(query: bytes, headers: Any, body: bytes, cut: int) -> Attack:
    return Attack("POST", f"{PATH}?".encode() + query, headers, (body[:cut], body[cut:]))


#: Whatever stands beside the signed parameters, which a client does not touch.
BESIDE = st.lists(st.tuples(st.text(max_size=8), st.binary(max_size=20)), max_size=4).map(
    lambda pairs: "".join(
        f"&{quote_from_bytes(name.encode('utf-8', 'surrogatepass'))}={quote_from_bytes(value)}" for name, value in pairs
    )
)
ANYTHING = st.builds(
    posted, BESIDE.map(lambda beside: (SIGNED + beside).encode()), HEADERS, BODIES, st.integers(0, 100)
)
UNSIGNED = st.builds(
    posted,
    st.one_of(st.binary(max_size=120), BESIDE.map(lambda beside: (SIGNED[:-1] + "~" + beside).encode())),
    HEADERS,
    BODIES,
    st.integers(0, 100),
)
settings.register_profile("unsubscribe", suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[asyncio.Runner, Served]]:
    with asyncio.Runner() as runner:
        context = hostile_place(tmp_path)
        endpoints = runner.run(context.__aenter__())
        yield runner, endpoints
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def attacked(place: tuple[asyncio.Runner, Served]) -> Callable[[Attack], tuple[int, bytes]]:
    runner, endpoints = place

    def attack(one: Attack) -> tuple[int, bytes]:
        status, body = runner.run(call(endpoints.app, one))
        harmless(one, status, body)
        return status, body

    return attack


@settings(settings.get_profile("unsubscribe"))
@given(attack=UNSIGNED)
def test_without_a_good_signature_nothing_is_recorded(
    place: tuple[asyncio.Runner, Served], attacked: Callable[[Attack], tuple[int, bytes]], attack: Attack
) -> None:
    runner, endpoints = place
    before = runner.run(everything(endpoints))
    status, _ = attacked(attack)
    assert status == 400
    assert runner.run(everything(endpoints)) == before


@settings(settings.get_profile("unsubscribe"))
@given(attack=ANYTHING)
def test_with_one_anything_leaves_or_does_nothing(
    place: tuple[asyncio.Runner, Served], attacked: Callable[[Attack], tuple[int, bytes]], attack: Attack
) -> None:
    runner, endpoints = place

    async def look() -> list[int]:
        return [len(rows) for rows in (await everything(endpoints))[1 : len(TABLES)]]

    before = runner.run(look())
    status, body = attacked(attack)
    assert status in {200, 409} and b"<!DOCTYPE html>" in body
    after = runner.run(look())
    # Nobody knows the opt-out's id: whatever is sent, what is out stays out, and is out once.
    assert after in (before, [1, 1, 1, 1, 1])
    for row in runner.run(endpoints.rows("SELECT reason FROM unsubscribes WHERE reason IS NOT NULL")):
        assert len(row["reason"]) <= MAX_REASON and row["reason"].isprintable()

"""Unsubscribing by POST to a mail's link, whoever sends it (RFC 8058), and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from kkdesk.services.mail.tracking import Signer
from tests.cloud_endpoints.served import ORIGIN, Served, served

SECRET = "s" * 32
START = """
INSERT INTO customers (id, org_id, first_name, email, created_at, updated_at) VALUES ('cust_1', 'org_kktires', 'Α', ' Info@Ελαστικά.example ', 0, 0), ('cust_2', 'org_kktires', 'Β', 'info@xn--hxajlrfd1di.example', 0, 0), ('cust_3', 'org_kktires', 'Γ', 'other@x.example', 0, 0)
INSERT INTO email_campaigns (id, org_id, name, subject, content, status, created_at, updated_at) VALUES ('camp_1', 'org_kktires', '1', '', '', 'sent', 0, 0)
INSERT INTO campaign_recipients (id, campaign_id, customer_id, email, status) VALUES ('rcpt_1', 'camp_1', 'cust_1', ' Info@Ελαστικά.example ', 'sent')
"""
LINK = Signer(SECRET, ORIGIN).unsubscribe_url("camp_1", "rcpt_1")

Body = Callable[[Served], Awaitable[None]]


def in_endpoints(folder: Path, body: Body) -> None:
    async def run() -> None:
        async with served(folder, {"EMAIL_TRACKING_SECRET": SECRET}, START) as endpoints:
            await body(endpoints)

    asyncio.run(run())


async def opted_out(endpoints: Served) -> list[str]:
    rows = await endpoints.rows("SELECT id FROM customers WHERE unsubscribed = 1 ORDER BY id")
    return [row["id"] for row in rows]


PAGE = {"accept": "text/html,application/xhtml+xml"}
#: What unsubscribing writes to.
TABLES = ("customers", "unsubscribes", "email_suppressions", "email_tracking", "email_campaigns", "kk_link_optouts")


async def everything(endpoints: Served) -> list[Any]:
    return [await endpoints.rows(f"SELECT * FROM {table} ORDER BY id") for table in (*TABLES, "kk_changes")]


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def content(body: bytes | AsyncIterator[bytes], content_type: str = "") -> dict[str, Any]:
    return {"content": body, "headers": {"content-type": content_type} if content_type else {}}


URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
CLIENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "urlencoded": lambda: {"data": {"List-Unsubscribe": "One-Click"}},
    "multipart": lambda: {"files": {"List-Unsubscribe": (None, "One-Click")}},
    "chunked": lambda: content(chunks(b"List-Unsub", b"scribe=One", b"-Click"), URLENCODED),
    "chunked multipart": lambda: content(
        chunks(MULTIPART[:30], MULTIPART[30:]),
        "multipart/form-data; boundary=x",
    ),
    "no type": lambda: content(b"List-Unsubscribe=One-Click"),
    "wrong type": lambda: content(b"List-Unsubscribe=One-Click", "application/json"),
    "wrong charset": lambda: content("Λόγος=ά".encode("iso-8859-7"), f"{URLENCODED}; charset=utf-16"),
    "capital type": lambda: content(MULTIPART, 'Multipart/Form-Data; Boundary="x"'),
    "unknown charset": lambda: content(MULTIPART, "multipart/form-data; boundary=x; charset=klingon"),
    "no boundary": lambda: content(MULTIPART, "multipart/form-data"),
    "broken multipart": lambda: content(b"\xff\xfe broken", "multipart/form-data; boundary=x"),
    "a file": lambda: {"files": {"List-Unsubscribe": ("a.txt", b"One-Click")}},
    "many fields": lambda: content(b"a=1&" * 500 + b"List-Unsubscribe=One-Click", URLENCODED),
    "empty": dict,
    "undo beside": lambda: content(b"List-Unsubscribe=One-Click&action=undo&optout=x", URLENCODED),
    "two actions": lambda: content(b"action=undo&action=leave&optout=x", URLENCODED),
    "unknown action": lambda: content(b"action=resubscribe", URLENCODED),
}


@pytest.mark.parametrize("client", CLIENTS)
def test_whatever_a_client_posts_leaves_at_once_and_can_be_repeated(tmp_path: Path, client: str) -> None:
    async def body(endpoints: Served) -> None:
        for _ in range(2):
            response = await endpoints.client.post(LINK, **CLIENTS[client]())
            assert response.status_code == 200
            assert "set-cookie" not in response.headers and not response.has_redirect_location
        assert await opted_out(endpoints) == ["cust_1", "cust_2"], "the address is out however it is written"
        for table in TABLES[1:4]:
            assert len(await endpoints.rows(f"SELECT id FROM {table}")) == 1
        assert await endpoints.rows("SELECT unsubscribe_count AS n FROM email_campaigns") == [{"n": 1}]

    in_endpoints(tmp_path, body)


def test_two_requests_at_once_are_one(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        answers = await asyncio.gather(*(endpoints.client.post(LINK) for _ in range(12)))
        assert {answer.status_code for answer in answers} == {200}
        for table in ("unsubscribes", "email_suppressions", "email_tracking", "kk_link_optouts"):
            assert len(await endpoints.rows(f"SELECT id FROM {table}")) == 1

    in_endpoints(tmp_path, body)


@pytest.mark.parametrize("before", ["ask", "left"])
def test_fetching_changes_nothing(tmp_path: Path, before: str) -> None:
    async def body(endpoints: Served) -> None:
        if before == "left":
            await endpoints.client.post(LINK)
        state = await everything(endpoints)
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"):
            for more in ("", "&action=undo", "&action=leave&List-Unsubscribe=One-Click", "&reason=x"):
                answer = await endpoints.client.request(method, LINK + more)
                assert answer.status_code == (200 if method in {"GET", "HEAD"} else 405)
        assert await everything(endpoints) == state

    in_endpoints(tmp_path, body)


def test_a_form_too_large_is_refused(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        response = await endpoints.client.post(LINK, content=chunks(*[b"x" * 1000] * 100))
        assert (response.status_code, response.json()["code"]) == (413, "too_large")
        assert await opted_out(endpoints) == []

    in_endpoints(tmp_path, body)


@pytest.mark.parametrize("change", ["rid=rcpt_1&sig=", "rid=rcpt_2"])
def test_a_changed_link_does_nothing(tmp_path: Path, change: str) -> None:
    async def body(endpoints: Served) -> None:
        link = LINK.replace("rid=rcpt_1", change)
        for method in ("GET", "POST"):
            response = await endpoints.client.request(method, link, headers=PAGE)
            assert response.status_code == 400
            assert "href" not in response.text and "<form" not in response.text
        refused = await endpoints.client.post(link)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_signature")
        assert await opted_out(endpoints) == []

    in_endpoints(tmp_path, body)


def test_a_customer_deleted_since_can_still_leave(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        await endpoints.workspace.customers.delete(["cust_1"])
        assert (await endpoints.client.get(LINK)).status_code == 200
        assert (await endpoints.client.post(LINK)).status_code == 200
        assert await opted_out(endpoints) == ["cust_2"], "the other customer with the address"
        assert len(await endpoints.rows("SELECT id FROM email_suppressions")) == 1

    in_endpoints(tmp_path, body)

"""Unsubscribing by page and by one-click POST (RFC 8058)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from html import unescape
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


ONE_CLICK: list[dict[str, Any]] = [
    {"data": {"List-Unsubscribe": "One-Click"}},
    {"files": {"List-Unsubscribe": (None, "One-Click")}},
    {},
    {"content": b"\xff\xfe broken", "headers": {"content-type": "multipart/form-data"}},
]


@pytest.mark.parametrize("form", ONE_CLICK, ids=["urlencoded", "multipart", "empty", "broken"])
def test_one_click_answers_at_once_without_redirect_and_can_be_repeated(tmp_path: Path, form: dict[str, Any]) -> None:
    async def body(endpoints: Served) -> None:
        for _ in range(2):
            response = await endpoints.client.post(LINK, **form)
            assert response.status_code == 200
            assert "set-cookie" not in response.headers
        assert await opted_out(endpoints) == ["cust_1", "cust_2"], "the address is out however it is written"
        assert len(await endpoints.rows("SELECT id FROM unsubscribes")) == 1
        assert len(await endpoints.rows("SELECT id FROM email_suppressions")) == 1

    in_endpoints(tmp_path, body)


def test_the_page_asks_and_its_button_acts(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        page = await endpoints.client.get(LINK)
        assert await opted_out(endpoints) == []
        assert "Info@" not in page.text, "the page shows no whole address"
        action = re.search(r'action="([^"]+)"', page.text)
        assert action
        done = await endpoints.client.post(unescape(action[1]), data={"reason": " Πολλά μηνύματα "})
        assert done.status_code == 200
        assert await endpoints.rows("SELECT reason FROM unsubscribes") == [{"reason": "Πολλά μηνύματα"}]

    in_endpoints(tmp_path, body)


def test_pages_load_nothing_and_run_nothing(tmp_path: Path) -> None:
    async def body(endpoints: Served) -> None:
        page = await endpoints.client.get(LINK)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert not re.search(r"<script|<img|<link|https?://(?!crm)", page.text)

    in_endpoints(tmp_path, body)


def test_a_form_too_large_is_refused(tmp_path: Path) -> None:
    async def chunks() -> Any:
        for _ in range(100):
            yield b"x" * 1000

    async def body(endpoints: Served) -> None:
        response = await endpoints.client.post(LINK, content=chunks())
        assert (response.status_code, response.json()["code"]) == (413, "too_large")
        assert await opted_out(endpoints) == []

    in_endpoints(tmp_path, body)


@pytest.mark.parametrize("change", ["rid=rcpt_1&sig=", "rid=rcpt_2"])
def test_a_changed_link_does_nothing(tmp_path: Path, change: str) -> None:
    async def body(endpoints: Served) -> None:
        link = LINK.replace("rid=rcpt_1", change)
        for method in ("GET", "POST"):
            response = await endpoints.client.request(method, link, headers={"accept": "text/html"})
            assert response.status_code == 400
            assert "href" not in response.text
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

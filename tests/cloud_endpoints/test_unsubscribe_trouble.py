"""Unsubscribing while the company's database is away: what is not done is not said to be done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cloud_endpoints import unsubscribe
from kkdesk.model.bilingual import Bilingual
from kkdesk.model.errors import Offline
from tests.cloud_endpoints.served import Served, served
from tests.cloud_endpoints.test_unsubscribe import LINK, PAGE, SECRET, START, everything, opted_out
from tests.cloud_endpoints.test_unsubscribe_pages import check_headers, press
from tests.servers.sqld import Sqld
from tests.servers.tcp_proxy import TcpProxy

TROUBLES: dict[str, Callable[[TcpProxy], None]] = {
    "stalled": lambda network: network.black_hole(),
    "refused": lambda network: network.refuse(),
}
FAILED = pytest.mark.logs("unsubscribe_failed")


@asynccontextmanager
async def company(folder: Path, sqld: Sqld, network: TcpProxy) -> AsyncIterator[Served]:
    env = {"EMAIL_TRACKING_SECRET": SECRET, "DATABASE_URL": network.url, "DATABASE_AUTH_TOKEN": sqld.token()}
    async with served(folder, env, START) as endpoints:
        yield endpoints


def in_company(folder: Path, sqld: Sqld, network: TcpProxy, body: Callable[[Served], Awaitable[None]]) -> None:
    async def run() -> None:
        async with company(folder, sqld, network) as endpoints:
            await body(endpoints)

    asyncio.run(run())


@FAILED
@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_honest_page_and_the_same_button_again(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trouble == "stalled":
        monkeypatch.setattr(unsubscribe, "PATIENCE", 0.2)
    reason = '"><script>alert(1)</script>'

    async def body(endpoints: Served) -> None:
        asked = await endpoints.client.get(LINK)
        TROUBLES[trouble](network)
        failed = await press(endpoints, asked, "unsubscribe", why="other", reason=reason)
        for page in (failed, await endpoints.client.get(LINK)):
            assert page.status_code == 503 and int(page.headers["retry-after"]) > 0
            assert "δεν ολοκληρώθηκε" in page.text and "has not been completed" in page.text
            assert "<script" not in page.text
            check_headers(page)
        program = await endpoints.client.post(LINK, data={"List-Unsubscribe": "One-Click"})
        assert program.status_code == 503 and int(program.headers["retry-after"]) > 0
        assert program.json()["code"] in {"offline", "database_slow"}
        network.passing()
        done = await press(endpoints, failed, "again")
        assert done.status_code == 200 and 'id="undo"' in done.text
        assert await opted_out(endpoints) == ["cust_1", "cust_2"]
        assert await endpoints.rows("SELECT reason FROM unsubscribes") == [{"reason": reason}]
        for table in ("unsubscribes", "email_suppressions", "email_tracking", "kk_link_optouts"):
            assert len(await endpoints.rows(f"SELECT 1 FROM {table}")) == 1

    in_company(tmp_path, sqld, network, body)


@FAILED
def test_the_other_buttons_are_as_honest(tmp_path: Path, sqld: Sqld, network: TcpProxy) -> None:
    async def body(endpoints: Served) -> None:
        done = await press(endpoints, await endpoints.client.get(LINK), "unsubscribe")
        state = await everything(endpoints)
        network.refuse()
        told = await press(endpoints, done, "tell", why="too_many")
        undone = await press(endpoints, done, "undo")
        assert [page.status_code for page in (told, undone)] == [503, 503]
        network.passing()
        assert await everything(endpoints) == state
        assert 'id="tell"' not in (await press(endpoints, told, "again")).text
        assert "Είστε και πάλι στη λίστα" in (await press(endpoints, undone, "again")).text
        assert await opted_out(endpoints) == []

    in_company(tmp_path, sqld, network, body)


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(endpoints: Served) -> None:
        db = endpoints.app.state.endpoints.db
        applied = db.apply

        async def apply_and_lose_the_answer(change: Any) -> Any:
            network.cut_answers()
            return await applied(change)

        monkeypatch.setattr(db, "apply", apply_and_lose_the_answer)
        done = await endpoints.client.post(LINK, headers=PAGE)
        undone = await press(endpoints, done, "undo")
        assert "Είστε και πάλι στη λίστα" in undone.text
        assert (await endpoints.client.post(LINK)).status_code == 200
        assert len(await endpoints.rows("SELECT 1 FROM unsubscribes")) == 1

    in_company(tmp_path, sqld, network, body)


@pytest.mark.logs("unsubscribed_without_offers")
def test_what_is_done_is_said_even_if_the_database_leaves_right_after(
    tmp_path: Path, sqld: Sqld, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(endpoints: Served) -> None:
        async def away(_mail: Any) -> Any:
            raise Offline(Bilingual("", ""))

        monkeypatch.setattr(endpoints.app.state.endpoints.unsubscribing, "standing", away)
        done = await endpoints.client.post(LINK, headers=PAGE)
        assert done.status_code == 200 and "Η διαγραφή ολοκληρώθηκε" in done.text
        assert "i•••o@ελαστικά.example" in unescape(done.text) and "<form" not in done.text
        assert await opted_out(endpoints) == ["cust_1", "cust_2"]

    in_company(tmp_path, sqld, network, body)

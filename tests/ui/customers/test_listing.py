"""The list while its search index is behind: it shows whom it has, and takes in the rest by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from kkdesk.services.customer_list import CustomerList, CustomerQuery, Progress
from kkdesk.ui.customers.page import CustomersPage
from kkdesk.ui.shell import Activity, Shell
from tests.ui.customers.test_page import fill, names, put_away

Run = Callable[[Coroutine[Any, Any, Any]], Any]


class HeldBack:
    """Stands where a large index is being built: `refresh` waits for `built`, `preparing` says how far it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.built = asyncio.Event()
        self.progress: Progress | None = None
        refresh = CustomerList.refresh

        async def held(customers: CustomerList) -> int:
            await self.built.wait()
            self.progress = None
            return await refresh(customers)

        monkeypatch.setattr(CustomerList, "refresh", held)
        monkeypatch.setattr(CustomerList, "preparing", property(lambda _: self.progress))
        # A person would wait a second between two looks; the test looks whenever it may.
        for name in ("_LOOK_SECONDS", "_GROWTH_SECONDS", "_PAINTED_SECONDS"):
            monkeypatch.setattr(f"kkdesk.ui.customers.listing.{name}", 0.005)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)


def test_a_list_grows_while_its_index_is_built(run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    activities: list[Activity] = []
    ended: list[Activity] = []

    def started(activity: Activity) -> None:
        activities.append(activity)
        activity.ended.connect(lambda: ended.append(activity))

    shell.activity_started.connect(started)

    async def body() -> None:
        index = HeldBack(monkeypatch)
        page = CustomersPage(shell)
        coming = page.start(page.come_forward())
        index.progress = Progress(0, 10_000)
        await until(lambda: bool(activities))
        assert page.listing.model.rowCount() == 0
        assert page.listing.state.currentWidget() is not page.listing.table, "it says that it is being prepared"
        await fill(shell.workspace, 6)
        await shell.workspace.search_index.refresh()
        index.progress = Progress(4_000, 10_000)
        await until(lambda: page.listing.model.rowCount() == 6)
        assert page.listing.state.currentWidget() is page.listing.table
        assert (activities[0].done, activities[0].total) == (4_000, 10_000)
        assert not ended
        index.built.set()
        assert coming is not None
        await coming
        await page.settled()
        assert ended == activities
        assert len(await names(page)) == 6
        await put_away(page)

    run(body())


def test_what_others_wrote_before_the_start_follows_by_itself(
    run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        await fill(shell.workspace, 3)
        await shell.workspace.customer_list.refresh()
        await fill(shell.workspace, 6)
        index = HeldBack(monkeypatch)
        page = CustomersPage(shell)
        await page.come_forward()
        assert page.listing.model.rowCount() == 3, "the list as it was left, at once"
        index.built.set()
        await page.settled()
        assert len(await names(page)) == 9
        await put_away(page)

    run(body())


def test_typing_does_not_call_off_what_follows(run: Run, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body() -> None:
        await fill(shell.workspace, 3)
        await shell.workspace.customer_list.refresh()
        index = HeldBack(monkeypatch)
        page = CustomersPage(shell)
        await page.come_forward()
        page.listing.search.setText("papadop")
        page.listing.search.commit()
        await until(lambda: page.listing.model.rowCount() == 1)
        await fill(shell.workspace, 3)
        index.built.set()
        await page.settled()
        assert len(await names(page)) == 2, "the search, with whoever was written meanwhile"
        assert page.listing.query == CustomerQuery(text="papadop")
        await put_away(page)

    run(body())

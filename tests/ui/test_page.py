"""What a page is told, and when."""

from __future__ import annotations

import asyncio

from PySide6.QtWidgets import QWidget

from kkdesk.ui.changes import Kinds
from kkdesk.ui.page import Page
from kkdesk.ui.shell import Shell
from tests.ui.conftest import Run


class Diary(Page):
    """Writes down what it is told."""

    shows = frozenset({"customers", "tags"})

    def __init__(self, shell: Shell, parent: QWidget | None = None) -> None:
        super().__init__(shell, parent)
        self.told: list[object] = []
        self.hold: asyncio.Event | None = None

    async def activate(self, target: object = None) -> None:
        self.told.append(("activate", target))

    async def refresh(self, kinds: Kinds) -> None:
        self.told.append(("refresh", set(kinds)))
        if self.hold is not None:
            await self.hold.wait()


def test_a_page_in_front_is_refreshed_for_its_kinds_only(run: Run, shell: Shell) -> None:
    async def go() -> list[object]:
        page = Diary(shell)
        await page.come_forward("cust_1")
        shell.bus.tell({"campaigns"})
        shell.bus.tell({"customers"})
        await page.settled()
        await page.close_down()
        return page.told

    assert run(go()) == [("activate", "cust_1"), ("refresh", {"customers"})]


def test_a_page_behind_is_refreshed_once_when_it_comes_forward(run: Run, shell: Shell) -> None:
    async def go() -> list[object]:
        page = Diary(shell)
        await page.come_forward()
        page.go_back()
        page.told.clear()
        shell.bus.tell({"customers"})
        shell.bus.tell({"tags"})
        shell.bus.tell({"customers"})
        await page.settled()
        assert page.told == []
        await page.come_forward()
        await page.close_down()
        return page.told

    assert run(go()) == [("refresh", {"customers", "tags"}), ("activate", None)]


def test_the_initiator_is_not_told_of_its_own_change(run: Run, shell: Shell) -> None:
    async def go() -> list[object]:
        page, other = Diary(shell), Diary(shell)
        await page.come_forward()
        await other.come_forward()
        shell.bus.tell({"customers"}, page)
        await page.settled()
        await other.settled()
        await page.close_down()
        await other.close_down()
        return [page.told[1:], other.told[1:]]

    assert run(go()) == [[], [("refresh", {"customers"})]]


def test_changes_during_a_refresh_make_one_more(run: Run, shell: Shell) -> None:
    async def go() -> list[object]:
        page = Diary(shell)
        await page.come_forward()
        page.hold = asyncio.Event()
        shell.bus.tell({"customers"})
        await asyncio.sleep(0)
        shell.bus.tell({"customers"})
        shell.bus.tell({"tags"})
        page.hold.set()
        await page.settled()
        await page.close_down()
        return page.told[1:]

    assert run(go()) == [("refresh", {"customers"}), ("refresh", {"customers", "tags"})]


def test_ready_comes_after_each_activation(run: Run, shell: Shell) -> None:
    async def go() -> int:
        page = Diary(shell)
        heard: list[None] = []
        page.ready.connect(lambda: heard.append(None))
        await page.come_forward()
        await page.come_forward("other")
        await page.close_down()
        return len(heard)

    assert run(go()) == 2

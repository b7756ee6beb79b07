"""The page in front, and what is on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from kkdesk.ui.shell import Shell, ToastText
from kkdesk.ui.suppressions.page import SuppressionsPage


async def opened(shell: Shell, target: object = None) -> SuppressionsPage:
    page = SuppressionsPage(shell)
    page.resize(1100, 640)
    page.show()
    await page.come_forward(target)
    page.grab()
    await page.settled()
    return page


async def closed(page: SuppressionsPage) -> None:
    page.close()
    await page.close_down()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0)


def rows(page: SuppressionsPage) -> list[list[Any]]:
    model = page.listing.model
    return [
        [model.data(model.index(row, column)) for column in (0, 1, 3, 4)] for row in range(model.rowCount())
    ]  # fmt: skip


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def toasts_of(shell: Shell) -> list[ToastText]:
    toasts: list[ToastText] = []
    shell.toast_wanted.connect(toasts.append)
    return toasts

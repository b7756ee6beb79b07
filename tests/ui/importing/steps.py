"""The steps of the import page, for its tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kkdesk.ui.importing.page import ImportingPage
from kkdesk.ui.shell import Shell


@asynccontextmanager
async def opened(shell: Shell) -> AsyncIterator[ImportingPage]:
    """The page, in front."""
    page = ImportingPage(shell)
    page.show()
    try:
        await page.come_forward()
        yield page
    finally:
        page.hide()
        await page.close_down()


async def looked_at(page: ImportingPage, path: Path) -> None:
    """Choose a file."""
    page.look_at(path)
    await page.settled()


async def checked(page: ImportingPage, path: Path) -> None:
    """Choose a file and check it as its columns were guessed."""
    await looked_at(page, path)
    page.columns_step.check_button.click()
    await page.settled()


async def brought_in(page: ImportingPage, path: Path) -> None:
    """Choose a file, check it, and import it."""
    await checked(page, path)
    page.findings_step.run_button.click()
    await page.settled()
    assert page.stack.currentWidget() is page.outcome_step

"""Does something in the program's window on a profile, and prints what the window says of it as JSON.

    python -m tests.end2end.window PROFILE import FILE
    python -m tests.end2end.window PROFILE figures CAMPAIGN

A process of its own: the rest of the test has no Qt in it, as the command and the endpoints have none.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QLabel, QWidget

from kkdesk.ui.app import make_application
from kkdesk.ui.campaigns.outcome.view import CampaignOutcome
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.importing.page import ImportingPage
from kkdesk.ui.language import Languages
from kkdesk.ui.loop import make_loop
from kkdesk.ui.page import Page
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.workspace import Workspace

P = TypeVar("P", bound=Page)


@asynccontextmanager
async def opened(folder: str, make: type[P], target: object) -> AsyncIterator[P]:
    """A page of the window, in front with `target`."""
    workspace = await Workspace.open(folder, {})
    shell = Shell(workspace, "en")
    page = make(shell)
    page.resize(1366, 768)
    page.show()
    try:
        await page.come_forward(target)
        await page.settled()
        yield page
    finally:
        await page.close_down()
        await shell.tasks.close()
        page.close()
        await workspace.close()


async def bring_in(folder: str, file: str) -> dict[str, str]:
    """Import a file as its columns are guessed; the outcome's figures by their captions."""
    async with opened(folder, ImportingPage, Path(file)) as page:
        page.columns_step.check_button.click()
        await page.settled()
        page.findings_step.run_button.click()
        await page.settled()
        assert page.stack.currentWidget() is page.outcome_step
        return captioned(page.outcome_step.tiles)


async def read_figures(folder: str, campaign_id: str) -> dict[str, str]:
    """A campaign's figures by their captions."""
    async with opened(folder, CampaignsPage, campaign_id) as page:
        outcome = page.views.currentWidget()
        assert isinstance(outcome, CampaignOutcome)
        return captioned(outcome.figures)


def captioned(tiles: QWidget) -> dict[str, str]:
    """Each text as shown, by the one before it."""
    return dict(pairwise(found.text() for found in tiles.findChildren(QLabel)))


def main(folder: str, verb: str, subject: str) -> None:
    """The process."""
    app = make_application([])
    Languages(app).use("en")
    Scheme(app, "light")
    work = {"import": bring_in, "figures": read_figures}[verb]
    with asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
        print(json.dumps(runner.run(work(folder, subject))))


if __name__ == "__main__":
    main(*sys.argv[1:])

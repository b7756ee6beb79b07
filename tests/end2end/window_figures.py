"""Opens the program's window on a profile, goes to a campaign, and prints what the window says of it as JSON.

A process of its own: the rest of the test has no Qt in it, as the command and the endpoints have none.
"""

from __future__ import annotations

import asyncio
import json
import sys

from PySide6.QtWidgets import QLabel

from kkdesk.ui.app import make_application
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.language import Languages
from kkdesk.ui.loop import make_loop
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.workspace import Workspace


async def read_figures(folder: str, campaign_id: str) -> list[str]:
    """Every text of the campaign's figures, as shown."""
    workspace = await Workspace.open(folder, {})
    shell = Shell(workspace, "en")
    page = CampaignsPage(shell)
    page.resize(1366, 768)
    page.show()
    try:
        await page.come_forward(campaign_id)
        await page.settled()
        outcome = page.views.currentWidget()
        return [found.text() for found in outcome.figures.findChildren(QLabel)]  # type: ignore[attr-defined]
    finally:
        await page.close_down()
        await shell.tasks.close()
        page.close()
        await workspace.close()


def main() -> int:
    """The process."""
    app = make_application([])
    Languages(app).use("en")
    Scheme(app, "light")
    with asyncio.Runner(loop_factory=lambda: make_loop(app)) as runner:
        print(json.dumps(runner.run(read_figures(sys.argv[1], sys.argv[2]))))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the settings page needs of `kkdesk.services.moving`, and how far a move is, in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QCoreApplication

from kkdesk.ui.formats import file_size, number

if TYPE_CHECKING:
    from kkdesk.services.moving.progress import MovingProgress, MovingReport, Target
    from kkdesk.workspace import Workspace

translate = QCoreApplication.translate


class Mover(Protocol):
    """Moves the profile's data; see `kkdesk.services.moving.service.Moving`."""

    async def look(self, url: str, token: str) -> Target:
        """What is at an address."""
        ...

    async def upload(
        self, url: str, token: str, heard: Callable[[MovingProgress], None], stop: asyncio.Event
    ) -> MovingReport:
        """Take this computer's data there, and work with it there."""
        ...

    async def join(
        self, url: str, token: str, heard: Callable[[MovingProgress], None], stop: asyncio.Event
    ) -> MovingReport:
        """Work with what is there."""
        ...

    async def work_locally(self, heard: Callable[[MovingProgress], None]) -> MovingReport:
        """Work with a copy of one's own."""
        ...


def mover_of(workspace: Workspace) -> Mover | None:
    """What moves the data of `workspace`; None where nothing can."""
    return cast("Mover | None", getattr(workspace, "moving", None))


def stage_words(progress: MovingProgress) -> str:
    """What goes on."""
    return {
        "reading": translate("Moving", "Reading the data of this computer"),
        "uploading": translate("Moving", "Uploading"),
        "first_sync": translate("Moving", "Fetching the company's data"),
        "verifying": translate("Moving", "Comparing row by row"),
    }[progress.stage]


def share_words(progress: MovingProgress) -> str:
    """How far it is: bytes of a first sync, else rows; empty while nobody knows."""
    if not progress.total:
        return ""
    written = file_size if progress.stage == "first_sync" else number
    share = min(100, 100 * progress.done // progress.total)
    text = translate("Moving", "%1 of %2").replace("%1", written(progress.done)).replace("%2", written(progress.total))
    return f"{text} · {share}%"

"""What can be done with campaigns from anywhere in the page: begin, copy, delete, and errors that lead to Settings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from kkdesk.model.campaign import CampaignDraft
from kkdesk.model.errors import KKDeskError, NotConfigured
from kkdesk.ui.dialogs import Question, answer
from kkdesk.ui.operation import run
from kkdesk.ui.page import Page


def duplicate(page: Page, campaign_id: str, done: Callable[[str], None]) -> None:
    """Copy a campaign; `done` gets the copy's id."""
    run(
        page,
        page.workspace.campaigns.duplicate(campaign_id),
        what=QCoreApplication.translate("CampaignActions", "Copying the campaign…"),
        changes=("campaigns",),
        done=done,
        toast=QCoreApplication.translate("CampaignActions", "Copied. You see the copy."),
    )


def delete(page: Page, campaign_id: str, name: str, done: Callable[[], None] | None = None) -> None:
    """Delete a campaign; it can be undone."""
    run(
        page,
        page.workspace.campaigns.delete(campaign_id),
        what=QCoreApplication.translate("CampaignActions", "Deleting the campaign…"),
        changes=("campaigns",),
        done=lambda _applied: done() if done is not None else None,
        toast=QCoreApplication.translate("CampaignActions", "Deleted: %1").replace("%1", name),
        undo=True,
    )


async def new_draft(page: Page) -> CampaignDraft:
    """What a new campaign is like: with the default signature, for nobody yet."""
    signature = await page.workspace.signatures.default()
    return CampaignDraft("", signature_id=signature.id if signature else None)


async def explain(page: Page, error: KKDeskError, parent: QWidget | None = None) -> None:
    """Show an error; one about missing settings leads there."""
    if not isinstance(error, NotConfigured):
        raise error
    rest = [part for part in (error.kept, error.next_step) if part is not None]
    question = Question(
        parent or page,
        page.shell.say(error.what),
        "\n".join(page.shell.say(part) for part in rest),
        confirm=QCoreApplication.translate("CampaignActions", "Open the settings"),
        cancel=QCoreApplication.translate("CampaignActions", "Close"),
    )
    if await answer(question):
        page.shell.go("settings")

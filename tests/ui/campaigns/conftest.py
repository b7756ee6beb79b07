"""A small shop with sample customers and campaigns, and the page on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import CampaignDraft, CampaignStatus, RecipientFilters
from kkdesk.model.change import Change, Statement
from kkdesk.services.demo.generate import generate_demo
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.shell import Shell
from kkdesk.ui.theme.scheme import Scheme
from kkdesk.workspace import Workspace
from tests.ui.conftest import Run

D = TypeVar("D", bound=QDialog)

ADDRESS = "https://crm.kktires.example"


@pytest.fixture
def shop(run: Run, workspace: Workspace) -> Workspace:
    """The profile of a test, filled with 60 customers and four campaigns; mails may leave into the mail folder."""
    run(generate_demo(workspace.db, workspace.actor, 60, 1, workspace.clock()))
    workspace.settings.store({"NEXTAUTH_URL": ADDRESS})
    return workspace


@pytest.fixture
def page(run: Run, shop: Workspace, shell: Shell, scheme: Scheme) -> Iterator[CampaignsPage]:
    """The campaigns page, at the list."""

    async def make() -> CampaignsPage:
        made = CampaignsPage(shell)
        made.resize(1166, 688)
        await made.come_forward()
        await made.settled()
        return made

    made = run(make())
    yield made
    run(made.close_down())


async def write(workspace: Workspace, sql: str, *args: object) -> None:
    """What somebody else writes meanwhile."""
    await workspace.db.apply(Change(Bilingual("", ""), (Statement(sql, args),)))  # type: ignore[arg-type]


async def draft_of(workspace: Workspace, **values: object) -> str:
    """A draft for everyone, or as `values` say; its id."""
    made = CampaignDraft("Δοκιμή", "Θέμα", "<p>Γεια {{firstName|φίλε}}</p>", RecipientFilters(everyone=True))
    return await workspace.campaigns.create(replace(made, **values))  # type: ignore[arg-type]


async def sample(workspace: Workspace, status: CampaignStatus) -> str:
    """The id of a sample campaign in that status."""
    return (await workspace.campaign_statistics.summaries(status=status))[0].id


async def opened_dialog(kind: type[D]) -> D:
    """The dialog of that kind, once it is open."""
    while True:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                return widget
        await asyncio.sleep(0)

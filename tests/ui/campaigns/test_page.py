"""The page: its views, its keys, and every scene of the tour."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDialog

from kkdesk.model.campaign import CampaignStatus
from kkdesk.ui.campaigns.finder import find_campaigns
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.scene import Scene
from tests.ui.campaigns.conftest import draft_of, sample
from tests.ui.conftest import Run

SCENES = {scene.name: scene for scene in CampaignsPage.scenes()}


def test_targets(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        await page.activate(await sample(page.workspace, CampaignStatus.SENT))
        assert page.views.currentWidget() is page.outcome
        await page.activate(await sample(page.workspace, CampaignStatus.DRAFT))
        assert page.views.currentWidget() is page.composer
        await page.activate("new")
        assert page.composer.keeper.seen is None
        await page.activate("camp_gone")
        await page.activate()
        await page.settled()

    run(go())


def test_campaigns_are_found_from_anywhere(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        found = await find_campaigns(page.workspace, "στολου", 5)
        assert [one.target for one in found] and "στόλου" in found[0].title
        await page.activate(found[0].target)
        assert page.composer.keeper.seen is not None and page.composer.keeper.seen.id == found[0].target
        await page.settled()

    run(go())


def test_keys_are_one_each_and_do_something_in_every_view(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        commands = [command for command in page.commands() if command.shortcut]
        assert len({command.shortcut for command in commands}) == len(commands)
        wanted = {"Ctrl+N", "Ctrl+Return", "Ctrl+S", "Del", "Alt+Left"}
        assert wanted <= {command.shortcut for command in commands}
        harmless = [
            command for command in commands if command.shortcut in {"Ctrl+S", "Alt+1", "Alt+2", "Alt+Left", "Del"}
        ]
        for command in harmless:
            command.run()
            await page.settled()
        await page.open_campaign(await draft_of(page.workspace))
        for command in harmless:
            command.run()
            await page.settled()
        assert page.views.currentWidget() is page.list

    run(go())


def test_the_search_of_the_view_in_front(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        assert page.focus_search()
        await page.open_campaign(await draft_of(page.workspace))
        assert not page.focus_search()
        await page.open_campaign(await sample(page.workspace, CampaignStatus.SENT))
        assert page.focus_search()
        await page.settled()

    run(go())


@pytest.mark.qt_log_ignore("QRhi|Failed to create RHI|QVulkan|Vulkan|GBM|Sandboxing|GPUInfo|doh set")
def test_every_scene_can_be_brought_about(run: Run, page: CampaignsPage) -> None:
    async def show(scene: Scene) -> None:
        shown = await scene.prepare(page)
        await page.settled()
        if isinstance(shown, QDialog):
            assert shown.isVisible(), scene.name
            shown.reject()

    async def go() -> None:
        page.show()
        for scene in SCENES.values():
            await show(scene)
        assert page.views.currentWidget() is page.list
        page.hide()

    run(go())

"""The views of the campaigns page: one in front, each made when it is first wanted.

What a view needs is imported in a thread and its widgets are made a part at a time, so that the window goes on.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from kkdesk.model.rights import Action
from kkdesk.ui.campaigns.listing.view import CampaignList
from kkdesk.ui.page import Page
from kkdesk.ui.rights import guard

if TYPE_CHECKING:
    from kkdesk.ui.campaigns.composing.composer import Composer
    from kkdesk.ui.campaigns.library.make import Kind
    from kkdesk.ui.campaigns.library.view import LibraryView
    from kkdesk.ui.campaigns.outcome.view import CampaignOutcome


class CampaignViews(QStackedWidget):
    """Begins with the list in front. `composing`, `following` and `editing` are the other views while in front."""

    def __init__(self, page: Page) -> None:
        """`page` runs the coroutines."""
        super().__init__(page)
        self._page = page
        self.list = CampaignList(page)
        self.addWidget(self.list)
        self._composer: Composer | None = None
        self._outcome: CampaignOutcome | None = None
        self._libraries: dict[Kind, LibraryView] = {}
        self._making = asyncio.Lock()

    @property
    def composing(self) -> Composer | None:
        """The composer, while it is in front."""
        return self._composer if self.currentWidget() is self._composer else None

    @property
    def following(self) -> CampaignOutcome | None:
        """The view of a campaign that is or was sent, while it is in front."""
        return self._outcome if self.currentWidget() is self._outcome else None

    @property
    def editing(self) -> LibraryView | None:
        """The library in front, if one is."""
        view = self.currentWidget()
        return next((library for library in self._libraries.values() if library is view), None)

    @property
    def is_listing(self) -> bool:
        """Whether the list is in front."""
        return self.currentWidget() is self.list

    @property
    def composer(self) -> Composer:
        """The composer. Raises `RuntimeError` before the first draft has been opened."""
        if self._composer is None:
            raise RuntimeError("no draft has been opened yet")
        return self._composer

    @property
    def outcome(self) -> CampaignOutcome:
        """The view of a campaign that is or was sent. Raises `RuntimeError` before the first has been opened."""
        if self._outcome is None:
            raise RuntimeError("no campaign has been opened yet")
        return self._outcome

    async def make_composer(self) -> tuple[Composer, bool]:
        """The composer, and whether it has just been made."""
        async with self._making:
            if self._composer is not None:
                return self._composer, False
            module = await asyncio.to_thread(importlib.import_module, "kkdesk.ui.campaigns.composing.composer")
            made: Composer = module.Composer(self._page)
            self.addWidget(made)
            await made.furnish()
            guard(self._page.shell, Action.EDIT_CAMPAIGNS, *made.editing)
            guard(self._page.shell, Action.SEND_CAMPAIGNS, made.head.test_button, made.head.send_button)
            self._composer = made
            return made, True

    async def make_outcome(self) -> tuple[CampaignOutcome, bool]:
        """The view of a campaign that is or was sent, and whether it has just been made."""
        async with self._making:
            if self._outcome is not None:
                return self._outcome, False
            module = await asyncio.to_thread(importlib.import_module, "kkdesk.ui.campaigns.outcome.view")
            made: CampaignOutcome = module.CampaignOutcome(self._page)
            self.addWidget(made)
            await made.furnish()
            guard(self._page.shell, Action.SEND_CAMPAIGNS, *made.sending_controls)
            guard(self._page.shell, Action.EDIT_CAMPAIGNS, made.head.copy_button)
            self._outcome = made
            return made, True

    async def make_library(self, kind: Kind) -> tuple[LibraryView, bool]:
        """A library, and whether it has just been made."""
        async with self._making:
            if kind in self._libraries:
                return self._libraries[kind], False
            module = await asyncio.to_thread(importlib.import_module, "kkdesk.ui.campaigns.library.make")
            made: LibraryView = module.make_library(self._page, kind)
            await asyncio.sleep(0)
            self.addWidget(made)
            guard(self._page.shell, Action.EDIT_CAMPAIGNS, *made.editing)
            self._libraries[kind] = made
            return made, True

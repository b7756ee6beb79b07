"""Saves the draft while it is written: soon after the last key, and before anything is done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import Campaign, CampaignDraft
from kkdesk.model.errors import Conflict, KKDeskError, NotAllowed, NotFound
from kkdesk.ui.campaigns.composing.merging import Merge, changed_parts, merge
from kkdesk.ui.page import Page

#: Milliseconds after the last change.
SAVE_AFTER_MS: Final = 1200
RETRY_AFTER_MS: Final = 10_000
_ATTEMPTS: Final = 3

_STILL_MOVING: Final = Bilingual(
    "Κάποιος άλλος αλλάζει την καμπάνια αυτή τη στιγμή.", "Somebody else is changing the campaign right now."
)

#: Asks a person about the contested parts of a merge: the draft to save, None to decide later.
Decide = Callable[[Merge, Campaign], Awaitable[CampaignDraft | None]]


class Saved(Enum):
    """How what is on the screen stands to what is in the database."""

    NOTHING = auto()
    DONE = auto()
    EDITED = auto()
    RUNNING = auto()
    #: It will be tried again.
    FAILED = auto()
    #: Somebody else changed the same; a person has to decide.
    CONTESTED = auto()
    #: The campaign has begun to be sent, or is gone: it can be saved as another one only.
    LOST = auto()


@dataclass(frozen=True, slots=True)
class SaveState:
    """For the line that says so. `at` is when it was saved, Unix seconds."""

    saved: Saved
    at: int = 0
    error: KKDeskError | None = None


class DraftKeeper(QObject):
    """Keeps one draft. `state_changed`: the line that tells; `replaced(draft)`: the screen has to show another."""

    state_changed = Signal()
    replaced = Signal(object)

    def __init__(self, page: Page, current: Callable[[], CampaignDraft], decide: Decide) -> None:
        """`current` reads the screen, `decide` asks about contested parts."""
        super().__init__(page)
        self._page = page
        self._current = current
        self._decide = decide
        self._lock = asyncio.Lock()
        self._edited = False
        #: The campaign as it was read or saved last; None: it has never been saved.
        self.seen: Campaign | None = None
        #: What a new draft is like before anybody wrote anything.
        self._blank = CampaignDraft("")
        self.state = SaveState(Saved.NOTHING)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._save_soon)

    def begin(self, seen: Campaign | None, blank: CampaignDraft) -> None:
        """Keep another draft; `blank` is what the screen shows of one that is new."""
        self._timer.stop()
        self.seen = seen
        self._blank = blank
        self._edited = False
        self._say(SaveState(Saved.NOTHING) if seen is None else SaveState(Saved.DONE, seen.updated_at))

    def touch(self) -> None:
        """Something on the screen changed."""
        if self.state.saved is Saved.LOST:
            return
        self._edited = True
        if self.state.saved is not Saved.CONTESTED:
            self._say(SaveState(Saved.EDITED))
            self._timer.start(SAVE_AFTER_MS)

    @property
    def is_edited(self) -> bool:
        """Whether the screen has something that the database has not."""
        return self._edited or self.state.saved in {Saved.CONTESTED, Saved.LOST}

    async def save(self) -> bool:
        """Save now what is on the screen; whether all of it is saved afterwards."""
        self._timer.stop()
        async with self._lock:
            draft = self._current()
            known = self.seen.draft if self.seen else self._blank
            if self.state.saved in {Saved.LOST, Saved.NOTHING, Saved.DONE} and not self._edited:
                return self.state.saved is not Saved.LOST
            if not changed_parts(draft, known):
                self._edited = False
                self._say(SaveState(Saved.DONE, self.seen.updated_at) if self.seen else SaveState(Saved.NOTHING))
                return True
            self._edited = False
            self._say(SaveState(Saved.RUNNING))
            try:
                await self._write(draft)
            except KKDeskError as error:
                self._failed(error)
                return False
        if not self._edited and self.state.saved is not Saved.CONTESTED:
            self._say(SaveState(Saved.DONE, self._page.workspace.clock()))
        self._page.shell.bus.tell({"campaigns"}, self._page)
        return not self.is_edited

    async def save_as_new(self) -> None:
        """Save what is on the screen as another campaign, after this one was lost. Raises `KKDeskError`."""
        async with self._lock:
            campaign_id = await self._page.workspace.campaigns.create(self._current())
            self.begin(await self._page.workspace.campaigns.get(campaign_id), self._blank)
        self._page.shell.bus.tell({"campaigns"}, self._page)

    async def look_again(self) -> None:
        """Somebody may have changed the campaign: take over what is new, unless the person is editing."""
        if self.seen is None or self.is_edited or self._lock.locked():
            return
        try:
            now = await self._page.workspace.campaigns.get(self.seen.id)
        except NotFound as error:
            self._failed(error)
            return
        if self.is_edited or self.seen is None or now.id != self.seen.id:
            return
        if not now.is_editable:
            self._failed(_sent_meanwhile(now))
        elif changed_parts(now.draft, self.seen.draft):
            self.seen = now
            self.replaced.emit(now.draft)
            self._say(SaveState(Saved.DONE, now.updated_at))
        else:
            self.seen = now

    # Inside ---------------------------------------------------------------------------------------------

    async def _write(self, draft: CampaignDraft) -> None:
        campaigns = self._page.workspace.campaigns
        if self.seen is None:
            self.seen = await campaigns.get(await campaigns.create(draft))
            return
        for _ in range(_ATTEMPTS):
            try:
                self.seen = await campaigns.save(self.seen, draft)
            except Conflict:
                theirs = await campaigns.get(self.seen.id)
                merged = await self._merged(draft, theirs)
                if merged is None:
                    self._edited = True
                    self._say(SaveState(Saved.CONTESTED))
                    return
                self.seen, draft = theirs, merged
                self.replaced.emit(merged)
                self._edited = False
            else:
                return
        raise Conflict(_STILL_MOVING)

    async def _merged(self, draft: CampaignDraft, theirs: Campaign) -> CampaignDraft | None:
        if self.seen is None:
            return draft
        merged = merge(self.seen.draft, draft, theirs.draft)
        return await self._decide(merged, theirs) if merged.contested else merged.draft

    def _failed(self, error: KKDeskError) -> None:
        self._edited = True
        lost = isinstance(error, NotAllowed | NotFound)
        self._say(SaveState(Saved.LOST if lost else Saved.FAILED, error=error))
        if not lost:
            self._timer.start(RETRY_AFTER_MS)

    def _save_soon(self) -> None:
        self._page.start(self.save())

    def _say(self, state: SaveState) -> None:
        self.state = state
        self.state_changed.emit()


def _sent_meanwhile(campaign: Campaign) -> NotAllowed:
    from kkdesk.model.campaign import require_editable

    try:
        require_editable(campaign.status)
    except NotAllowed as error:
        return error
    raise ValueError("the campaign is editable")

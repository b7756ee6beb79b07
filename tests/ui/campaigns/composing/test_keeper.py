"""The draft is saved by itself, and nothing of two people's work is lost."""

from __future__ import annotations

from dataclasses import replace

from kkdesk.model.bilingual import Bilingual
from kkdesk.model.campaign import Campaign, CampaignDraft
from kkdesk.model.errors import DatabaseBusy
from kkdesk.ui.campaigns.composing.keeper import SAVE_AFTER_MS, DraftKeeper, Saved
from kkdesk.ui.campaigns.composing.merging import Merge, decided
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.workspace import Workspace
from tests.ui.campaigns.conftest import draft_of, write
from tests.ui.conftest import Run


class Screen:
    """What a composer shows, and what a person answers."""

    def __init__(self, page: CampaignsPage, side: str = "theirs") -> None:
        self.draft = CampaignDraft("")
        self.side = side
        self.asked: list[Merge] = []
        self.shown: list[CampaignDraft] = []
        self.keeper = DraftKeeper(page, lambda: self.draft, self.decide)
        self.keeper.replaced.connect(self.shown.append)

    async def decide(self, merged: Merge, theirs: Campaign) -> CampaignDraft | None:
        self.asked.append(merged)
        if self.side == "later":
            return None
        return decided(merged, theirs.draft, dict.fromkeys(merged.contested, self.side))  # type: ignore[arg-type]

    def write(self, **values: object) -> None:
        self.draft = replace(self.draft, **values)  # type: ignore[arg-type]
        self.keeper.touch()


async def opened(page: CampaignsPage, side: str = "theirs") -> Screen:
    screen = Screen(page, side)
    campaign = await page.workspace.campaigns.get(await draft_of(page.workspace))
    screen.draft = campaign.draft
    screen.keeper.begin(campaign, campaign.draft)
    return screen


async def stored(screen: Screen, workspace: Workspace) -> Campaign:
    assert screen.keeper.seen is not None
    return await workspace.campaigns.get(screen.keeper.seen.id)


def test_it_is_saved_a_moment_after_the_last_change(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = await opened(page)
        screen.write(subject="Νέο θέμα")
        timer = screen.keeper._timer
        assert screen.keeper.state.saved is Saved.EDITED and timer.isActive() and timer.interval() == SAVE_AFTER_MS
        timer.timeout.emit()
        await page.settled()
        assert screen.keeper.state.saved is Saved.DONE
        assert (await stored(screen, page.workspace)).draft.subject == "Νέο θέμα"

    run(go())


def test_a_new_campaign_is_made_when_something_is_written(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = Screen(page)
        screen.draft = CampaignDraft("Χωρίς όνομα")
        screen.keeper.begin(None, screen.draft)
        screen.keeper.touch()
        assert await screen.keeper.save() and screen.keeper.seen is None
        screen.write(subject="Θέμα")
        assert await screen.keeper.save()
        assert (await stored(screen, page.workspace)).draft.subject == "Θέμα"

    run(go())


def test_what_others_changed_elsewhere_is_put_together(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = await opened(page)
        campaign_id = (await stored(screen, page.workspace)).id
        await write(page.workspace, "UPDATE email_campaigns SET name = 'Του άλλου' WHERE id = ?", campaign_id)
        await write(page.workspace, "UPDATE email_campaigns SET subject = 'Κι αυτό' WHERE id = ?", campaign_id)
        screen.write(content="<p>δικό μου</p>", subject="Δικό μου")
        assert await screen.keeper.save()
        now = (await stored(screen, page.workspace)).draft
        assert (now.name, now.subject, now.content) == ("Του άλλου", "Κι αυτό", "<p>δικό μου</p>")
        assert [merged.contested for merged in screen.asked] == [("subject",)]
        assert screen.shown[-1] == now

    run(go())


def test_deciding_later_keeps_both(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = await opened(page, "later")
        campaign_id = (await stored(screen, page.workspace)).id
        await write(page.workspace, "UPDATE email_campaigns SET subject = 'Του άλλου' WHERE id = ?", campaign_id)
        screen.write(subject="Δικό μου")
        assert not await screen.keeper.save()
        assert screen.keeper.state.saved is Saved.CONTESTED and screen.keeper.is_edited
        assert (await stored(screen, page.workspace)).draft.subject == "Του άλλου"
        assert screen.draft.subject == "Δικό μου"
        screen.side = "mine"
        assert await screen.keeper.save()
        assert (await stored(screen, page.workspace)).draft.subject == "Δικό μου"

    run(go())


def test_a_campaign_that_began_to_be_sent_can_be_saved_as_another(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = await opened(page)
        first = (await stored(screen, page.workspace)).id
        await write(page.workspace, "UPDATE email_campaigns SET status = 'sending' WHERE id = ?", first)
        screen.write(subject="Αργά")
        assert not await screen.keeper.save()
        assert screen.keeper.state.saved is Saved.LOST and screen.keeper.state.error is not None
        await screen.keeper.save_as_new()
        copy = await stored(screen, page.workspace)
        assert copy.id != first and copy.draft.subject == "Αργά" and screen.keeper.state.saved is Saved.DONE
        assert (await page.workspace.campaigns.get(first)).draft.subject == "Θέμα"

    run(go())


def test_changes_of_others_are_shown_while_nobody_writes_here(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = await opened(page)
        campaign_id = (await stored(screen, page.workspace)).id
        await screen.keeper.look_again()
        assert screen.shown == []
        await write(page.workspace, "UPDATE email_campaigns SET subject = 'Του άλλου' WHERE id = ?", campaign_id)
        await screen.keeper.look_again()
        assert [draft.subject for draft in screen.shown] == ["Του άλλου"]
        await write(page.workspace, "DELETE FROM email_campaigns WHERE id = ?", campaign_id)
        await screen.keeper.look_again()
        assert screen.keeper.state.saved is Saved.LOST

    run(go())


def test_what_cannot_be_saved_now_is_tried_again(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        screen = await opened(page)
        campaigns = page.workspace.campaigns
        busy = DatabaseBusy(Bilingual("Απασχολημένη", "Busy"))
        real = campaigns.save

        async def refuse(*_args: object) -> Campaign:
            raise busy

        campaigns.save = refuse  # type: ignore[method-assign]
        screen.write(subject="Ξανά")
        assert not await screen.keeper.save()
        assert screen.keeper.state.saved is Saved.FAILED and screen.keeper.state.error is busy
        assert screen.keeper._timer.isActive()
        campaigns.save = real  # type: ignore[method-assign]
        screen.keeper._timer.timeout.emit()
        await page.settled()
        assert screen.keeper.state.saved is Saved.DONE

    run(go())

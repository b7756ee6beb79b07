"""The composer as the page shows it."""

from __future__ import annotations

from kkdesk.model.campaign import RecipientFilters
from kkdesk.ui.campaigns.composing.conflict import DraftConflict
from kkdesk.ui.campaigns.composing.keeper import Saved
from kkdesk.ui.campaigns.composing.tabs import AUDIENCE, MESSAGE
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.changes import ALL_KINDS
from tests.ui.campaigns.conftest import draft_of, opened_dialog, write
from tests.ui.conftest import Run

TABLE = '<table><tr><td style="padding:4px">Γεια {{ first_name }}</td></tr></table>'


def test_opening_a_draft_writes_nothing(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        html = "<P>Γεια  <B>σας</B></P>"
        campaign_id = await draft_of(page.workspace, content=html)
        await page.open_campaign(campaign_id)
        await page.settled()
        composer = page.composer
        assert page.views.currentWidget() is composer
        assert composer.keeper.state.saved is Saved.DONE and not composer.keeper.is_edited
        assert await composer.keeper.save()
        assert (await page.workspace.campaigns.get(campaign_id)).draft.content == html

    run(go())


def test_what_is_written_is_saved_with_everything_around_it(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.begin()
        await page.settled()
        composer = page.composer
        assert composer.keeper.seen is None
        composer.subject.set_text("Χειμερινά για {{company|εσάς}}")
        composer.body.editor.insertPlainText("Καλημέρα")
        composer.audience.everyone.setChecked(True)
        assert await composer.keeper.save()
        await page.settled()
        seen = composer.keeper.seen
        assert seen is not None
        assert seen.name == "Χειμερινά για {{company|εσάς}}", "without a name it goes by its subject"
        assert seen.draft.filters == RecipientFilters(everyone=True)
        assert "Καλημέρα" in seen.draft.content and seen.draft.content.startswith("<div style=")
        assert seen.draft.signature_id == (await page.workspace.signatures.all())[0].id, "the default one"

    run(go())


def test_html_that_the_editor_cannot_keep_is_edited_as_html(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await draft_of(page.workspace, content=TABLE)
        await page.open_campaign(campaign_id)
        await page.settled()
        body = page.composer.body
        assert body.is_source and "{{firstName}}" in body.source.toPlainText()
        assert not page.composer.head.remark.isHidden(), "misspelt fields were put right, and that is said"
        await page.composer.keeper.save()
        stored = (await page.workspace.campaigns.get(campaign_id)).draft.content
        assert stored == TABLE.replace("{{ first_name }}", "{{firstName}}")
        body.simplify()
        assert not body.is_source and "<td" not in body.html() and "{{firstName}}" in body.html()

    run(go())


def test_the_side_tells_how_many_get_it(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        await page.open_campaign(await draft_of(page.workspace))
        await page.settled()
        preview = await page.workspace.audience.preview(RecipientFilters(everyone=True))
        assert page.composer.side._count.text() == str(preview.count)
        page.composer.show_tab(AUDIENCE)
        await page.settled()
        page.composer.audience.chosen.setChecked(True)
        page.composer.audience.count()
        await page.settled()
        assert page.composer.side._count.text() == "0"
        page.composer.show_tab(MESSAGE)

    run(go())


def test_two_people_at_one_draft_are_asked(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        campaign_id = await draft_of(page.workspace)
        await page.open_campaign(campaign_id)
        await page.settled()
        await write(page.workspace, "UPDATE email_campaigns SET subject = 'Του άλλου' WHERE id = ?", campaign_id)
        page.composer.subject.set_text("Δικό μου")
        saving = page.start(page.composer.keeper.save())
        dialog = await opened_dialog(DraftConflict)
        assert dialog.draft.subject == "Δικό μου"
        dialog.choices["subject"].button(1).setChecked(True)
        dialog.accept()
        assert saving is not None
        await saving
        await page.settled()
        assert page.composer.subject.text() == "Του άλλου"
        assert (await page.workspace.campaigns.get(campaign_id)).draft.subject == "Του άλλου"
        page.hide()

    run(go())


def test_somebody_elses_change_is_shown(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await draft_of(page.workspace)
        await page.open_campaign(campaign_id)
        await page.settled()
        await write(page.workspace, "UPDATE email_campaigns SET content = '<p>νέο</p>' WHERE id = ?", campaign_id)
        page.shell.bus.tell(ALL_KINDS)
        await page.settled()
        assert page.composer.body.html() == "<p>νέο</p>"

    run(go())


def test_leaving_saves(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await draft_of(page.workspace)
        await page.open_campaign(campaign_id)
        await page.settled()
        page.composer.head.name.setText("Άλλο όνομα")
        page.composer.head.name.textEdited.emit("Άλλο όνομα")
        assert await page.may_leave()
        assert (await page.workspace.campaigns.get(campaign_id)).name == "Άλλο όνομα"
        page.back()
        await page.settled()
        assert page.views.currentWidget() is page.list
        assert page.list.model.summary_at(page.list.model.row_of(campaign_id)).name == "Άλλο όνομα"

    run(go())


def test_a_template_takes_the_place_of_the_message(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        await page.open_campaign(await draft_of(page.workspace))
        await page.settled()
        template = (await page.workspace.templates.all())[0].id
        page.composer.use_content("Νέο θέμα", "<p>Από πρότυπο</p>", template)
        await page.settled()
        assert await page.composer.keeper.save()
        draft = page.composer.draft()
        assert (draft.subject, draft.content, draft.template_id) == ("Νέο θέμα", "<p>Από πρότυπο</p>", template)

    run(go())


def test_tracking_is_switched_off_and_saved_and_others_see_it(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.begin()
        await page.settled()
        composer, campaigns = page.composer, page.workspace.campaigns
        assert composer.side.tracking.isChecked(), "on, unless somebody switches it off"
        composer.subject.set_text("Θέμα")
        composer.side.tracking.click()
        assert "Nobody will see" in composer.side._tracking_words.text()
        assert await composer.keeper.save()
        assert composer.keeper.seen is not None
        new = composer.keeper.seen.id
        assert not (await campaigns.get(new)).draft.tracked
        await page.open_campaign(await draft_of(page.workspace))
        await page.settled()
        assert composer.side.tracking.isChecked()
        await page.open_campaign(new)
        await page.settled()
        assert not composer.side.tracking.isChecked() and not composer.keeper.is_edited
        await page.workspace.tracking_switches.switch_campaign(new, tracked=True)
        page.shell.bus.tell(ALL_KINDS)
        await page.settled()
        assert composer.side.tracking.isChecked(), "somebody else switched it on"
        assert "You see who" in composer.side._tracking_words.text()

    run(go())

"""Templates and signatures."""

from __future__ import annotations

from kkdesk.ui.campaigns.library.pick import TemplateDialog, pick_template
from kkdesk.ui.campaigns.library.view import LibraryView
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.dialogs import Question
from kkdesk.ui.shell import ToastText
from tests.ui.campaigns.conftest import draft_of, opened_dialog
from tests.ui.conftest import Run


async def library(page: CampaignsPage, kind: str) -> LibraryView:
    (page.show_templates if kind == "templates" else page.show_signatures)()
    await page.settled()
    view = page.views.currentWidget()
    assert isinstance(view, LibraryView)
    return view


def test_templates_are_edited_saved_and_deleted(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        said: list[ToastText] = []
        page.shell.toast_wanted.connect(said.append)
        view = await library(page, "templates")
        before = await page.workspace.templates.all()
        assert view.list.count() == len(before) and not view.is_edited
        view.name.setText("Νέο όνομα")
        view.name.textEdited.emit("Νέο όνομα")
        assert view.is_edited
        view.save()
        await page.settled()
        assert "Νέο όνομα" in [one.name for one in await page.workspace.templates.all()] and not view.is_edited

        view.add()
        await page.settled()
        view.name.setText("Δεύτερο")
        view.subject.set_text("Θέμα {{company|εσάς}}")
        view.body.editor.insertPlainText("Κείμενο")
        view.save()
        await page.settled()
        made = next(one for one in await page.workspace.templates.all() if one.name == "Δεύτερο")
        assert made.subject == "Θέμα {{company|εσάς}}"
        assert "Κείμενο" in (await page.workspace.templates.get(made.id)).content

        view.delete()
        await page.settled()
        assert len(await page.workspace.templates.all()) == len(before)
        assert said[-1].action == "Undo"

    run(go())


def test_an_empty_library_offers_a_first_text_and_nothing_else(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        view = await library(page, "signatures")
        assert view.add_button.text() == "New signature"
        for signature in await page.workspace.signatures.all():
            await page.workspace.signatures.delete(signature.id)
        await view.load()
        parts = (view.list, view.delete_button, view.save_button)
        assert not any(part.isVisible() for part in parts) and view.add_button.isVisible()
        view.add()
        await page.settled()
        assert all(part.isVisible() for part in parts) and not view.use_button.isVisible()
        page.hide()

    run(go())


def test_a_campaign_begins_with_a_template(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        view = await library(page, "templates")
        template = (await page.workspace.templates.all())[0]
        view.used.emit(template.id)
        await page.settled()
        await page.composer.keeper.save()
        seen = page.composer.keeper.seen
        assert seen is not None and seen.draft.template_id == template.id
        assert seen.draft.content == (await page.workspace.templates.get(template.id)).content

    run(go())


def test_one_signature_is_the_default(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        view = await library(page, "signatures")
        assert view.default.isChecked() and not view.subject.isVisibleTo(view)
        view.add()
        await page.settled()
        view.name.setText("Σύντομη")
        view.body.editor.insertPlainText("— Κώστας")
        view.default.setChecked(True)
        view.save()
        await page.settled()
        default = await page.workspace.signatures.default()
        assert default is not None and default.name == "Σύντομη"

    run(go())


def test_edits_are_not_left_without_asking(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        view = await library(page, "templates")
        view.name.setText("Μισό")
        view.name.textEdited.emit("Μισό")
        page.back()
        (await opened_dialog(Question)).reject()
        await page.settled()
        assert page.views.currentWidget() is view and view.is_edited
        page.back()
        (await opened_dialog(Question)).accept()
        await page.settled()
        assert page.views.currentWidget() is page.list
        page.hide()

    run(go())


def test_from_a_draft_to_the_signatures_and_back(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        campaign_id = await draft_of(page.workspace)
        await page.open_campaign(campaign_id)
        await page.settled()
        await library(page, "signatures")
        page.back()
        await page.settled()
        seen = page.composer.keeper.seen
        assert page.views.currentWidget() is page.composer and seen is not None and seen.id == campaign_id

    run(go())


def test_picking_a_template_asks_before_it_replaces(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        page.show()
        picking = page.start(pick_template(page, replaces=True))
        dialog = await opened_dialog(TemplateDialog)
        dialog.list.setCurrentRow(1)
        wanted = dialog.chosen
        assert wanted.subject in dialog.text.toPlainText()
        dialog.accept()
        question = await opened_dialog(Question)
        while isinstance(question, TemplateDialog):
            question = await opened_dialog(Question)
        question.accept()
        assert picking is not None and await picking == wanted
        page.hide()

    run(go())

"""The list of campaigns."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from kkdesk.model.campaign import CampaignStatus, RecipientFilters
from kkdesk.model.campaign_figures import CampaignFigures, CampaignSummary
from kkdesk.ui.campaigns.listing.item_model import CampaignModel
from kkdesk.ui.campaigns.page import CampaignsPage
from kkdesk.ui.campaigns.pills import TONE_ROLE
from kkdesk.ui.campaigns.words import AudienceNames, audience_words, readable_subject
from kkdesk.ui.shell import Shell, ToastText
from tests.ui.campaigns.conftest import write
from tests.ui.conftest import Run

SUMMARY = CampaignSummary(
    "camp_1",
    "Άνοιξη",
    "Θέμα",
    CampaignStatus.SENT,
    CampaignFigures(1047, 1032, 369, 117, 9),
    0,
    None,
    90_000,
    1,
    90_001,
)


def test_it_is_a_sound_model(qapp: QApplication, qtmodeltester: ModelTester) -> None:
    model = CampaignModel("en")
    model.show([SUMMARY, replace(SUMMARY, id="camp_2")], AudienceNames(), 100_000)
    qtmodeltester.check(model)


def test_cells(qapp: QApplication) -> None:
    model = CampaignModel("en")
    draft = replace(SUMMARY, id="b", name="Βροχή", status=CampaignStatus.DRAFT, figures=CampaignFigures(), sent_at=None)
    model.show([SUMMARY, draft], AudienceNames(), 100_000)
    places = [at for at, column in enumerate(model.columns) if column.key not in {"name", "date"}]
    texts = [[model.data(model.index(row, column)) for column in places] for row in (0, 1)]
    assert texts[0] == ["Draft", "", "", "", "", "Nobody yet"]
    assert texts[1] == ["Sent", "1,032 / 1,047", "35.8%", "11.3%", "9", "Nobody yet"]
    assert model.data(model.index(1, 1), TONE_ROLE) == "success"
    doubtful = replace(SUMMARY, unconfirmed=2)
    model.show([doubtful], AudienceNames(), 100_000)
    assert model.data(model.index(0, 1)) == "2 unconfirmed" and model.data(model.index(0, 1), TONE_ROLE) == "warning"


def test_a_share_of_what_is_not_tracked_is_no_figure(qapp: QApplication) -> None:
    model = CampaignModel("en")
    never = replace(SUMMARY, id="b", figures=CampaignFigures(10, 10), updated_at=0)
    model.show([SUMMARY, never], AudienceNames(), 100_000, frozenset({"camp_1", "b"}))
    places = [at for at, column in enumerate(model.columns) if column.key in {"opened", "clicked"}]
    texts = {model.summary_at(row).id: [model.data(model.index(row, column)) for column in places] for row in (0, 1)}
    assert texts == {"camp_1": ["35.8%", "11.3%"], "b": ["–", "–"]}
    tip = model.data(model.index(0, places[0]), Qt.ItemDataRole.ToolTipRole)
    assert tip == "Opens and clicks of this campaign are not tracked"
    model.show([never], AudienceNames(), 100_000)
    assert [model.data(model.index(0, column)) for column in places] == ["0.0%", "0.0%"]


def test_the_list_knows_what_is_not_tracked(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        [first, *_] = await page.workspace.campaign_statistics.summaries(status=CampaignStatus.SENT)
        await page.workspace.tracking_switches.switch_campaign(first.id, tracked=False)
        await write(page.workspace, "DELETE FROM email_tracking WHERE campaign_id = ?", first.id)
        await page.list.read()
        model = page.list.model
        at = [column.key for column in model.columns].index("opened")
        assert model.data(model.index(model.row_of(first.id), at)) == "–"

    run(go())


def test_sorting(qapp: QApplication) -> None:
    model = CampaignModel("el")
    rows = [replace(SUMMARY, id=name, name=name, updated_at=at) for at, name in enumerate(("Ύδρα", "άγκυρα", "Ζέα"))]
    model.show(rows, AudienceNames(), 100_000)
    model.sort_by("name", descending=False)
    assert [model.summary_at(row).name for row in range(3)] == ["άγκυρα", "Ζέα", "Ύδρα"]


def test_audiences_in_words() -> None:
    names = AudienceNames({"t1": "VIP", "t2": "Στόλος"}, {"s1": "Βόρεια"})
    say = audience_words
    assert say(RecipientFilters(everyone=True), names, "en") == "All customers"
    filters = RecipientFilters(("Α", "Β", "Γ", "Δ", "Ε"), ("t1", "gone"), ("s1",), ("retail",))
    assert say(filters, names, "el") == "Βόρεια · VIP, a deleted tag · Λιανική · Α, Β, Γ +2"
    assert say(RecipientFilters(not_understood=("cities",)), names, "en") == "Not understood"


def test_subjects_in_words(qapp: QApplication) -> None:
    assert readable_subject("Για {{company|εσάς}}: {{x}}") == "Για [Company]: {{x}}"


def test_search_filter_and_nothing_found(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        listing = page.list
        assert listing.model.rowCount() == 4
        listing.search.setText("ΕΛΑΣΤΙΚΑ")
        listing.search.commit()
        await page.settled()
        found = listing.model.rowCount()
        assert 0 < found < 4, "whatever the case and accents"
        listing.show_status(CampaignStatus.SENT)
        listing.search.clear()
        await page.settled()
        assert [listing.model.summary_at(row).status for row in range(listing.model.rowCount())] == [
            CampaignStatus.SENT
        ]
        listing.search.setText("ξυλοπόδαρα")
        listing.search.commit()
        await page.settled()
        assert listing.state.currentWidget() is not listing.state.content
        listing._show_all()
        await page.settled()
        assert listing.model.rowCount() == 4 and listing.state.currentWidget() is listing.state.content

    run(go())


def test_a_first_campaign_is_offered_where_there_is_none(run: Run, shell: Shell, qapp: QApplication) -> None:
    async def go() -> None:
        page = CampaignsPage(shell)
        await page.come_forward()
        wanted: list[None] = []
        page.list.new_wanted.connect(lambda: wanted.append(None))
        page.list.state.currentWidget().button.click()  # type: ignore[attr-defined]
        assert wanted == [None]
        await page.settled()
        assert page.views.currentWidget() is page.composer
        await page.close_down()

    run(go())


def test_copies_and_deletions_that_come_back(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        said: list[ToastText] = []
        page.shell.toast_wanted.connect(said.append)
        listing = page.list
        drafts = await page.workspace.campaign_statistics.summaries(status=CampaignStatus.DRAFT)
        listing.select(drafts[0].id)
        listing.copy_selected()
        await page.settled()
        copy = page.composer.keeper.seen
        assert copy is not None and copy.name.startswith(drafts[0].name) and copy.id != drafts[0].id
        page.back()
        await page.settled()
        assert listing.model.rowCount() == 5

        listing.select(copy.id)
        listing.delete_selected()
        await page.settled()
        assert listing.model.row_of(copy.id) == -1
        undo = said[-1]
        assert undo.action == "Undo" and undo.do is not None
        undo.do()
        await page.shell.tasks.settled()
        await page.settled()
        assert listing.model.row_of(copy.id) >= 0

    run(go())


def test_what_somebody_else_does_is_seen(run: Run, page: CampaignsPage) -> None:
    async def go() -> None:
        first = page.list.model.summary_at(0)
        page.list.table.selectRow(0)
        await write(page.workspace, "UPDATE email_campaigns SET name = 'Άλλαξε' WHERE id = ?", first.id)
        page.shell.bus.tell({"campaigns"})
        await page.settled()
        selected = page.list.selected
        assert selected is not None and (selected.id, selected.name) == (first.id, "Άλλαξε")

    run(go())


def test_what_others_change_leaves_the_list_where_it_was_scrolled_to(run: Run, page: CampaignsPage) -> None:
    rows = [replace(SUMMARY, id=f"camp_{at:03}", sent_at=100_000 - at) for at in range(100)]

    async def go() -> None:
        listing = page.list
        page.resize(1000, 560)
        page.show()
        listing.show_rows(rows)
        page.grab()
        listing.select("camp_003")
        listing.table.verticalScrollBar().setValue(60)
        for shown in (rows, [*rows, replace(SUMMARY, id="camp_new", sent_at=1)]):
            listing.show_rows(shown)
            assert listing.selected is not None and listing.selected.id == "camp_003"
            assert listing.table.verticalScrollBar().value() == 60
        await page.settled()
        page.hide()

    run(go())
